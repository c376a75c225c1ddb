/* SPDX-License-Identifier: MIT */
#include "engine/signals.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"

#define STACK_BYTES ((size_t)64 * 1024)

struct signals {
    struct chan *received;
    pthread_t thread;
    sigset_t set;
    atomic_bool stopping;
    atomic_llong end_us; /* when the process ends; 0: never */
    atomic_int end_status;
};

/*
 * Wakes the thread, so that it reads stopping and end_us. Sent by another process, it has no
 * effect.
 */
#define WAKE_SIGNAL SIGUSR2

/* How long to wait, at most until time_us (0: for ever). */
static struct timespec time_to_wait(int64_t time_us)
{
    int64_t left_us = time_us ? time_us - clock_now_us() : CLOCK_TICK_US;

    if (left_us > CLOCK_TICK_US)
        left_us = CLOCK_TICK_US;
    return clock_timespec(left_us > 0 ? left_us : 0);
}

/*
 * Waits for a signal until time_us (0: for ever), and lets the clock tick. The signal's number; 0:
 * the time has come.
 */
static int wait_until(const struct signals *signals, int64_t time_us)
{
    struct timespec left;
    int number;

    do {
        clock_tick();
        left = time_to_wait(time_us);
        number = sigtimedwait(&signals->set, NULL, &left);
        if (number == SIGCONT)
            clock_note_continued();
    } while (number == SIGCONT ||
             (number < 0 && errno == EAGAIN && (time_us == 0 || clock_now_us() < time_us)));
    if (number < 0)
        return errno == EAGAIN ? 0 : WAKE_SIGNAL; /* EINTR: look again */
    return number;
}

/* The first signal; 0: signals_stop() came before. Ends the process at end_us. */
static int wait_for_first(struct signals *signals)
{
    while (!atomic_load(&signals->stopping)) {
        int64_t end_us = atomic_load(&signals->end_us);
        int number = wait_until(signals, end_us);

        if (atomic_load(&signals->stopping))
            break;
        if (number == 0)
            quick_exit(atomic_load(&signals->end_status));
        if (number != WAKE_SIGNAL)
            return number;
    }
    return 0;
}

/* Returns at a second signal, after SIGNALS_PATIENCE_US, or at signals_stop(). */
static void wait_for_second(struct signals *signals, int first)
{
    int64_t began_us = clock_now_us();

    atomic_store(&signals->end_us, began_us + SIGNALS_PATIENCE_US);
    while (!atomic_load(&signals->stopping)) {
        int number = wait_until(signals, began_us + SIGNALS_PATIENCE_US);
        bool is_echo =
            number == first && (first == SIGHUP || clock_now_us() < began_us + SIGNALS_ECHO_US);

        if (number != WAKE_SIGNAL && !is_echo)
            return;
    }
}

/*
 * With SCHED_BATCH (session/process.h) this thread could be so late, after all threads that check, that
 * the process would seem to have been stopped. sched(7).
 */
static void run_in_time(void)
{
#ifdef SCHED_BATCH
    if (sched_getscheduler(0) == SCHED_BATCH)
        sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){0});
#endif
}

static void *wait_for_signals(void *argument)
{
    struct signals *signals = argument;
    int first;

    run_in_time();
    first = wait_for_first(signals);
    if (first == 0)
        return NULL;
    chan_send(signals->received, &first);
    wait_for_second(signals, first);
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
    struct signals *signals = xcalloc(1, sizeof(*signals));
    sigset_t before;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(&signals->set);
    sigaddset(&signals->set, WAKE_SIGNAL);
    sigaddset(&signals->set, SIGCONT); /* it has continued the process before it is taken */
    add_unless_ignored(&signals->set, SIGINT);
    add_unless_ignored(&signals->set, SIGTERM);
    add_unless_ignored(&signals->set, SIGHUP);
    signals->received = chan_new(sizeof(int), 1);
    pthread_sigmask(SIG_BLOCK, &signals->set, &before);
    if (thread_start(&signals->thread, STACK_BYTES, wait_for_signals, signals) == 0)
        return signals;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    chan_free(signals->received);
    free(signals);
    return NULL;
}

struct chan *signals_received(struct signals *signals)
{
    return signals->received;
}

int64_t signals_end_us(const struct signals *signals)
{
    int64_t end_us = signals ? atomic_load(&signals->end_us) : 0;

    return end_us ? end_us : CLOCK_NEVER;
}

void signals_end_at(struct signals *signals, int64_t time_us, int status)
{
    atomic_store(&signals->end_status, status);
    atomic_store(&signals->end_us, time_us);
    pthread_kill(signals->thread, WAKE_SIGNAL);
}

void signals_stop(struct signals *signals)
{
    if (!signals)
        return;
    atomic_store(&signals->stopping, true);
    pthread_kill(signals->thread, WAKE_SIGNAL);
    thread_join(signals->thread);
    clock_stop_ticks();
    chan_free(signals->received);
    free(signals);
}
