/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/handles.h"

/* A handle is any address; here it counts in itself how often it has been dropped. */
struct handle {
    atomic_int dropped;
    atomic_int users;
    char origin; /* that it last spoke to */
};

static struct handles *handles;
static struct handle pool[8];

static void drop(void *handle)
{
    atomic_fetch_add(&((struct handle *)handle)->dropped, 1);
}

static int setup(void **state)
{
    (void)state;
    memset(pool, 0, sizeof(pool));
    handles = handles_new(drop);
    return handles ? 0 : -1;
}

/* Each test frees the handles itself, and says how many were dropped, and each of them once. */
static void end(int wanted)
{
    int dropped = 0;

    handles_free(handles);
    for (size_t i = 0; i < COUNT_OF(pool); i++) {
        assert_in_range(atomic_load(&pool[i].dropped), 0, 1);
        dropped += atomic_load(&pool[i].dropped);
    }
    assert_int_equal(dropped, wanted);
}

static void give(size_t index, const char *origin)
{
    handles_give(handles, &pool[index], origin);
}

static void expect(const char *origin, size_t index)
{
    assert_ptr_equal(handles_take(handles, origin), &pool[index]);
}

TEST(there_is_none_at_first)
{
    assert_null(handles_take(handles, "http://a:80"));
    end(0);
    handles_free(NULL);
}

TEST(what_was_given_can_be_taken_once)
{
    give(0, "http://a:80");
    expect("http://a:80", 0);
    assert_null(handles_take(handles, "http://a:80"));
    give(0, "http://a:80");
    expect("http://a:80", 0);
    end(0);
}

TEST(own_origin_comes_first)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    give(2, "https://b:443");
    expect("http://b:80", 1);
    expect("https://b:443", 2);
    expect("http://a:80", 0);
    end(0);
}

TEST(others_stand_in_the_oldest_first)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    give(2, "http://a:80");
    expect("http://x:80", 0);
    expect("http://x:80", 1);
    expect("http://x:80", 2);
    assert_null(handles_take(handles, "http://x:80"));
    end(0);
}

/* What was taken and given back is new again, and has the origin that it spoke to then. */
TEST(origin_is_the_last_one)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    expect("http://a:80", 0);
    give(0, "http://c:80");
    expect("http://x:80", 1);
    expect("http://c:80", 0);
    end(0);
}

TEST(all_of_an_origin_are_found)
{
    bool seen[4] = {false};

    for (size_t i = 0; i < 4; i++)
        give(i, "http://a:80");
    give(4, "http://b:80");
    for (size_t i = 0; i < 4; i++) {
        const struct handle *handle = handles_take(handles, "http://a:80");

        assert_non_null(handle);
        assert_in_range(handle - pool, 0, 3);
        assert_false(seen[handle - pool]);
        seen[handle - pool] = true;
    }
    expect("http://a:80", 4);
    end(0);
}

TEST(names_are_copied)
{
    char name[] = "http://a:80";

    give(1, "http://b:80");
    give(0, name);
    memset(name, 'x', sizeof(name) - 1);
    expect("http://a:80", 0);
    end(1);
}

TEST(trim_drops_the_idle_ones)
{
    give(0, "http://a:80");
    give(1, "http://a:80");
    give(2, "http://b:80");
    expect("http://b:80", 2);
    handles_trim(handles);
    assert_int_equal(atomic_load(&pool[0].dropped), 1);
    assert_int_equal(atomic_load(&pool[1].dropped), 1);
    assert_int_equal(atomic_load(&pool[2].dropped), 0);
    assert_null(handles_take(handles, "http://a:80"));
    handles_trim(handles);
    give(2, "http://b:80");
    expect("http://b:80", 2);
    end(2);
}

TEST(free_drops_the_idle_ones)
{
    for (size_t i = 0; i < COUNT_OF(pool); i++)
        give(i, i % 2 ? "http://a:80" : "http://b:80");
    expect("http://a:80", COUNT_OF(pool) - 1);
    give(COUNT_OF(pool) - 1, "http://c:80");
    end(COUNT_OF(pool));
}

/* Threads that take and give and trim: none ever shares a handle, each is dropped once. */
#define ROUNDS 5000

static atomic_int shared, made;
static struct handle plenty[4 * ROUNDS];

static void hammer(void *argument)
{
    uint64_t random = random_seed((unsigned)(uintptr_t)argument);
    static const char *const origins[] = {"http://a:80", "http://b:80", "http://c:80"};

    for (int round = 0; round < ROUNDS; round++) {
        const char *origin = origins[random_below(&random, COUNT_OF(origins))];
        struct handle *handle = handles_take(handles, origin);

        if (!handle)
            handle = &plenty[atomic_fetch_add(&made, 1)];
        if (atomic_fetch_add(&handle->users, 1) || atomic_load(&handle->dropped))
            atomic_fetch_add(&shared, 1);
        handle->origin = *origin; /* a race here is one that ThreadSanitizer sees */
        atomic_fetch_sub(&handle->users, 1);
        handles_give(handles, handle, origin);
        if (random_below(&random, 500) == 0)
            handles_trim(handles);
    }
}

TEST(threads_share_no_handle)
{
    struct helper helpers[4];

    memset(plenty, 0, sizeof(plenty));
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_start(&helpers[i], hammer, (void *)(uintptr_t)i);
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_join(&helpers[i]);
    end(0);
    assert_int_equal(atomic_load(&shared), 0);
    for (int i = 0; i < atomic_load(&made); i++)
        assert_int_equal(atomic_load(&plenty[i].dropped), 1);
}

#define HANDLES_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        HANDLES_TEST(there_is_none_at_first),   HANDLES_TEST(what_was_given_can_be_taken_once),
        HANDLES_TEST(own_origin_comes_first),   HANDLES_TEST(others_stand_in_the_oldest_first),
        HANDLES_TEST(origin_is_the_last_one),   HANDLES_TEST(all_of_an_origin_are_found),
        HANDLES_TEST(names_are_copied),         HANDLES_TEST(trim_drops_the_idle_ones),
        HANDLES_TEST(free_drops_the_idle_ones), HANDLES_TEST(threads_share_no_handle),
    };

    return RUN_TESTS(tests);
}
