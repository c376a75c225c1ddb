/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/scheduler.h"
#include "fake_target.h"

/*
 * Thousands of random runs against a model that is too simple to be wrong: it only counts. Each
 * target comes out exactly once for each time that it went in, no host has more in flight than it
 * may, none is asked while it is held, nothing that may start is kept, and no host waits for longer
 * than a round of the others. A host that was held may have fewer in flight than the others.
 */

#define RUNS 3000
#define HOSTS 8
#define TARGETS 60

enum state { OUTSIDE, WAITING, DELAYED, IN_FLIGHT, GONE };

struct model {
    unsigned run;
    uint64_t random;
    struct scheduler *scheduler;
    size_t limit;
    bool holds; /* hosts are held, or slowed, now and then */
    int64_t now_us;
    struct target *targets[TARGETS]; /* source.line: its place here */
    enum state states[TARGETS];
    int64_t times_us[TARGETS];
    size_t in_flight[HOSTS];
    int64_t held_until_us[HOSTS]; /* 0: never held, nor slowed */
    size_t passed_over[HOSTS];    /* turns of others since the host may start */
};

static const char *const hosts[HOSTS] = {"a", "b", "c", "d", "e", "f", "g", "h"};

#define CHECK(model, condition)                                                                    \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("seed %u: not %s", (model)->run, #condition);                                 \
    } while (0)

static size_t host_of(const struct target *target)
{
    return (size_t)(target->host[0] - 'a');
}

static size_t count(const struct model *model, enum state state)
{
    size_t found = 0;

    for (size_t i = 0; i < TARGETS; i++)
        found += model->states[i] == state;
    return found;
}

/* Any target in that state, or TARGETS if there is none. */
static size_t pick(struct model *model, enum state state)
{
    size_t start = random_below(&model->random, TARGETS);

    for (size_t i = 0; i < TARGETS; i++) {
        size_t index = (start + i) % TARGETS;

        if (model->states[index] == state)
            return index;
    }
    return TARGETS;
}

/* Those whose time has come wait like the others. */
static void let_time_pass(struct model *model)
{
    model->now_us += (int64_t)random_below(&model->random, 20);
    for (size_t i = 0; i < TARGETS; i++) {
        if (model->states[i] == DELAYED && model->times_us[i] <= model->now_us)
            model->states[i] = WAITING;
    }
}

static bool may_start(const struct model *model, size_t host)
{
    if (model->held_until_us[host] > model->now_us)
        return false;
    if (model->limit && model->in_flight[host] >= model->limit)
        return false;
    for (size_t i = 0; i < TARGETS; i++) {
        if (model->states[i] == WAITING && host_of(model->targets[i]) == host)
            return true;
    }
    return false;
}

/* It may start, and not only perhaps. */
static bool must_start(const struct model *model, size_t host)
{
    bool is_idle = model->in_flight[host] == 0;

    return may_start(model, host) && (model->held_until_us[host] == 0 || is_idle);
}

static bool any_must_start(const struct model *model)
{
    for (size_t host = 0; host < HOSTS; host++) {
        if (must_start(model, host))
            return true;
    }
    return false;
}

/* Before each turn: how often each host that may start has been passed over. */
static void count_turn(struct model *model)
{
    for (size_t host = 0; host < HOSTS; host++) {
        model->passed_over[host] = must_start(model, host) ? model->passed_over[host] + 1 : 0;
        CHECK(model, model->passed_over[host] <= HOSTS);
    }
}

static void next(struct model *model)
{
    const struct target *target = scheduler_next(model->scheduler, model->now_us);
    size_t index;

    CHECK(model, target || !any_must_start(model));
    if (!target)
        return;
    CHECK(model, may_start(model, host_of(target)));
    count_turn(model);
    index = target->source.line;
    CHECK(model, model->states[index] == WAITING);
    model->states[index] = IN_FLIGHT;
    model->in_flight[host_of(target)]++;
    model->passed_over[host_of(target)] = 0;
    CHECK(model, model->limit == 0 || model->in_flight[host_of(target)] <= model->limit);
}

static void add(struct model *model)
{
    size_t index = pick(model, OUTSIDE);

    if (index == TARGETS)
        return;
    CHECK(model, scheduler_add(model->scheduler, model->targets[index]) == 0);
    model->states[index] = WAITING;
}

/* A check ends: for good, or to be tried again. */
static void finish(struct model *model, bool for_good)
{
    size_t index = pick(model, IN_FLIGHT);
    const struct target *target;

    if (index == TARGETS)
        return;
    target = model->targets[index];
    model->in_flight[host_of(target)]--;
    if (for_good) {
        scheduler_done(model->scheduler, target);
        model->states[index] = GONE;
        return;
    }
    model->times_us[index] = model->now_us + (int64_t)random_below(&model->random, 50) - 5;
    CHECK(model, scheduler_again(model->scheduler, target, model->times_us[index]) == 0);
    model->states[index] = model->times_us[index] <= model->now_us ? WAITING : DELAYED;
}

static void hold(struct model *model)
{
    size_t index = pick(model, IN_FLIGHT);
    int64_t until_us = model->now_us + (int64_t)random_below(&model->random, 60);
    int64_t *held_until_us;

    if (index == TARGETS)
        return;
    model->passed_over[host_of(model->targets[index])] = 0;
    held_until_us = &model->held_until_us[host_of(model->targets[index])];
    if (random_below(&model->random, 4)) {
        scheduler_hold(model->scheduler, model->targets[index], until_us);
    } else {
        scheduler_slow(model->scheduler, model->targets[index]);
        until_us = 1;
    }
    if (until_us > *held_until_us)
        *held_until_us = until_us;
}

static void drop(struct model *model)
{
    const struct target *target = scheduler_drop(model->scheduler);
    size_t waiting = count(model, WAITING) + count(model, DELAYED);
    enum state *state;

    CHECK(model, (target != NULL) == (waiting > 0));
    if (!target)
        return;
    state = &model->states[target->source.line];
    CHECK(model, *state == WAITING || *state == DELAYED);
    *state = GONE;
    /* It lost its place among the others if nothing of it waits. */
    if (!may_start(model, host_of(target)))
        model->passed_over[host_of(target)] = 0;
}

static void step(struct model *model)
{
    size_t choice = random_below(&model->random, 20);

    if (choice < 7)
        add(model);
    else if (choice < 14)
        next(model);
    else if (choice < 18)
        finish(model, choice < 17);
    else if (choice < 19 && model->holds)
        hold(model);
    else if (random_below(&model->random, 8) == 0)
        drop(model);
    let_time_pass(model);
    CHECK(model,
          scheduler_waiting(model->scheduler) == count(model, WAITING) + count(model, DELAYED));
}

/* All that is left comes out, each target once. Time passes only where nothing may start. */
static void drain(struct model *model)
{
    while (count(model, GONE) < TARGETS) {
        int64_t wake_us;

        add(model);
        next(model);
        if (random_below(&model->random, 3) == 0 || !any_must_start(model))
            finish(model, true);
        wake_us = scheduler_wake_us(model->scheduler);
        CHECK(model, count(model, DELAYED) == 0 || wake_us != CLOCK_NEVER);
        if (count(model, IN_FLIGHT) == 0 && !any_must_start(model) && wake_us != CLOCK_NEVER)
            model->now_us = wake_us;
        let_time_pass(model);
    }
    CHECK(model, scheduler_next(model->scheduler, INT64_MAX - 1) == NULL);
    CHECK(model, scheduler_drop(model->scheduler) == NULL);
    CHECK(model, scheduler_wake_us(model->scheduler) == CLOCK_NEVER);
}

static void begin(struct model *model, unsigned run)
{
    size_t host_count;

    *model = (struct model){.run = run, .random = random_seed(run), .now_us = 1000};
    model->limit = random_below(&model->random, 4);
    model->holds = run % 2;
    host_count = 1 + random_below(&model->random, HOSTS);
    for (size_t i = 0; i < TARGETS; i++) {
        model->targets[i] = fake_target("", hosts[random_below(&model->random, host_count)]);
        model->targets[i]->source.line = i;
    }
    model->scheduler = scheduler_new(&(struct schedule_rules){.host_limit = model->limit});
    assert_non_null(model->scheduler);
}

static void end(struct model *model)
{
    scheduler_free(model->scheduler);
    for (size_t i = 0; i < TARGETS; i++)
        target_free(model->targets[i]);
}

TEST(any_order_of_calls_keeps_the_rules)
{
    for (unsigned run = 0; run < RUNS; run++) {
        struct model model;

        begin(&model, run);
        for (int i = 0; i < 200; i++)
            step(&model);
        drain(&model);
        end(&model);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_calls_keeps_the_rules),
    };

    return RUN_TESTS(tests);
}
