/* SPDX-License-Identifier: MIT */
#include "run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/path.h"

/* flock(2) cannot wait for a signal that is blocked, nor until a time: it is tried this often. */
#define RETRY_US (50 * CLOCK_MS)

/* Waits until time_us. False: a signal came. */
static bool pause_until(struct run_lock *lock, struct signals *signals, int64_t time_us)
{
    struct chan *received = signals_received(signals);

    return chan_select(&received, 1, time_us) != 0 || chan_recv(received, &lock->signal) <= 0;
}

static enum run_lock_end await(struct run_lock *lock, const char *file,
                               const struct settings *settings, struct signals *signals,
                               int64_t deadline_us, struct error *error)
{
    while (flock(lock->fd, LOCK_EX | LOCK_NB)) {
        int64_t now_us = clock_now_us();

        if (errno != EWOULDBLOCK && errno != EINTR) {
            error_set_errno(error, "cannot lock '%s'", file);
            return RUN_LOCK_FAILED;
        }
        if (settings->lock == LOCK_SKIP)
            return RUN_LOCK_SKIPPED;
        if (now_us >= deadline_us) {
            error_set(error, "the deadline came before the end of another run with '%s'",
                      settings->state);
            return RUN_LOCK_LATE;
        }
        if (!pause_until(lock, signals, now_us + RETRY_US)) {
            error_set(error, "interrupted while waiting for another run with '%s'",
                      settings->state);
            return RUN_LOCK_INTERRUPTED;
        }
    }
    return RUN_LOCK_TAKEN;
}

enum run_lock_end run_lock_take(struct run_lock *lock, const struct settings *settings,
                                struct signals *signals, int64_t deadline_us, struct error *error)
{
    enum run_lock_end end;
    char *state, *file;

    lock->fd = -1;
    if (settings->lock == LOCK_NONE)
        return RUN_LOCK_TAKEN;
    state = path_follow_links(settings->state);
    if (!state) {
        error_set_errno(error, "cannot open '%s'", settings->state);
        return RUN_LOCK_FAILED;
    }
    file = xasprintf("%s.lock", state);
    free(state);
    /* O_NOFOLLOW: in a folder of many users, the name could be another user's link to any file. */
    lock->fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock->fd < 0) {
        error_set_errno(error, "cannot open '%s'", file);
        end = RUN_LOCK_FAILED;
    } else {
        end = await(lock, file, settings, signals, deadline_us, error);
    }
    free(file);
    if (end != RUN_LOCK_TAKEN)
        run_lock_release(lock);
    return end;
}

void run_lock_release(struct run_lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}
