/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/handles.h"

#define WAIT_MAX 4

/* A handle is any address; here it counts in itself how often it has been dropped. */
struct handle {
    atomic_int dropped;
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
    handles = handles_new(drop, WAIT_MAX);
    return handles ? 0 : -1;
}

static int setup_dear(void **state)
{
    setup(state);
    handles_free(handles);
    handles = handles_new(drop, 0);
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
    handles_give(handles, &pool[index], origin, false);
}

static void give_last(size_t index, const char *origin)
{
    handles_give(handles, &pool[index], origin, true);
}

static const char *const origins[] = {"http://a:80", "http://b:80", "http://c:80", "http://d:80",
                                      "http://e:80", "http://f:80", "http://g:80", "http://h:80",
                                      "http://i:80", "http://j:80", "http://k:80", "http://l:80"};

/* To each an origin of its own, "http://a:80" first. */
static void give_until(size_t end)
{
    for (size_t i = 0; i < end; i++)
        give(i, origins[i]);
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

TEST(spare_ones_are_anyones)
{
    give_last(0, "http://a:80");
    give_last(1, "http://b:80");
    expect("http://x:80", 1); /* the last one used */
    expect("http://y:80", 0);
    assert_null(handles_take(handles, "http://a:80"));
    end(0);
}

TEST(own_origin_comes_before_spare_ones)
{
    give(0, "http://a:80");
    give_last(1, "http://b:80");
    expect("http://a:80", 0);
    expect("http://a:80", 1);
    end(0);
}

TEST(none_stands_in_while_few_wait)
{
    give_until(WAIT_MAX - 1);
    assert_null(handles_take(handles, "http://x:80"));
    give_last(WAIT_MAX - 1, "http://x:80");
    expect("http://x:80", WAIT_MAX - 1);
    expect("http://a:80", 0);
    end(WAIT_MAX - 2);
}

TEST(the_newest_stands_in_once_many_wait)
{
    give_until(WAIT_MAX);
    expect("http://x:80", WAIT_MAX - 1);
    assert_null(handles_take(handles, "http://x:80"));
    give(WAIT_MAX - 1, "http://x:80");
    expect("http://y:80", WAIT_MAX - 1);
    end(WAIT_MAX - 1);
}

/* More wait than may, as they came back after others had been made: all the same. */
TEST(one_stands_in_while_too_many_wait)
{
    give_until(WAIT_MAX + 2);
    for (size_t i = WAIT_MAX + 2; i-- >= WAIT_MAX;)
        expect("http://x:80", i);
    assert_null(handles_take(handles, "http://x:80"));
    end(WAIT_MAX - 1);
}

/* Three times as many as may wait take turns: nearly as many as may wait are there in time. */
TEST(in_a_ring_some_are_in_time)
{
    size_t made = 0, in_time = 0;

    assert_int_equal(COUNT_OF(origins), 3 * WAIT_MAX);
    for (size_t turn = 0; turn < 3 * COUNT_OF(origins); turn++) {
        const char *origin = origins[turn % COUNT_OF(origins)];
        struct handle *handle = handles_take(handles, origin);

        if (!handle)
            handle = &pool[made++];
        in_time += handle->origin == origin[7];
        handle->origin = origin[7];
        handles_give(handles, handle, origin, false);
    }
    assert_int_equal(made, WAIT_MAX);
    assert_in_range(in_time, 2 * (WAIT_MAX - 1), 2 * WAIT_MAX);
    end(WAIT_MAX);
}

/* Others have come and gone many times, so it makes room before those that are newer. */
TEST(the_oldest_stands_in_once_it_waited_in_vain)
{
    give_until(WAIT_MAX);
    for (int i = 0; i < 100 * WAIT_MAX; i++) {
        expect("http://b:80", 1);
        give(1, "http://b:80");
    }
    expect("http://x:80", 0);
    give(0, "http://x:80");
    expect("http://y:80", 2);
    give(2, "http://y:80");
    expect("http://z:80", 3);
    end(WAIT_MAX - 1);
}

/* What was taken and given back is new again, and has the origin that it spoke to then. */
TEST(origin_is_the_last_one)
{
    give_until(WAIT_MAX);
    expect("http://a:80", 0);
    give(0, "http://x:80");
    expect("http://a:80", 0);
    give(0, "http://y:80");
    expect("http://y:80", 0);
    end(WAIT_MAX - 1);
}

TEST(none_waits_for_an_origin_that_is_over)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    give(2, "http://a:80");
    give_last(3, "http://a:80");
    for (int i = 0; i < 3; i++) {
        const struct handle *handle = handles_take(handles, "http://x:80");

        assert_non_null(handle);
        assert_int_not_equal(handle - pool, 1);
    }
    assert_null(handles_take(handles, "http://x:80"));
    expect("http://b:80", 1);
    end(0);
}

TEST(an_origin_that_comes_again_finds_its_own)
{
    give(0, "http://a:80");
    give_last(1, "http://a:80");
    give_last(2, "http://b:80");
    expect("http://a:80", 0);
    expect("http://a:80", 2);
    end(1);
}

TEST(where_descriptors_are_dear_those_of_others_are_dropped)
{
    give(0, "http://a:80");
    give(1, "http://b:80");
    assert_null(handles_take(handles, "http://x:80"));
    assert_int_equal(atomic_load(&pool[0].dropped), 1);
    expect("http://b:80", 1);
    assert_null(handles_take(handles, "http://x:80"));
    end(1);
}

/* Those that wait hold a connection, whether or not their origin comes again. */
TEST(where_descriptors_are_dear_spare_ones_hold_no_connection)
{
    give(0, "http://a:80");
    give_last(1, "http://a:80");
    expect("http://x:80", 1);
    assert_null(handles_take(handles, "http://x:80"));
    assert_int_equal(atomic_load(&pool[0].dropped), 1);
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

TEST(trim_drops_the_idle_ones)
{
    give(0, "http://a:80");
    give(1, "http://a:80");
    give_last(2, "http://b:80");
    expect("http://b:80", 2);
    give_last(3, "http://b:80");
    handles_trim(handles);
    assert_int_equal(atomic_load(&pool[0].dropped), 1);
    assert_int_equal(atomic_load(&pool[1].dropped), 1);
    assert_int_equal(atomic_load(&pool[2].dropped), 0);
    assert_int_equal(atomic_load(&pool[3].dropped), 1);
    assert_null(handles_take(handles, "http://a:80"));
    handles_trim(handles);
    give(2, "http://b:80");
    expect("http://b:80", 2);
    end(3);
}

TEST(descriptors_are_dear_once_trimmed)
{
    handles_trim(handles);
    give(0, "http://a:80");
    assert_null(handles_take(handles, "http://x:80"));
    assert_int_equal(atomic_load(&pool[0].dropped), 1);
    give(1, "http://b:80");
    expect("http://b:80", 1);
    end(1);
}

TEST(free_drops_the_idle_ones)
{
    for (size_t i = 0; i < COUNT_OF(pool); i++)
        give(i, i % 2 ? "http://a:80" : "http://b:80");
    expect("http://a:80", COUNT_OF(pool) - 1);
    give(COUNT_OF(pool) - 1, "http://c:80");
    end(COUNT_OF(pool));
}

#define HANDLES_TEST(test) cmocka_unit_test_setup(test, setup)
#define DEAR_TEST(test) cmocka_unit_test_setup(test, setup_dear)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        HANDLES_TEST(there_is_none_at_first),
        HANDLES_TEST(what_was_given_can_be_taken_once),
        HANDLES_TEST(own_origin_comes_first),
        HANDLES_TEST(spare_ones_are_anyones),
        HANDLES_TEST(own_origin_comes_before_spare_ones),
        HANDLES_TEST(none_stands_in_while_few_wait),
        HANDLES_TEST(the_newest_stands_in_once_many_wait),
        HANDLES_TEST(one_stands_in_while_too_many_wait),
        HANDLES_TEST(in_a_ring_some_are_in_time),
        HANDLES_TEST(the_oldest_stands_in_once_it_waited_in_vain),
        HANDLES_TEST(origin_is_the_last_one),
        HANDLES_TEST(none_waits_for_an_origin_that_is_over),
        HANDLES_TEST(an_origin_that_comes_again_finds_its_own),
        DEAR_TEST(where_descriptors_are_dear_those_of_others_are_dropped),
        DEAR_TEST(where_descriptors_are_dear_spare_ones_hold_no_connection),
        HANDLES_TEST(descriptors_are_dear_once_trimmed),
        HANDLES_TEST(all_of_an_origin_are_found),
        HANDLES_TEST(names_are_copied),
        HANDLES_TEST(trim_drops_the_idle_ones),
        HANDLES_TEST(free_drops_the_idle_ones),
    };

    return RUN_TESTS(tests);
}
