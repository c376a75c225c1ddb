/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/handles.h"

/*
 * Threads take, give and trim: no two of them have the same handle, each handle is closed once, and
 * there are never more than allowed.
 */
#define RESERVED_MAX 4
#define ROUNDS 5000
#define THREADS 4

static const char *const origins[] = {"http://a:80", "http://b:80", "http://c:80", "http://d:80",
                                      "http://e:80", "http://f:80", "http://g:80", "http://h:80"};

struct handle {
    atomic_int closed; /* how often */
    atomic_int users;
    char origin; /* that it was used for last */
};

static struct handles *handles;
static atomic_int shared, made, closed, too_many;
static struct handle plenty[THREADS * ROUNDS];

static void close_handle(void *handle)
{
    atomic_fetch_add(&((struct handle *)handle)->closed, 1);
    atomic_fetch_add(&closed, 1);
}

static struct handle *make(void)
{
    int number = atomic_fetch_add(&made, 1);

    if (number + 1 - atomic_load(&closed) > RESERVED_MAX + THREADS)
        atomic_fetch_add(&too_many, 1);
    return &plenty[number];
}

static void hammer(void *argument)
{
    uint64_t random = random_seed((unsigned)(uintptr_t)argument);

    for (int round = 0; round < ROUNDS; round++) {
        const char *origin = origins[random_below(&random, COUNT_OF(origins))];
        struct handle *handle = handles_take(handles, origin);

        if (!handle)
            handle = make();
        if (atomic_fetch_add(&handle->users, 1) || atomic_load(&handle->closed))
            atomic_fetch_add(&shared, 1);
        handle->origin = *origin; /* ThreadSanitizer sees a race here */
        atomic_fetch_sub(&handle->users, 1);
        handles_give(handles, handle, origin, random_below(&random, 8) == 0);
        /* Late, as no handle is reserved after that. */
        if (round > ROUNDS / 2 && random_below(&random, 500) == 0)
            handles_trim(handles);
    }
}

TEST(threads_share_no_handle)
{
    struct helper helpers[THREADS];

    handles = handles_new(close_handle, RESERVED_MAX);
    assert_non_null(handles);
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_start(&helpers[i], hammer, (void *)(uintptr_t)i);
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_join(&helpers[i]);
    handles_free(handles);
    assert_int_equal(atomic_load(&shared), 0);
    assert_int_equal(atomic_load(&too_many), 0);
    for (int i = 0; i < atomic_load(&made); i++)
        assert_int_equal(atomic_load(&plenty[i].closed), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(threads_share_no_handle)};

    return RUN_TESTS(tests);
}
