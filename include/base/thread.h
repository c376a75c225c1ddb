/* SPDX-License-Identifier: MIT */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * pthread's mutex and condition variable, checked. What can fail for reasons outside of the
 * program returns -1 with errno; what can only fail because of a mistake in it aborts.
 */

/* A condition variable whose deadlines are points of the clock in base/clock.h. */
int cond_init(pthread_cond_t *cond);

void mutex_lock(pthread_mutex_t *mutex);
void mutex_unlock(pthread_mutex_t *mutex);
void cond_signal(pthread_cond_t *cond);
void cond_broadcast(pthread_cond_t *cond);
void thread_join(pthread_t thread);

/* Waits for the condition; false if deadline_us came first. Wakes for no reason now and then. */
bool cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_us);

/*
 * Starts body(argument) on a thread with a stack of stack_bytes (more under a sanitizer).
 * 0, or -1 with errno EAGAIN (the system has no more threads) or ENOMEM.
 */
int thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *), void *argument);

/* The stack of threads that others start, libcurl's for instance, where the system lets us say. */
void thread_set_default_stack(size_t stack_bytes);

#endif
