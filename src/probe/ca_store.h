/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CA_STORE_H
#define PROBE_CA_STORE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "chain.h"
#include "input/settings.h"
#include "result/outcome.h"

/*
 * The trusted CA certificates, read once and shared by all connections; libcurl alone would read
 * them for each handle, which takes 20 ms. Sharing works only if libcurl runs on the OpenSSL that
 * urlcheck is linked with (base/tls_library.h); else libcurl reads them itself.
 */
struct ca_store;

/* Where trusted certificates are. Borrows from the check. */
struct ca_source {
    const char *file; /* the user's: if this or path is set, no other CA is trusted */
    const char *path;
    const char *default_file; /* from the environment, as in struct check */
    const char *default_path;
    const char *default_variable;
};

/* What a check's options say about servers, and about https proxies. */
struct ca_source ca_source_of_servers(const struct check *check);
struct ca_source ca_source_of_proxies(const struct check *check);

/*
 * A store for the source, which it copies. Reads the user's CA file and folder now, but the system's
 * certificates at the first handshake. NULL with the reason.
 */
struct ca_store *ca_store_new(const struct ca_source *source, struct error *error);

/* The stores that a transfer uses; borrowed. */
struct ca_stores {
    struct ca_store *of_servers;
    struct ca_store *of_proxies;
};

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
