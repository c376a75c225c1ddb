/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROXIES_H
#define PROBE_PROXIES_H

#include <stdbool.h>

#include "base/error.h"
#include "input/settings.h"
#include "result/outcome.h"

struct proxy {
    char *host;         /* NULL: none; owned, by curl_free() */
    char *name;         /* "host:port", for users, without its user and password; owned */
    const char *origin; /* the environment's variable that names it, or "--proxy"; static */
};

/*
 * The proxies that libcurl may use. libcurl itself decides whether to use one for a
 * URL, as it applies no_proxy.
 */
struct proxies {
    struct proxy http; /* for http URLs */
    struct proxy https;
    bool has_exceptions; /* some hosts need no proxy */
};

/*
 * Sets *proxies to those of the check or, if it names none, of the environment. 0, or -1 with the
 * reason: libcurl cannot use a proxy, or is out of memory. Release *proxies either way.
 */
int proxies_find(struct proxies *proxies, const struct check *check, struct error *error);
void proxies_release(struct proxies *proxies);

/* Whether the check or the environment names any proxy. */
bool proxies_exist(const struct check *check);

/* The proxy that may be used for a URL; NULL: none. Borrowed from proxies. */
const struct proxy *proxies_for(const struct proxies *proxies, const char *url);

/*
 * Sets the outcome's used_proxy, and proxy if the check failed there. url is the last one that was
 * requested.
 */
void proxies_note_use(const struct proxies *proxies, const struct check *check, const char *url,
                      struct outcome *outcome);

#endif
