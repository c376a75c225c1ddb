/* SPDX-License-Identifier: MIT */
#include "engine/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/sync.h"

#define STACK_BYTES ((size_t)64 * 1024)

struct signals {
    struct chan *received;
    pthread_t thread;
    sigset_t set;
    atomic_bool stopping;
};

static void *wait_for_signals(void *argument)
{
    struct signals *signals = argument;
    bool again = false;
    int number;

    for (;;) {
        if (sigwait(&signals->set, &number))
            continue;
        if (atomic_load(&signals->stopping))
            return NULL;
        if (again)
            _exit(128 + number);
        again = true;
        chan_send(signals->received, &number);
    }
}

/* What is waited for: SIGTERM always, as signals_stop() sends it, SIGINT unless it is ignored. */
static void choose(sigset_t *set)
{
    struct sigaction action;

    sigemptyset(set);
    sigaddset(set, SIGTERM);
    if (sigaction(SIGINT, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset(set, SIGINT);
}

struct signals *signals_start(void)
{
    struct signals *signals = calloc(1, sizeof(*signals));
    sigset_t before;

    if (!signals)
        return NULL;
    signal(SIGPIPE, SIG_IGN);
    choose(&signals->set);
    signals->received = chan_new(sizeof(int), 1);
    if (!signals->received)
        goto no_chan;
    pthread_sigmask(SIG_BLOCK, &signals->set, &before);
    if (sync_thread(&signals->thread, STACK_BYTES, wait_for_signals, signals))
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

void signals_stop(struct signals *signals)
{
    if (!signals)
        return;
    atomic_store(&signals->stopping, true);
    pthread_kill(signals->thread, SIGTERM);
    sync_join(signals->thread);
    chan_free(signals->received);
    free(signals);
}
