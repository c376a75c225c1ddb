/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CA_STORE_H
#define PROBE_CA_STORE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "input/settings.h"
#include "result/outcome.h"

/*
 * The trusted CA certificates, read once and shared by all connections; libcurl alone would read
 * them for each handle, which takes 20 ms. Sharing works only if libcurl runs on the OpenSSL that
 * urlcheck is linked with (base/tls_library.h); else libcurl reads them itself.
 */
struct ca_store;

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

/*
 * A store for the check's CA options, which it copies. Reads the check's CA file and folder now,
 * but the system's certificates at the first handshake. NULL with the reason.
 */
struct ca_store *ca_store_new(const struct check *check, struct error *error);

/* NULL is fine. */
void ca_store_free(struct ca_store *ca_store);

/* Whether handshakes use ca_store_use(); else libcurl must be given the CA options. */
bool ca_store_is_shared(const struct ca_store *ca_store);

/*
 * Makes an SSL_CTX, the argument of CURLOPT_SSL_CTX_FUNCTION, use the shared certificates. The
 * handshake that follows fills *chain, which must stay valid as long as the connection. Any thread.
 * CURLE_OK; CURLE_SSL_CACERT_BADFILE: there are no CA certificates (ca_store_problem());
 * CURLE_OUT_OF_MEMORY: they cannot be read now, as no descriptor is left.
 */
CURLcode ca_store_use(struct ca_store *ca_store, void *ssl_ctx, struct chain *chain);

/*
 * After CURLE_SSL_CACERT_BADFILE: what is wrong, for users; the caller frees it. Any thread.
 */
char *ca_store_problem(const struct ca_store *ca_store);

#endif
