/* SPDX-License-Identifier: MIT */
#include "base/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* A sanitizer's red zones make stack frames several times as large. */
#ifdef SANITIZED
#define MIN_STACK_BYTES ((size_t)1024 * 1024)
#else
#define MIN_STACK_BYTES ((size_t)64 * 1024)
#endif

/* What thread_release_stack() and the functions that it calls use of the stack. */
#define CALLS_BYTES ((uintptr_t)512)

_Noreturn void thread_abort(int code, const char *where)
{
    fprintf(stderr, "urlcheck: %s: %s\n", where, strerror(code));
    abort();
}

void cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;

    THREAD_VERIFY(pthread_condattr_init(&attributes));
    THREAD_VERIFY(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    THREAD_VERIFY(pthread_cond_init(cond, &attributes));
    THREAD_VERIFY(pthread_condattr_destroy(&attributes));
}

bool cond_wait_until_at(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_us,
                        const char *where)
{
    struct timespec deadline;
    int code;

    if (deadline_us == CLOCK_NEVER) {
        thread_verify(pthread_cond_wait(cond, mutex), where);
        return true;
    }
    deadline = clock_timespec(deadline_us + clock_stopped_us());
    code = pthread_cond_timedwait(cond, mutex, &deadline);
    if (code == ETIMEDOUT)
        return clock_now_us() < deadline_us; /* true: it is too early, as the process was stopped */
    thread_verify(code, where);
    return true;
}

static size_t stack_bytes_at_least(size_t stack_bytes)
{
    return stack_bytes < MIN_STACK_BYTES ? MIN_STACK_BYTES : stack_bytes;
}

int thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *), void *argument)
{
    pthread_attr_t attributes;
    int code;

    THREAD_VERIFY(pthread_attr_init(&attributes));
    THREAD_VERIFY(pthread_attr_setstacksize(&attributes, stack_bytes_at_least(stack_bytes)));
    code = pthread_create(thread, &attributes, body, argument);
    THREAD_VERIFY(pthread_attr_destroy(&attributes));
    if (code == 0)
        return 0;
    errno = code;
    return -1;
}

void thread_set_default_stack(size_t stack_bytes)
{
#ifdef __GLIBC__
    pthread_attr_t attributes;

    THREAD_VERIFY(pthread_attr_init(&attributes));
    THREAD_VERIFY(pthread_attr_setstacksize(&attributes, stack_bytes_at_least(stack_bytes)));
    pthread_setattr_default_np(&attributes); /* if it fails, those stacks are larger */
    THREAD_VERIFY(pthread_attr_destroy(&attributes));
#else
    (void)stack_bytes;
#endif
}

void thread_release_stack(void)
{
#ifdef __GLIBC__
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t used = (uintptr_t)__builtin_frame_address(0) - CALLS_BYTES;
    pthread_attr_t attributes;
    void *bottom;
    size_t size;

    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return; /* it needs memory */
    THREAD_VERIFY(pthread_attr_getstack(&attributes, &bottom, &size));
    THREAD_VERIFY(pthread_attr_destroy(&attributes));
    used -= used % page;
    if (used > (uintptr_t)bottom)
        madvise(bottom, used - (uintptr_t)bottom, MADV_DONTNEED);
#endif
}
