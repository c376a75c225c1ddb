/* SPDX-License-Identifier: MIT */
#include "overhead_guard.h"

#include <sys/socket.h>
#ifdef __linux__
#include <linux/tcp.h>
#include <netinet/in.h>
#endif

/* How often it is looked at, in reads of the handle's buffer or, over TLS, a record. */
#define QUIET_READS 6

/* How many bytes a connection has received, 0 if that cannot be told. */
static uint64_t received_bytes(curl_socket_t fd)
{
#ifdef __linux__
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);

    if (fd != CURL_SOCKET_BAD && getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        return info.tcpi_bytes_received;
#else
    (void)fd;
#endif
    return 0;
}

bool overhead_guard_exceeded(struct overhead_guard *noise, curl_socket_t socket,
                             curl_off_t shown_bytes, uint64_t bound_bytes)
{
    uint64_t received;

    if (shown_bytes != noise->shown_bytes) {
        noise->shown_bytes = shown_bytes;
        overhead_guard_reset(noise);
    }
    if (++noise->reads % QUIET_READS)
        return false;
    received = received_bytes(socket);
    if (noise->reads == QUIET_READS)
        noise->since_bytes = received;
    return received > noise->since_bytes + bound_bytes;
}
