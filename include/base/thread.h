/* SPDX-License-Identifier: MIT */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Checked pthread calls. If a call fails that can fail only because of a bug in urlcheck, its place,
 * the call and the error are printed, and the process aborts:
 *     urlcheck: src/engine/chan.c:133: pthread_mutex_lock(&chan->mutex): Invalid argument
 * A call that fails because the machine has no more threads returns -1 with errno.
 */

#define mutex_init(mutex) THREAD_VERIFY(pthread_mutex_init(mutex, NULL))
#define mutex_lock(mutex) THREAD_VERIFY(pthread_mutex_lock(mutex))
#define mutex_unlock(mutex) THREAD_VERIFY(pthread_mutex_unlock(mutex))
#define mutex_destroy(mutex) THREAD_VERIFY(pthread_mutex_destroy(mutex))
#define cond_signal(cond) THREAD_VERIFY(pthread_cond_signal(cond))
#define cond_broadcast(cond) THREAD_VERIFY(pthread_cond_broadcast(cond))
#define cond_destroy(cond) THREAD_VERIFY(pthread_cond_destroy(cond))
#define thread_join(thread) THREAD_VERIFY(pthread_join(thread, NULL))

/* Initialises a condition variable whose deadlines are times of base/clock.h. */
void cond_init(pthread_cond_t *cond);

/*
 * Waits until the condition variable is signalled or the time is deadline_us (CLOCK_NEVER: no
 * deadline). False: the deadline came first. True: signalled, or woken for no reason
 * (pthread_cond_wait(3)) or because the process was stopped, so that the caller tests its condition
 * again.
 */
#define cond_wait_until(cond, mutex, deadline_us)                                                  \
    cond_wait_until_at(cond, mutex, deadline_us, THREAD_WHERE("cond_wait_until"))

/*
 * Starts body(argument) on a new thread with a stack of stack_bytes, or of the least that suffices
 * (64 KiB; 1 MiB under a sanitizer). 0, or -1 with errno EAGAIN or ENOMEM: no more threads now.
 */
int thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *), void *argument);

/* Sets the stack size of threads that libraries start, where the C library can (glibc). */
void thread_set_default_stack(size_t stack_bytes);

/*
 * Gives the pages of the calling thread's stack that it no longer uses back to the system: a thread
 * that will wait needs less memory than it touched before. Not for the main thread. Does nothing where
 * the C library does not tell where a stack is.
 */
void thread_release_stack(void);

/* For the macros above. */
#define THREAD_STRING(value) #value
#define THREAD_LINE(line) THREAD_STRING(line)
#define THREAD_WHERE(call) __FILE__ ":" THREAD_LINE(__LINE__) ": " call
#define THREAD_VERIFY(call) thread_verify((call), THREAD_WHERE(#call))

/* Prints where and the error, and aborts. */
_Noreturn void thread_abort(int code, const char *where);
bool cond_wait_until_at(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_us,
                        const char *where);

/* Aborts unless code, what a pthread function returned, is 0. */
static inline void thread_verify(int code, const char *where)
{
    if (code)
        thread_abort(code, where);
}

#endif
