/* SPDX-License-Identifier: MIT */
#ifndef RESULT_OUTCOME_H
#define RESULT_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/byte_buffer.h"
#include "result/transfer_facts.h"

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
    int64_t own_not_before; /* of the server's own certificate */
    int64_t own_not_after;
    bool is_other_host; /* the server's own is not valid for the host; false: it is, or unknown */
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
    char *used_proxy;         /* "host:port" of the proxy that the last request went to, or should
                                 have; NULL: none, or unknown */
    char *proxy;              /* the proxy at which it failed, and where that was set:
                                 "host:port (https_proxy)" */
    bool in_proxy_handshake;  /* it ended in the TLS handshake with an https proxy */
    const char *unix_socket;  /* the path that it was to connect to; NULL: none; the target's */
    int proxy_error;          /* CURLproxycode, if code is CURLE_PROXY */
    struct bad_certificate *bad_certificate; /* owned; NULL: none, or unknown */
    char *cert_hosts; /* if a certificate did not pass: the first names for which the
                                 server's own is valid, "a.example, b.example and 3 more"; NULL:
                                 unknown */

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
    char *greeting;     /* the first line from a server that does not speak HTTP, "" if it is not
                                   text; NULL: it speaks HTTP, or is silent */
    char *phrase;       /* of the last status, at most 100 bytes; NULL: the standard one, or none */
    char *content_type; /* of the last response, at most 256 bytes; NULL: none */
    const char *http_version;   /* "1.0", "1.1", "2", "3"; NULL if there was no response; static */
    int redirects;              /* how many were followed */
    int64_t bytes;              /* length of the body, decoded if --compressed is given */
    bool is_compressed;         /* the body is still compressed, as --compressed was not given */
    struct byte_buffer body;    /* the part of the body that is judged */
    struct byte_buffer headers; /* headers that the check expects, or that --write-out prints:
                                   "Name: value" and NUL for each */
    struct transfer_facts
        *transfer;          /* owned; NULL: --write-out does not print it, or there was none */
    char *final_url;        /* the last URL requested; NULL if no redirect was followed */
    char remote_ip[46];     /* "" if there was no connection */
    int remote_port;        /* of the last connection, or of the last try; 0 if there was none */
    int64_t cert_not_after; /* the earliest expiry of the certificates of all servers that were
                               contacted: seconds since 1970; 0: no certificate */
    char *cert_name;        /* of that certificate; NULL: it is a server's own */
    int64_t started_at_us;  /* microseconds since 1970 */

    /*
     * Time spent in each phase, summed over redirects, and in total. outcome_phase_us() tells which
     * of the zeros mean that there was no such phase.
     */
    int64_t resolve_us;
    int64_t connect_us;
    int64_t tls_us;
    int64_t processing_us; /* from the request to the first byte of the response */
    int64_t transfer_us;
    int64_t total_us;
    int64_t read_on_us; /* after the body was judged, to keep the connection; in no other time */
};

/*
 * The check has ended, and total_us is set: adds the time that belongs to no phase yet to the one in
 * which the check stopped, as libcurl counts a phase only once it is over.
 */
void outcome_note_stop(struct outcome *outcome);

/*
 * The time of a phase from PHASE_RESOLVE to PHASE_BODY; PHASE_RESPONSE is processing_us, PHASE_BODY
 * transfer_us. -1: the check did not get that far, or needed no such phase (a kept connection, no
 * TLS).
 */
int64_t outcome_phase_us(const struct outcome *outcome, enum phase phase);

/* The word for users: "dns", "tcp", "tls", "http"; "-" for PHASE_NONE. Static. */
const char *phase_name(enum phase phase);

/*
 * The process was stopped during the check. What the phases have more than the total is taken off the
 * longest one, as it was stopped in that one, and off the next if that does not suffice.
 */
void outcome_subtract_pause(struct outcome *outcome);

/* Frees what the outcome owns and keeps the other facts. */
void outcome_release_owned(struct outcome *outcome);

/* Frees what the outcome owns and sets everything to zero. */
void outcome_release(struct outcome *outcome);

#endif
