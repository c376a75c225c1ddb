/* SPDX-License-Identifier: MIT */
#ifndef RESULT_OUTCOME_H
#define RESULT_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/byte_buffer.h"

/* How far a check got. Each phase begins when the one before it has succeeded. */
enum phase {
    PHASE_NONE,     /* no request was made */
    PHASE_RESOLVE,  /* looking up the host name */
    PHASE_CONNECT,  /* connecting to the server, or to a proxy */
    PHASE_TLS,      /* TLS handshake */
    PHASE_RESPONSE, /* from the request to the end of the response's headers */
    PHASE_BODY,     /* reading the body */
    PHASE_DONE      /* a response is complete, or as much of it as is read; if outcome.code is not
                       CURLE_OK, it is a redirect that was not followed, and code says why */
};

/* How a name lookup ended. */
enum lookup_status {
    LOOKUP_NONE, /* there was no lookup, or libcurl made it */
    LOOKUP_FOUND,
    LOOKUP_NO_NAME, /* the name does not exist or has no address */
    LOOKUP_NO_IPV4, /* it has only IPv6 addresses, and the check requires IPv4 */
    LOOKUP_NO_IPV6, /* the reverse */
    LOOKUP_FAILED,  /* the name servers could not answer */
    LOOKUP_TIMEOUT, /* no answer in time */
    LOOKUP_NO_DOH,  /* the DoH server cannot be used: outcome.detail says why, for users */
    LOOKUP_SHORTAGE /* this machine ran out of something: errno is in os_error */
};

/* Of a certificate's name, with the NUL; a longer one is cut. */
#define CERTIFICATE_NAME_BYTES 64

/* The certificate of a chain that did not pass verification. */
struct bad_certificate {
    long error;         /* X509_V_ERR_... */
    int depth;          /* 0: the server's own, 1: that of its issuer, ... */
    bool is_root;       /* it has signed itself, and is not the server's own */
    int64_t not_before; /* seconds since 1970 */
    int64_t not_after;
    char name[CERTIFICATE_NAME_BYTES]; /* CN, or what it has instead; UTF-8 */
    char issuer[CERTIFICATE_NAME_BYTES];
};

/*
 * What a check observed: facts, not yet judged. Strings are owned unless static, and may be NULL.
 */
struct outcome {
    enum phase phase;
    enum lookup_status lookup;
    int code;                 /* CURLcode of the last transfer */
    int os_error;             /* errno of the socket or the lookup that failed, 0 if none */
    long verify_error;        /* X509_V_ERR_..., 0 if none */
    const char *abort_reason; /* why urlcheck aborted the transfer, if the server is to blame:
                                 a phrase for users; static, or NULL */
    char *location;           /* target of a redirect that was not followed */
    char *detail;             /* libcurl's description of the failure */
    char *auth_schemes;       /* for logging in, that a 401 or 407 offers: "Digest, Basic" */
    char *proxy;              /* "host:port" of the proxy at which it failed */
    bool in_proxy_handshake;  /* it ended in the TLS handshake with an https proxy */
    int proxy_error;          /* CURLproxycode, if code is CURLE_PROXY */
    struct bad_certificate *bad_certificate; /* owned; NULL: none, or unknown */

    bool used_head;             /* the method was HEAD */
    bool used_doh;              /* libcurl looked names up, with DNS over HTTPS */
    bool response_started;      /* at least a status line was received */
    int status;                 /* of the last response with complete headers, 0 if none */
    int head_rejected;          /* the status with which the server rejected HEAD, -1: by closing
                                   the connection; GET was sent then; 0: it did not */
    bool http1_chosen;          /* by the server, in the TLS handshake (ALPN) */
    bool http2_tried;           /* HTTP/1.1 got no response, so HTTP/2 was offered as well */
    int connect_status;         /* of the proxy's response to CONNECT, 0 if none */
    bool client_cert_requested; /* in the handshake; there was no response after it */
    bool has_client_cert;       /* the check has one */
    bool bot_wall;              /* the response has the header cf-mitigated */
    int64_t retry_after_us;     /* the delay that Retry-After requests, 0 if none */
    bool are_headers_withheld;  /* redirects led to another origin, which did not get all headers */
    bool is_body_withheld;      /* a redirect would have sent the body to another origin */
    bool on_other_host;         /* redirects led to a host other than the target's */
    bool ipv6_unavailable;      /* the address was IPv6, and this machine has no IPv6 network */
    bool reused_connection;     /* the last request was not the first one on its connection */
    bool idle_connection;       /* an earlier check had opened that connection */
    bool was_repeated;          /* libcurl repeated a request, as a connection broke: detail and
                                   os_error may be of the first try */
    const char *http_version;   /* "1.0", "1.1", "2", "3"; NULL if there was no response; static */
    int redirects;              /* how many were followed */
    int64_t bytes;              /* length of the body, decoded if --compressed is given */
    bool is_compressed;         /* the body is still compressed, as --compressed was not given */
    struct byte_buffer body;    /* the part of the body that is judged */
    struct byte_buffer headers; /* headers that the check expects: "Name: value" and NUL for each */
    char *final_url;            /* the last URL requested; NULL if no redirect was followed */
    char remote_ip[46];         /* "" if there was no connection */
    int64_t cert_not_after;     /* the earliest expiry of the certificates of all servers that were
                               contacted: seconds since 1970; 0: no certificate */
    char *cert_name;            /* of that certificate; NULL: it is a server's own */
    int64_t started_at_us;      /* microseconds since 1970 */

    /* Time spent in each phase, summed over redirects, and in total. */
    int64_t resolve_us;
    int64_t connect_us;
    int64_t tls_us;
    int64_t processing_us; /* from the request to the first byte of the response */
    int64_t transfer_us;
    int64_t total_us;
};

/* The word for users: "dns", "tcp", "tls", "http"; "-" for PHASE_NONE. Static. */
const char *phase_name(enum phase phase);

/* Frees what the outcome owns and keeps the other facts. */
void outcome_release_owned(struct outcome *outcome);

/* Frees what the outcome owns and sets everything to zero. */
void outcome_release(struct outcome *outcome);

#endif
