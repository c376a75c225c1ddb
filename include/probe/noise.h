/* SPDX-License-Identifier: MIT */
#ifndef PROBE_NOISE_H
#define PROBE_NOISE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What a server sends within a body that is neither header nor body, as a chunk's extension: no
 * callback of libcurl's is shown it. To be zeroed at the beginning.
 */
struct noise {
    unsigned reads; /* since header or body came */
    uint64_t since_bytes;
    curl_off_t shown_bytes; /* when that was last asked */
};

/* Header or body has come. */
static inline void noise_end(struct noise *noise)
{
    noise->reads = 0;
}

/*
 * Asked at each read from the socket, with how much has come that is no noise, where noise_end() is
 * not called for it: whether over bound_bytes of noise have been received since. To find out is a
 * system call, so the first reads are not looked at: the ends of most responses are among them.
 */
bool noise_exceeds(struct noise *noise, curl_socket_t socket, curl_off_t shown_bytes,
                   uint64_t bound_bytes);

#endif
