/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CA_STORE_H
#define PROBE_CA_STORE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * The certificates that are trusted, read once and shared by all connections: left to itself,
 * libcurl reads them for each handle anew, 20 ms a time. This works where libcurl's TLS library is
 * the OpenSSL that we are linked with; elsewhere libcurl does it its own way.
 */
struct ca_store;

/*
 * The trust of a check. Reads the check's CA file and folder now, if it names any, the
 * system's certificates when the first handshake wants them. NULL with the reason.
 */
struct ca_store *ca_store_new(const struct check *check, struct error *error);
void ca_store_free(struct ca_store *ca_store);

/* Whether handshakes go through ca_store_use(); if not, libcurl is to be given the CA options. */
bool ca_store_is_shared(const struct ca_store *ca_store);

/*
 * Makes an SSL_CTX, as CURLOPT_SSL_CTX_FUNCTION gets it, use the shared certificates. The handshake
 * that follows sets *not_after, as in struct outcome, whether or not it accepts the chain: the
 * place must live as long as the connection does. Any thread.
 * CURLE_OK; CURLE_SSL_CACERT_BADFILE if the system has no CA certificates, CURLE_OUT_OF_MEMORY if
 * they cannot be read for want of descriptors.
 */
CURLcode ca_store_use(struct ca_store *ca_store, void *ssl_ctx, int64_t *not_after);

#endif
