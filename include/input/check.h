/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CHECK_H
#define INPUT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/string_list.h"

enum http_version { HTTP_1_1, HTTP_2, HTTP_3 };
enum tls_version { TLS_ANY, TLS_1_2, TLS_1_3 };
enum ip_version { IP_ANY, IP_4, IP_6 };

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
    struct string_list headers;
    struct string_list data;    /* of data and json one is empty; the body is joined with & */
    struct string_list json;    /* ... and this one's put together */
    struct string_list user;    /* at most one: "user:password" */
    struct string_list bearer;  /* at most one */
    struct string_list cookies; /* "name=value", or with an origin what is in a cookie file */
    bool netrc;
    bool compressed;

    const char *ca_file; /* with ca_path all that is trusted; both NULL: the default */
    const char *ca_path;
    const char *default_ca_file; /* the environment's; both NULL: what libcurl was built to use */
    const char *default_ca_path;
    const char *cert;          /* "FILE[:PASSWORD]": input/client_cert.h */
    const char *key;           /* NULL: it is in cert's file */
    struct string_list pinned; /* at most one: "sha256//...", as CURLOPT_PINNEDPUBLICKEY has it */
    int tls_version;           /* enum tls_version: the least */

    struct string_list resolve;
    struct string_list connect_to;
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
    struct string_list contains;
    struct string_list not_contains;
    struct string_list regex; /* patterns (input/pattern.h) */
    struct string_list not_regex;
    struct string_list expect_header; /* "Name: pattern" */
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

/*
 * The checks that lines have of their own: copies of the command line's, changed by attributes.
 * The table of options knows what there is to copy, to compare and to free.
 */

/* What holds where nothing is said. */
struct check check_defaults(void);

/*
 * A copy of the command line's check that may be changed, with texts, from malloc(), which it then
 * owns. check_free() frees it; NULL with errno ENOMEM, texts is then freed.
 */
struct check *check_copy(const struct check *check, char *texts);
void check_free(struct check *check);

/*
 * A copy that keeps what the check says of time and of the way to servers. What it says of requests
 * and answers, and of particular servers, becomes what holds by default. As check_copy().
 */
struct check *check_copy_way(const struct check *check);

/* Frees what it owns. */
void check_release(struct check *check);

/*
 * The options that are not as by default, as attributes in the order of the table: equal for two
 * checks if and only if they are the same. Secrets stand in it; a long text's SHA-256 takes its
 * place. The caller frees it; NULL with errno ENOMEM.
 */
char *check_identify(const struct check *check);

/* The same without what is expected of the answer: whoever asks the same can share connections. */
char *check_identify_asked(const struct check *check);

/* Whether the answer's body is to be looked into. */
bool check_judges_content(const struct check *check);

/* 0; or -1 with the reason, if options contradict each other: it begins with the name of one. */
int check_contradicts(const struct check *check, struct error *error);

#endif
