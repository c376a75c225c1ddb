/* SPDX-License-Identifier: MIT */
#include "base/tls_library.h"

#include <ctype.h>
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <string.h>

bool tls_library_is_openssl(void)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    const char *ours = OpenSSL_version(OPENSSL_VERSION); /* "OpenSSL 3.0.19 27 Jan 2026" */
    const char *theirs = curl->ssl_version;
    size_t length;

    if (!theirs || strncmp(theirs, "OpenSSL/", 8) != 0 || strncmp(ours, "OpenSSL ", 8) != 0)
        return false;
    theirs += 8;
    ours += 8;
    length = strcspn(ours, " ");
    return strncmp(ours, theirs, length) == 0 && strchr(" (", theirs[length]);
}

bool tls_library_is_hash_name(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
           isdigit((unsigned char)name[9]);
}
