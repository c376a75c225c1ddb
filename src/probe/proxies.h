/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROXIES_H
#define PROBE_PROXIES_H

#include "base/error.h"
#include "input/settings.h"

/* The names of the proxies that libcurl may ask through. It decides itself, by no_proxy too. */
struct proxies {
    char *http; /* for http URLs; NULL: none; owned */
    char *https;
};

/*
 * Fills *proxies with what the check, or else the environment, names. 0, or -1 with the reason if
 * that is no URL. To be released either way.
 */
int proxies_find(struct proxies *proxies, const struct check *check, struct error *error);
void proxies_release(struct proxies *proxies);

/* The name of the proxy that a URL of the origin may be asked through; NULL: none. */
const char *proxies_for(const struct proxies *proxies, const char *origin);

#endif
