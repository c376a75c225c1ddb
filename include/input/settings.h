/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SETTINGS_H
#define INPUT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;

/*
 * Strings in the order in which they came. The array is owned; so is each string, behind whose NUL
 * stands another: its origin.
 */
struct strings {
    char **items;
    size_t count;
};

/* Appends a copy, without an origin. 0, or -1 with errno ENOMEM. */
int strings_add(struct strings *strings, const char *text);

/*
 * The same, for what an argument names and does not hold: the origin is that argument, "@FILE" or
 * "FILE"; ORIGIN_MORE where one argument gives many strings, for all but the first.
 */
#define ORIGIN_MORE "+"
int strings_add_from(struct strings *strings, const char *text, const char *origin);

/* The origin of an item; "": the argument was the item itself. */
const char *strings_origin(const char *item);

/* All of them in one, to be freed; NULL with errno ENOMEM. */
char *strings_join(const struct strings *strings, const char *separator);
/* Makes *copy, which is overwritten, a copy of strings. As strings_add(); to be released anyway. */
int strings_copy(struct strings *copy, const struct strings *strings);
void strings_release(struct strings *strings);

enum http_version { HTTP_1_1, HTTP_2, HTTP_3 };
enum tls_version { TLS_ANY, TLS_1_2, TLS_1_3 };
enum ip_version { IP_ANY, IP_4, IP_6 };
enum shell { SHELL_NONE, SHELL_BASH, SHELL_ZSH, SHELL_FISH };
enum choice { CHOICE_AUTO, CHOICE_ALWAYS, CHOICE_NEVER };

/*
 * What is asked of a URL, and how: curl's option of each name. Texts are borrowed from argv and the
 * environment. It is not changed once a thread may see it.
 */
struct check {
    int64_t max_time_us;
    int64_t connect_timeout_us; /* 0: bounded by max_time_us alone */
    long max_redirects;         /* -1: no limit */
    bool follow;
    bool head;
    bool insecure;
    const char *request; /* NULL: GET, or HEAD where head is set */
    const char *user_agent;
    const char *referer;
    struct strings headers;
    struct strings data;    /* of data and json one is empty; the body is joined with & */
    struct strings json;    /* ... and this one's put together */
    struct strings user;    /* at most one: "user:password" */
    struct strings bearer;  /* at most one */
    struct strings cookies; /* "name=value", or with an origin what is in a cookie file */
    bool netrc;
    bool compressed;

    const char *ca_file; /* with ca_path all that is trusted; both NULL: the default */
    const char *ca_path;
    const char *default_ca_file; /* the environment's; both NULL: what libcurl was built to use */
    const char *default_ca_path;
    const char *cert;      /* "FILE[:PASSWORD]": input/client_cert.h */
    const char *key;       /* NULL: it is in cert's file */
    struct strings pinned; /* at most one: "sha256//...", as CURLOPT_PINNEDPUBLICKEY has it */
    int tls_version;       /* enum tls_version: the least */

    struct strings resolve;
    struct strings connect_to;
    const char *interface;
    const char *unix_socket;
    const char *doh_url;
    const char *proxy; /* NULL: what the environment says */
    const char *no_proxy;
    int http_version; /* enum http_version */
    int ip_version;   /* enum ip_version */

    /* What is expected of the answer. NULL, 0: nothing. */
    const char *accept; /* statuses and classes (input/expectations.h) */
    const char *warn;
    struct strings contains;
    struct strings not_contains;
    struct strings regex; /* patterns (input/pattern.h) */
    struct strings not_regex;
    struct strings expect_header; /* "Name: pattern" */
    int64_t max_latency_us;
    int64_t warn_latency_us;
    const char *cert_expiry; /* two times (input/expectations.h) */
    bool fail_on_redirect;
    bool warn_on_redirect;
    int64_t max_filesize; /* bytes of a body that is looked into */

    /* Of a line's own check alone (input/check.h), else NULL. All are owned. */
    char *texts;    /* what its texts, where they are not the command line's, point into */
    char *identity; /* two checks are the same if and only if these are equal, or both NULL */
    char *asked;    /* the same of what they ask, whatever they expect; NULL: as the command line */
};

/* Where URLs come from, in the order of the command line. */
struct input {
    enum input_kind { INPUT_OPERAND, INPUT_FILE } kind;
    const char *text; /* the URL, or the file's name: "-" is standard input */
};

/* One --format NAME[:FILE]. */
struct output_request {
    int format;       /* its place in FORMAT_LIST (output/format.h) */
    const char *file; /* NULL: --output's, else standard output; points into text */
    char *text;       /* owned */
};

/* So many in any period; count 0: no limit. */
struct rate {
    size_t count;
    int64_t period_us;
};

/* The index-th, from 1 on, of count parts of the list; count 0: all of it. */
struct shard {
    size_t index;
    size_t count;
};

/* All that the command line says. */
struct settings {
    struct check check;

    struct input *inputs;
    size_t input_count;
    struct shard shard;
    bool null_separated;
    bool allow_empty;
    bool strict;
    const char *proto_default;

    long parallel_max;
    long parallel_max_host;   /* 0: no limit */
    struct rate rate;         /* of starts */
    long retry;               /* how often a check is made again */
    int64_t retry_delay_us;   /* before the first time */
    long confirm;             /* how often what FAILED is asked again at the end */
    int64_t confirm_delay_us; /* after its failure, at least */
    int64_t deadline_us;      /* of the whole run, from its beginning; 0: none */
    bool fail_early;
    long min_ok; /* how many must be OK; 0: all */
    bool wait;   /* what FAILED is asked again until it is OK */
    struct strings canaries;
    struct target **canary_targets; /* one for each (input/canaries.h) */

    struct output_request *outputs;
    size_t output_count;
    const char *output_file;
    bool unordered;
    bool quiet;
    bool silent;
    bool verbose;
    int color; /* enum choice */
    bool no_progress;
    bool summary;

    bool help;
    bool version;
    bool dump;
    bool explain;
    int completion; /* enum shell: whose completions to print */
};

#endif
