/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "engine/timers.h"

/* The heap against a search through all timers. */

#define TIMERS 200
#define RUNS 300

static struct timers heap;
static struct timer timers[TIMERS];

static const struct timer *find_first(void)
{
    const struct timer *first = NULL;

    for (size_t i = 0; i < TIMERS; i++) {
        const struct timer *timer = &timers[i];

        if (timer->place && (!first || timer->time_us < first->time_us ||
                             (timer->time_us == first->time_us && timer->order < first->order)))
            first = timer;
    }
    return first;
}

TEST(empty_heap_has_no_first_timer)
{
    assert_null(timers_first(&heap));
    timers_remove(&heap, &timers[0]);
    timers_release(&heap);
}

TEST(equal_times_keep_their_order)
{
    for (size_t i = 0; i < TIMERS; i++)
        timers_set(&heap, &timers[i], 7);
    for (size_t i = 0; i < TIMERS; i++) {
        assert_ptr_equal(timers_first(&heap), &timers[i]);
        timers_remove(&heap, &timers[i]);
        timers_remove(&heap, &timers[i]);
    }
    assert_null(timers_first(&heap));
    timers_release(&heap);
}

TEST(first_timer_is_the_earliest)
{
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t random = random_seed(run);

        memset(timers, 0, sizeof(timers));
        for (int step = 0; step < 1000; step++) {
            struct timer *timer = &timers[random_below(&random, TIMERS)];

            if (timer->place)
                timers_remove(&heap, timer);
            else
                timers_set(&heap, timer, (int64_t)random_below(&random, 50));
            assert_ptr_equal(timers_first(&heap), find_first());
        }
        timers_release(&heap);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_heap_has_no_first_timer),
        cmocka_unit_test(equal_times_keep_their_order),
        cmocka_unit_test(first_timer_is_the_earliest),
    };

    return RUN_TESTS(tests);
}
