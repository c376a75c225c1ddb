/* SPDX-License-Identifier: MIT */
#ifndef BASE_TLS_LIBRARY_H
#define BASE_TLS_LIBRARY_H

#include <stdbool.h>

/*
 * Whether libcurl runs on the OpenSSL that urlcheck is linked with ("OpenSSL/3.0.19"). Only then
 * can urlcheck share a certificate store between connections and see certificates. Compares
 * curl_version_info()'s ssl_version with OpenSSL_version(). Any thread.
 */
bool tls_library_is_openssl(void);

/*
 * Whether a file name is one that `openssl rehash` gives to a certificate: eight hexadecimal
 * digits, a dot and a number, "0a1b2c3d.0".
 */
bool tls_library_is_hash_name(const char *name);

#endif
