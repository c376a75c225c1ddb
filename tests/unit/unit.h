/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

/* For all unit tests: cmocka, threads whose state a test can see, random numbers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A test that hangs fails after this time: much longer than any test takes under any tool. */
#define HANG_S 100
#define RUN_TESTS(tests) (begin_tests(), cmocka_run_group_tests(tests, NULL, NULL))

/* A shell script starts background jobs with SIGINT ignored, nohup(1) with SIGHUP; tests send them. */
static inline void begin_tests(void)
{
    alarm(HANG_S);
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

/* Waits for a semaphore, also after a signal has interrupted the wait. */
static inline void sem_take(sem_t *semaphore)
{
    while (sem_wait(semaphore))
        ;
}

/* A second thread. It may not use cmocka's assertions, which longjmp() to the test's thread. */
struct helper {
    pthread_t thread;
    atomic_int id;
    void (*body)(void *argument);
    void *argument;
};

static inline void *helper_main(void *argument)
{
    struct helper *helper = argument;

    atomic_store(&helper->id, (int)syscall(SYS_gettid));
    helper->body(helper->argument);
    return NULL;
}

static inline void helper_start(struct helper *helper, void (*body)(void *), void *argument)
{
    atomic_store(&helper->id, 0);
    helper->body = body;
    helper->argument = argument;
    assert_int_equal(pthread_create(&helper->thread, NULL, helper_main, helper), 0);
}

static inline void helper_join(struct helper *helper)
{
    assert_int_equal(pthread_join(helper->thread, NULL), 0);
}

/* A thread's state, a letter of proc(5); 0 if it has ended, or there is no /proc. */
static inline char thread_state(int id)
{
    char path[64], text[256] = "";
    const char *end;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", id);
    file = fopen(path, "r");
    if (!file)
        return 0;
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    end = strrchr(text, ')');
    return end && end[1] ? end[2] : '\0';
}

/*
 * Returns when the helper sleeps in the kernel, most likely in the call that the test is about. What
 * the test asserts must also hold if the helper has not entered that call yet.
 */
static inline void helper_await_sleep(struct helper *helper)
{
    int id;
    char now;

    while ((id = atomic_load(&helper->id)) == 0)
        sched_yield();
    while ((now = thread_state(id)) && now != 'S')
        sched_yield();
}

/* Marsaglia's xorshift: the same numbers on every machine. The state is the seed, not 0. */
static inline uint32_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 32);
}

static inline size_t random_below(uint64_t *state, size_t bound)
{
    return random_next(state) % bound;
}

/* The generator's state for a run. The states of two successive runs differ in all bits. */
static inline uint64_t random_seed(unsigned run)
{
    return (run + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

#endif
