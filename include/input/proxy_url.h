/* SPDX-License-Identifier: MIT */
#ifndef INPUT_PROXY_URL_H
#define INPUT_PROXY_URL_H

#include "base/error.h"

/*
 * Whether libcurl can use the proxy, whose URL may lack its scheme. 0; or -1 with the reason, a
 * phrase that quotes nothing but the scheme (the URL may contain a password), and errno: EINVAL, or
 * ENOMEM if libcurl is out of memory.
 */
int proxy_url_check(const char *text, struct error *error);

#endif
