/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROXIES_H
#define PROBE_PROXIES_H

#include "base/error.h"
#include "input/settings.h"

/*
 * The hosts of the proxies that libcurl may use. libcurl itself decides whether to use one for a
 * URL, as it applies no_proxy.
 */
struct proxies {
    char *http; /* for http URLs; NULL: none; owned, by curl_free() */
    char *https;
};

/*
 * Sets *proxies to those of the check or, if it names none, of the environment. 0, or -1 with the
 * reason: libcurl cannot use a proxy, or is out of memory. Release *proxies either way.
 */
int proxies_find(struct proxies *proxies, const struct check *check, struct error *error);
void proxies_release(struct proxies *proxies);

/* The host of the proxy that a URL of the origin may use; NULL: none. Borrowed from proxies. */
const char *proxies_for(const struct proxies *proxies, const char *origin);

#endif
