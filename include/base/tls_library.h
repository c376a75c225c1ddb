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

#endif
