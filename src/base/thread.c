/* SPDX-License-Identifier: MIT */
#include "base/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Red zones and shadow calls make frames several times as large. */
#ifdef SANITIZED
#define MIN_STACK_BYTES ((size_t)1024 * 1024)
#else
#define MIN_STACK_BYTES ((size_t)64 * 1024)
#endif

static void must(int code)
{
    if (code)
        abort();
}

static int to_errno(int code)
{
    if (!code)
        return 0;
    errno = code;
    return -1;
}

int cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    int code = pthread_condattr_init(&attributes);

    if (code)
        return to_errno(code);
    code = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (!code)
        code = pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
    return to_errno(code);
}

void mutex_lock(pthread_mutex_t *mutex)
{
    must(pthread_mutex_lock(mutex));
}

void mutex_unlock(pthread_mutex_t *mutex)
{
    must(pthread_mutex_unlock(mutex));
}

void cond_signal(pthread_cond_t *cond)
{
    must(pthread_cond_signal(cond));
}

void cond_broadcast(pthread_cond_t *cond)
{
    must(pthread_cond_broadcast(cond));
}

void thread_join(pthread_t thread)
{
    must(pthread_join(thread, NULL));
}

bool cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_us)
{
    struct timespec deadline;
    int code;

    if (deadline_us == CLOCK_NEVER) {
        must(pthread_cond_wait(cond, mutex));
        return true;
    }
    deadline = clock_timespec(deadline_us);
    code = pthread_cond_timedwait(cond, mutex, &deadline);
    if (code == ETIMEDOUT)
        return false;
    must(code);
    return true;
}

int thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *), void *argument)
{
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);

    if (code)
        return to_errno(code);
    if (stack_bytes < MIN_STACK_BYTES)
        stack_bytes = MIN_STACK_BYTES;
    code = pthread_attr_setstacksize(&attributes, stack_bytes);
    if (!code)
        code = pthread_create(thread, &attributes, body, argument);
    pthread_attr_destroy(&attributes);
    return to_errno(code);
}

void thread_set_default_stack(size_t stack_bytes)
{
#ifdef __GLIBC__
    pthread_attr_t attributes;

    if (pthread_attr_init(&attributes))
        return;
    if (stack_bytes < MIN_STACK_BYTES)
        stack_bytes = MIN_STACK_BYTES;
    if (pthread_attr_setstacksize(&attributes, stack_bytes) == 0)
        pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
#else
    (void)stack_bytes;
#endif
}
