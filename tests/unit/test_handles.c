/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/handles.h"

#define RESERVED_MAX 4

/* A handle is any pointer; here it counts how often it was closed. */
struct handle {
    atomic_int closed;
    char origin; /* that it was used for last */
};

static struct handles *handles;
static struct handle pool[8];

static void close_handle(void *handle)
{
    atomic_fetch_add(&((struct handle *)handle)->closed, 1);
}

static int setup(void **state)
{
    (void)state;
    memset(pool, 0, sizeof(pool));
    handles = handles_new(close_handle, RESERVED_MAX);
    return handles ? 0 : -1;
}

static int setup_scarce(void **state)
{
    setup(state);
    handles_free(handles);
    handles = handles_new(close_handle, 0);
    return handles ? 0 : -1;
}

/* Ends each test: frees the handles and expects that that many were closed, each of them once. */
static void end(int wanted)
{
    int closed = 0;

    handles_free(handles);
    for (size_t i = 0; i < COUNT_OF(pool); i++) {
        assert_in_range(atomic_load(&pool[i].closed), 0, 1);
        closed += atomic_load(&pool[i].closed);
    }
    assert_int_equal(closed, wanted);
}

static void give(size_t index, const char *origin)
{
    handles_give(handles, &pool[index], origin, false);
}

static void give_free(size_t index, const char *origin)
{
    handles_give(handles, &pool[index], origin, true);
}

static const char *const origins[] = {"http://a:80", "http://b:80", "http://c:80", "http://d:80",
                                      "http://e:80", "http://f:80", "http://g:80", "http://h:80",
                                      "http://i:80", "http://j:80", "http://k:80", "http://l:80"};

/* Each for an origin of its own, "http://a:80" first. */
static void give_until(size_t end)
{
    for (size_t i = 0; i < end; i++)
        give(i, origins[i]);
}

static void expect(const char *origin, size_t index)
{
    assert_ptr_equal(handles_take(handles, origin), &pool[index]);
}

TEST(there_is_no_handle_at_first)
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

TEST(reserved_handle_comes_first)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    give(2, "https://b:443");
    expect("http://b:80", 1);
    expect("https://b:443", 2);
    expect("http://a:80", 0);
    end(0);
}

TEST(free_handles_serve_any_origin)
{
    give_free(0, "http://a:80");
    give_free(1, "http://b:80");
    expect("http://x:80", 1); /* the last one used */
    expect("http://y:80", 0);
    assert_null(handles_take(handles, "http://a:80"));
    end(0);
}

TEST(reserved_handle_comes_before_free_ones)
{
    give(0, "http://a:80");
    give_free(1, "http://b:80");
    expect("http://a:80", 0);
    expect("http://a:80", 1);
    end(0);
}

TEST(none_serves_another_origin_while_few_are_reserved)
{
    give_until(RESERVED_MAX - 1);
    assert_null(handles_take(handles, "http://x:80"));
    give_free(RESERVED_MAX - 1, "http://x:80");
    expect("http://x:80", RESERVED_MAX - 1);
    expect("http://a:80", 0);
    end(RESERVED_MAX - 2);
}

TEST(the_newest_serves_another_origin_once_many_are_reserved)
{
    give_until(RESERVED_MAX);
    expect("http://x:80", RESERVED_MAX - 1);
    assert_null(handles_take(handles, "http://x:80"));
    give(RESERVED_MAX - 1, "http://x:80");
    expect("http://y:80", RESERVED_MAX - 1);
    end(RESERVED_MAX - 1);
}

/* More than reserved_max are reserved, as new ones were made while others were taken. */
TEST(one_serves_another_origin_while_too_many_are_reserved)
{
    give_until(RESERVED_MAX + 2);
    for (size_t i = RESERVED_MAX + 2; i-- >= RESERVED_MAX;)
        expect("http://x:80", i);
    assert_null(handles_take(handles, "http://x:80"));
    end(RESERVED_MAX - 1);
}

/* Three times reserved_max origins take turns: nearly reserved_max of them find their handle. */
TEST(origins_that_take_turns_find_some_handles)
{
    size_t made = 0, reused = 0;

    assert_int_equal(COUNT_OF(origins), 3 * RESERVED_MAX);
    for (size_t turn = 0; turn < 3 * COUNT_OF(origins); turn++) {
        const char *origin = origins[turn % COUNT_OF(origins)];
        struct handle *handle = handles_take(handles, origin);

        if (!handle)
            handle = &pool[made++];
        reused += handle->origin == origin[7];
        handle->origin = origin[7];
        handles_give(handles, handle, origin, false);
    }
    assert_int_equal(made, RESERVED_MAX);
    assert_in_range(reused, 2 * (RESERVED_MAX - 1), 2 * RESERVED_MAX);
    end(RESERVED_MAX);
}

/* The oldest handle was idle during many takes of others. */
TEST(the_oldest_serves_another_origin_once_it_is_stale)
{
    give_until(RESERVED_MAX);
    for (int i = 0; i < 100 * RESERVED_MAX; i++) {
        expect("http://b:80", 1);
        give(1, "http://b:80");
    }
    expect("http://x:80", 0);
    give(0, "http://x:80");
    expect("http://y:80", 2);
    give(2, "http://y:80");
    expect("http://z:80", 3);
    end(RESERVED_MAX - 1);
}

/* What is given back is the newest, and reserved for its last origin. */
TEST(origin_is_the_last_one)
{
    give_until(RESERVED_MAX);
    expect("http://a:80", 0);
    give(0, "http://x:80");
    expect("http://a:80", 0);
    give(0, "http://y:80");
    expect("http://y:80", 0);
    end(RESERVED_MAX - 1);
}

TEST(handles_of_an_origin_are_closed)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    give(2, "http://a:80");
    give_free(3, "http://a:80");
    handles_close_origin(handles, "http://a:80");
    handles_close_origin(handles, "http://a:8");
    assert_int_equal(atomic_load(&pool[0].closed), 1);
    assert_int_equal(atomic_load(&pool[2].closed), 1);
    expect("http://b:80", 1);
    expect("http://a:80", 3);
    assert_null(handles_take(handles, "http://a:80"));
    end(2);
}

/* All schemes, ports and kinds of requests; no other host. */
TEST(handles_of_a_host_are_closed)
{
    static const char *const names[] = {"http://a:80",  "https://a:443 -k", "http://a:8080",
                                        "http://aa:80", "http://b.a:80",    "http://[::1]:80"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        give(i, names[i]);
    handles_close_host(handles, "a");
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_int_equal(atomic_load(&pool[i].closed), i < 3);
    handles_close_host(handles, "[::1]");
    assert_int_equal(atomic_load(&pool[5].closed), 1);
    end(6);
}

TEST(finished_origin_that_comes_again_finds_its_handle)
{
    give(0, "http://a:80");
    give_free(1, "http://a:80");
    give_free(2, "http://b:80");
    expect("http://a:80", 0);
    expect("http://a:80", 2);
    end(1);
}

TEST(scarce_handles_of_other_origins_are_closed)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    assert_null(handles_take(handles, "http://x:80"));
    assert_int_equal(atomic_load(&pool[0].closed), 1);
    expect("http://b:80", 1);
    assert_null(handles_take(handles, "http://x:80"));
    end(1);
}

/* A reserved handle has a connection, even if its origin does not come again. */
TEST(scarce_free_handles_hold_no_connection)
{
    give(0, "http://a:80");
    give_free(1, "http://a:80");
    expect("http://x:80", 1);
    assert_null(handles_take(handles, "http://x:80"));
    assert_int_equal(atomic_load(&pool[0].closed), 1);
    end(1);
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
    assert_null(handles_take(handles, "http://a:80"));
    end(1);
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

TEST(trim_closes_the_idle_handles)
{
    give(0, "http://a:80");
    give(1, "http://a:80");
    give_free(2, "http://b:80");
    expect("http://b:80", 2);
    give_free(3, "http://b:80");
    handles_trim(handles);
    assert_int_equal(atomic_load(&pool[0].closed), 1);
    assert_int_equal(atomic_load(&pool[1].closed), 1);
    assert_int_equal(atomic_load(&pool[2].closed), 0);
    assert_int_equal(atomic_load(&pool[3].closed), 1);
    assert_null(handles_take(handles, "http://a:80"));
    handles_trim(handles);
    give(2, "http://b:80");
    expect("http://b:80", 2);
    end(3);
}

TEST(descriptors_are_scarce_once_trimmed)
{
    handles_trim(handles);
    give(0, "http://a:80");
    assert_null(handles_take(handles, "http://x:80"));
    assert_int_equal(atomic_load(&pool[0].closed), 1);
    give(1, "http://b:80");
    expect("http://b:80", 1);
    end(1);
}

TEST(free_closes_the_idle_handles)
{
    for (size_t i = 0; i < COUNT_OF(pool); i++)
        give(i, i % 2 ? "http://a:80" : "http://b:80");
    expect("http://a:80", COUNT_OF(pool) - 1);
    give(COUNT_OF(pool) - 1, "http://c:80");
    end(COUNT_OF(pool));
}

#define HANDLES_TEST(test) cmocka_unit_test_setup(test, setup)
#define SCARCE_TEST(test) cmocka_unit_test_setup(test, setup_scarce)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        HANDLES_TEST(there_is_no_handle_at_first),
        HANDLES_TEST(what_was_given_can_be_taken_once),
        HANDLES_TEST(reserved_handle_comes_first),
        HANDLES_TEST(free_handles_serve_any_origin),
        HANDLES_TEST(reserved_handle_comes_before_free_ones),
        HANDLES_TEST(none_serves_another_origin_while_few_are_reserved),
        HANDLES_TEST(the_newest_serves_another_origin_once_many_are_reserved),
        HANDLES_TEST(one_serves_another_origin_while_too_many_are_reserved),
        HANDLES_TEST(origins_that_take_turns_find_some_handles),
        HANDLES_TEST(the_oldest_serves_another_origin_once_it_is_stale),
        HANDLES_TEST(origin_is_the_last_one),
        HANDLES_TEST(handles_of_an_origin_are_closed),
        HANDLES_TEST(handles_of_a_host_are_closed),
        HANDLES_TEST(finished_origin_that_comes_again_finds_its_handle),
        SCARCE_TEST(scarce_handles_of_other_origins_are_closed),
        SCARCE_TEST(scarce_free_handles_hold_no_connection),
        HANDLES_TEST(descriptors_are_scarce_once_trimmed),
        HANDLES_TEST(all_of_an_origin_are_found),
        HANDLES_TEST(names_are_copied),
        HANDLES_TEST(trim_closes_the_idle_handles),
        HANDLES_TEST(free_closes_the_idle_handles),
    };

    return RUN_TESTS(tests);
}
