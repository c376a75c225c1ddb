/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CHECK_H
#define INPUT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/string_list.h"
#include "input/pattern.h"

/* HTTP_AUTO: HTTP/1.1; then HTTP/2, if HTTP/1.1 may be why a server ends a connection. */
enum http_version { HTTP_AUTO, HTTP_1_1, HTTP_2, HTTP_3 };
enum tls_version { TLS_ANY, TLS_1_2, TLS_1_3 };
enum ip_version { IP_ANY, IP_4, IP_6 };

struct write_out;

/*
 * How a URL is requested and what is expected of the response. Options with the names of curl's
 * options mean the same. Plain texts are borrowed, from argv, the environment or `texts`; lists are
 * owned. A check is not changed any more once other threads may read it.
 */
struct check {
    int64_t max_time_us;
    int64_t connect_timeout_us; /* 0: only max_time_us limits it */
    long max_redirects;         /* -1: no limit */
    bool follow;
    bool location_trusted; /* redirects to other origins get all headers, bodies and logins */
    bool head;
    bool insecure;
    const char *request; /* NULL: GET, or HEAD if head is set */
    const char *user_agent;
    const char *referer;
    struct string_list headers;
    struct string_list data;    /* joined with &, the body; data or json is empty */
    struct string_list json;    /* joined, the body */
    struct string_list user;    /* at most one: "user:password" */
    struct string_list bearer;  /* at most one */
    struct string_list cookies; /* "name=value"; with an origin, the contents of a cookie file */
    bool netrc;
    bool digest;
    bool anyauth;
    bool compressed;

    const char *ca_file; /* if this or ca_path is set, no other CA is trusted */
    const char *ca_path;
    const char *default_ca_file; /* from the environment; if both are NULL, libcurl's default */
    const char *default_ca_path;
    const char *default_ca_variable; /* the one that default_ca_file is from */
    const char *proxy_ca_file;       /* for https proxies; NULL: the default */
    bool proxy_insecure;
    const char *cert;          /* "FILE[:PASSWORD]": input/client_cert.h */
    const char *key;           /* NULL: it is in cert's file */
    struct string_list pinned; /* at most one: "sha256//...", for CURLOPT_PINNEDPUBLICKEY */
    int tls_version;           /* enum tls_version: the lowest that is accepted */

    struct string_list resolve;
    struct string_list connect_to;
    const char *interface;
    const char *unix_socket;
    const char *doh_url;
    const char *proxy; /* NULL: the environment decides */
    const char *no_proxy;
    int http_version; /* enum http_version */
    int ip_version;   /* enum ip_version */

    /* What is expected of the response. NULL, 0 and empty lists expect nothing. */
    const char *accept; /* statuses and classes (input/expectations.h) */
    const char *warn;
    struct string_list contains;
    struct string_list not_contains;
    struct pattern_list regex;
    struct pattern_list not_regex;
    struct pattern_list expect_header; /* "Name: RE"; the expression may be empty */
    int64_t max_latency_us;
    int64_t warn_latency_us;
    const char *cert_expiry; /* two times (input/expectations.h) */
    bool fail_on_redirect;
    bool warn_on_redirect;
    int64_t max_filesize; /* 0: check_body_bytes() has the default */

    /* What is done with the result. */
    const char *needs;              /* name= of a URL: while it is down, this one is not reported */
    struct string_list maintenance; /* windows (input/maintenance.h) */

    /* What is kept of a transfer besides, for --write-out; borrowed; NULL: nothing. */
    const struct write_out *write_out;

    /* Only for the check of a single line (src/input/check_options.h), else NULL. All are owned. */
    char *texts;            /* storage of the line's own texts */
    char *identity;         /* equal for two checks if and only if the checks are */
    char *request_identity; /* of the request alone; NULL: it is the command line's request */
};

/* The defaults. */
struct check check_defaults(void);

/* How many bytes of a body are read; the rest is not. */
int64_t check_body_bytes(const struct check *check);

/*
 * Whether the request may be sent twice: not if it has a method of its own or a body (RFC 9110,
 * section 9.2.2).
 */
bool check_may_be_repeated(const struct check *check);

/* Whether the response's body is searched. */
bool check_judges_content(const struct check *check);

#endif
