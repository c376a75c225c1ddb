/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_RESOLVER_H
#define TESTS_FAKE_RESOLVER_H

#include "fake_dns.h"

/*
 * A resolver with the fake getaddrinfo(). Threads can be refused: link with WRAPPED =
 * pthread_create.
 */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

static atomic_bool no_threads;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    if (atomic_load(&no_threads))
        return EAGAIN;
    return __real_pthread_create(thread, attributes, body, argument);
}

static struct resolver *resolver;

/* A new resolver with that limit, and a reset fake_dns. */
static inline void begin(size_t limit)
{
    dns_reset();
    atomic_store(&no_threads, false);
    resolver = resolver_new(limit, dns_ask);
    assert_non_null(resolver);
}

#endif
