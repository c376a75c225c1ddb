/* SPDX-License-Identifier: MIT */
#ifndef PROBE_URL_HOST_H
#define PROBE_URL_HOST_H

/*
 * Sets *host to the host of a URL, as it is looked up: in ASCII, if this libcurl can convert it.
 * Sets *port to its port or its scheme's default, unless port is NULL. flags: CURLU_..., for
 * curl_url_set(). The caller frees both by curl_free(); they are NULL after a failure. 0, or -1:
 * not a URL, or libcurl is out of memory (alloc_monitor_failed()).
 */
int url_host(const char *url, unsigned flags, char **host, char **port);

#endif
