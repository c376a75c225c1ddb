/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CURL_WORDS_H
#define PROBE_CURL_WORDS_H

/*
 * A phrase for people. `curl_words(detail).text` is valid up to the end of the full expression
 * (C11, 6.2.4).
 */
struct words {
    char text[256];
};

/*
 * Says in words for people what a description by libcurl or OpenSSL means, such as
 * "error:0A00010B:SSL routines::wrong version number". One that is not known is quoted without
 * OpenSSL's numbers, with the name of the library.
 */
struct words curl_words(const char *detail);

#endif
