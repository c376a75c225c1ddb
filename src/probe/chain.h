/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CHAIN_H
#define PROBE_CHAIN_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "result/outcome.h"

#define CERTIFICATE_HOSTS_BYTES 256

/* The certificate that expires first. */
struct chain_expiry {
    int64_t not_after;                 /* seconds since 1970, 0: unknown */
    char name[CERTIFICATE_NAME_BYTES]; /* "": it is the server's own */
};

/* What a handshake shows of the server's chain of certificates, also if it rejects the chain. */
struct chain {
    struct chain_expiry expiry;
    char hosts[CERTIFICATE_HOSTS_BYTES]; /* for which the server's own certificate is valid, as in
                                            struct outcome; "": unknown */
    bool has_bad;
    struct bad_certificate bad; /* if has_bad: why it was rejected is known to libcurl */
};

/* Call it before there are threads; again is fine. */
void chain_init(void);

/*
 * Makes the handshakes of an SSL_CTX fill *chain, which is all zeros and must stay valid as long as the
 * connection. Whether a chain is accepted does not change. Any thread.
 */
void chain_observe(SSL_CTX *context, struct chain *chain);

#endif
