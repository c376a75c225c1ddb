/* SPDX-License-Identifier: MIT */
#include "engine/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

#define STACK_BYTES ((size_t)64 * 1024)

struct signals {
    struct chan *received;
    pthread_t thread;
    sigset_t set;
    atomic_bool stopping;
    atomic_llong end_us; /* when the process is to end; 0: never */
    atomic_int end_status;
};

/* Of ours: what the thread is woken with, to look again. */
#define WAKE SIGUSR2

/* The first signal; 0 if there will be none. */
static int wait_for_first(struct signals *signals)
{
    for (;;) {
        int64_t end_us = atomic_load(&signals->end_us);
        int64_t left_us = end_us - clock_now_us();
        struct timespec left = clock_timespec(left_us > 0 ? left_us : 0);
        int number =
            end_us ? sigtimedwait(&signals->set, NULL, &left) : sigwaitinfo(&signals->set, NULL);

        if (atomic_load(&signals->stopping))
            return 0;
        if (number > 0 && number != WAKE)
            return number;
        if (number < 0 && errno == EAGAIN)
            quick_exit(atomic_load(&signals->end_status));
    }
}

/* Returns when another signal comes, or after SIGNALS_PATIENCE_US. */
static void wait_for_more(const struct signals *signals, int first)
{
    int64_t began_us = clock_now_us();

    for (;;) {
        int64_t left_us = began_us + SIGNALS_PATIENCE_US - clock_now_us();
        struct timespec left = clock_timespec(left_us > 0 ? left_us : 0);
        int number = sigtimedwait(&signals->set, NULL, &left);
        bool is_echo = number == first && clock_now_us() < began_us + SIGNALS_ECHO_US;

        if (!is_echo && (number >= 0 || errno != EINTR))
            return;
    }
}

/* Passes the first signal on; the next, or too long a time without an end, ends the process. */
static void *wait_for_signals(void *argument)
{
    struct signals *signals = argument;
    int first = wait_for_first(signals);

    if (first == 0)
        return NULL;
    chan_send(signals->received, &first);
    wait_for_more(signals, first);
    if (!atomic_load(&signals->stopping))
        quick_exit(128 + first);
    return NULL;
}

static void add_unless_ignored(sigset_t *set, int number)
{
    struct sigaction action;

    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset(set, number);
}

struct signals *signals_start(void)
{
    struct signals *signals = calloc(1, sizeof(*signals));
    sigset_t before;

    if (!signals)
        return NULL;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a write that fails */
    sigemptyset(&signals->set);
    sigaddset(&signals->set, WAKE);
    add_unless_ignored(&signals->set, SIGINT);
    add_unless_ignored(&signals->set, SIGTERM);
    signals->received = chan_new(sizeof(int), 1);
    if (!signals->received)
        goto no_chan;
    pthread_sigmask(SIG_BLOCK, &signals->set, &before);
    if (thread_start(&signals->thread, STACK_BYTES, wait_for_signals, signals))
        goto no_thread;
    return signals;

no_thread:
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    chan_free(signals->received);
no_chan:
    free(signals);
    return NULL;
}

struct chan *signals_received(struct signals *signals)
{
    return signals->received;
}

void signals_end_at(struct signals *signals, int64_t time_us, int status)
{
    atomic_store(&signals->end_status, status);
    atomic_store(&signals->end_us, time_us);
    pthread_kill(signals->thread, WAKE);
}

void signals_stop(struct signals *signals)
{
    if (!signals)
        return;
    atomic_store(&signals->stopping, true);
    pthread_kill(signals->thread, WAKE);
    thread_join(signals->thread);
    chan_free(signals->received);
    free(signals);
}
