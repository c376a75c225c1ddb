/* SPDX-License-Identifier: MIT */
#ifndef RESULT_OUTCOME_H
#define RESULT_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/byte_buffer.h"

/* How far a check has come. Each phase begins when the one before it has succeeded. */
enum phase {
    PHASE_NONE,     /* nothing was asked */
    PHASE_RESOLVE,  /* looking up the name */
    PHASE_CONNECT,  /* connecting, to a proxy perhaps */
    PHASE_TLS,      /* TLS handshake */
    PHASE_RESPONSE, /* request sent, up to the end of the response's headers */
    PHASE_BODY,     /* reading the body */
    PHASE_DONE      /* the response is complete, or as much of it as is read; it may be a redirect
                       that is not followed, with a code that says why */
};

/* How looking up a name ended. */
enum lookup {
    LOOKUP_NONE, /* there was none, or libcurl did it */
    LOOKUP_FOUND,
    LOOKUP_NO_NAME, /* there is no such name, or it has no address */
    LOOKUP_FAILED,  /* the name servers could not answer */
    LOOKUP_TIMEOUT, /* no answer in time */
    LOOKUP_SHORTAGE /* this machine could not ask: errno in os_error */
};

/* What a probe saw: facts, without a judgement. Strings are owned and may be NULL. */
struct outcome {
    enum phase phase;
    enum lookup lookup;
    int code;            /* CURLcode of the last transfer */
    int os_error;        /* errno of the socket that could not be made or connected, 0 if none */
    long verify_error;   /* X509_V_ERR_..., 0 if none */
    const char *refusal; /* why the response was given up, a phrase for people; static, or NULL */
    char *location;      /* where a redirect led that was not followed */
    char *detail;        /* what libcurl said of the failure */

    bool by_doh;            /* names were looked up by libcurl, over HTTPS */
    bool begun;             /* at least one line of a response came */
    int status;             /* of the last response whose headers came whole, 0 if none */
    int connect_status;     /* of the proxy's answer to CONNECT, 0 if none */
    bool bot_wall;          /* the response carries cf-mitigated */
    int64_t retry_after_us; /* how long its server wants to be left alone; 0: it did not say */
    bool elsewhere;         /* redirects have led to another host than the target's */
    bool lacks_ipv6;        /* an IPv6 address was tried, and there is no IPv6 here to reach it */
    bool reused;            /* a connection that an earlier check had left had its part in it */
    int http_version;       /* 10, 11, 20, 30; 0 if there was no response */
    int redirects;
    int64_t bytes;              /* of the body, decoded where that was asked for */
    struct byte_buffer body;    /* its beginning, as far as a check is to look into it */
    struct byte_buffer headers; /* "Name: value" and a NUL for each that a check expects */
    char *final_url;            /* the last one asked; NULL where there were no redirects */
    char remote_ip[46];         /* "" if there was no connection */
    int64_t cert_not_after; /* seconds since 1970: when the first certificate expires, of the chains
                               of all servers on the way; 0 if there was none */
    int64_t started_at_us;  /* microseconds since 1970 */

    /* How long each phase took, and the whole; redirects add up. Microseconds. */
    int64_t resolve_us;
    int64_t connect_us;
    int64_t tls_us;
    int64_t processing_us; /* from the request to the first byte of the response */
    int64_t transfer_us;
    int64_t total_us;
};

/* "tcp": how far a check came, "-" if nothing was asked. */
const char *phase_name(enum phase phase);

/* Frees what it owns, and keeps the rest. */
void outcome_forget_owned(struct outcome *outcome);

/* Frees what it owns and makes it empty. */
void outcome_release(struct outcome *outcome);

#endif
