/* SPDX-License-Identifier: MIT */
#include "transfer_limits.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#ifdef __linux__
#include <linux/tcp.h>
#endif

#include "base/clock.h"
#include "response.h"

/* How long a body is read only to keep the connection; if nothing comes, up to a second. */
#define READ_ON_US (250 * CLOCK_MS)
/* A body that is not passed on, of a redirect for instance. Some programs send a whole page with it. */
#define IGNORED_BODY_BYTES (1024 * 1024)
/*
 * Bytes received since the last byte of headers or decoded body. A decoder may need 128 KiB before it
 * produces output (Zstandard: RFC 8878, section 3.1.1.2.4), and a header line may have 100 KiB.
 */
#define OVERHEAD_BYTES ((uint64_t)256 * 1024)
/*
 * Reading the socket's counter is a system call. It is made in each tenth quiet call only; most
 * responses come before the first.
 */
#define QUIET_CALLS 10

/* How many bytes the connection has received so far; 0 if the system does not say. */
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

/*
 * Whether response_on_body() does not get the body: it is a redirect's, or that of a 401 or 407 to
 * which libcurl responds with another request.
 */
static bool is_body_ignored(const struct transfer_state *state)
{
    return state->is_followed || (state->phase == PHASE_BODY && !state->is_body_passed &&
                                  (state->status == 401 || state->status == 407));
}

static const char *ignored_body_problem(const struct transfer_state *state)
{
    return state->is_followed ? "a redirect with a body of over 1 MiB"
                              : "a request for login with a body of over 1 MiB";
}

/*
 * Why to abort a transfer whose connection has received so many bytes; NULL: not for that. Of a body
 * that is not passed on no callback knows between two calls of on_progress().
 */
static const char *excess_problem(const struct transfer_state *state, uint64_t received)
{
    bool is_ignored = is_body_ignored(state);
    uint64_t limit = OVERHEAD_BYTES + (is_ignored ? IGNORED_BODY_BYTES : 0);

    if (received <= state->received_before_bytes + limit)
        return NULL;
    return is_ignored ? ignored_body_problem(state)
                      : "over 256 KiB received without any headers or body";
}

void transfer_limits_note_body(struct transfer_state *state, int64_t body_bytes)
{
    if (is_body_ignored(state) && body_bytes > state->ignored_body_bytes) {
        state->ignored_body_bytes = body_bytes;
        state->quiet_calls = 0;
    }
    if (state->ignored_body_bytes > IGNORED_BODY_BYTES)
        response_abort(state, ignored_body_problem(state));
}

bool transfer_limits_end(struct transfer_state *state, int64_t now_us)
{
    uint64_t received;

    state->is_overdue = now_us >= state->deadline_us ||
                        (state->enough_us && now_us >= state->enough_us + READ_ON_US);
    if (++state->quiet_calls % QUIET_CALLS == 0) {
        received = received_bytes(state->socket);
        if (state->quiet_calls == QUIET_CALLS)
            state->received_before_bytes = received;
        if (!state->abort_reason)
            state->abort_reason = excess_problem(state, received);
    }
    return state->abort_reason || state->is_overdue || atomic_load(state->cancelled);
}
