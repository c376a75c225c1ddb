/* SPDX-License-Identifier: MIT */
#ifndef PROBE_OVERHEAD_GUARD_H
#define PROBE_OVERHEAD_GUARD_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What a server sends within a body that is neither header nor body, as a chunk's extension: no
 * callback of libcurl's is shown it. To be zeroed at the beginning.
 */
struct overhead_guard {
    unsigned reads; /* since header or body came */
    uint64_t since_bytes;
    curl_off_t shown_bytes; /* when that was last asked */
};

/* Header or body has come. */
static inline void overhead_guard_reset(struct overhead_guard *noise)
{
    noise->reads = 0;
}

/*
 * Asked at each read from the socket, with how much has come that is no noise, where overhead_guard_reset() is
 * not called for it: whether over bound_bytes of noise have been received since. To find out is a
 * system call, so the first reads are not looked at: the ends of most responses are among them.
 */
bool overhead_guard_exceeded(struct overhead_guard *noise, curl_socket_t socket,
                             curl_off_t shown_bytes, uint64_t bound_bytes);

#endif
