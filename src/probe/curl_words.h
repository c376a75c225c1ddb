/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CURL_WORDS_H
#define PROBE_CURL_WORDS_H

/*
 * A phrase for people in place of a description by libcurl or OpenSSL, such as
 * "error:0A00010B:SSL routines::wrong version number". Unknown ones stay, but without OpenSSL's
 * numbers. Static, or a part of detail.
 */
const char *curl_words(const char *detail);

#endif
