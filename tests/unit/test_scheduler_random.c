/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/scheduler.h"
#include "fake_job.h"

/*
 * Random runs against a model that only counts. Each job comes out exactly once for each time it
 * went in, no host exceeds its limit or starts during a pause, nothing that may start is kept, and
 * no host waits longer than a round of the others. A host that was slowed may have fewer in flight.
 */

#define RUNS 3000
#define HOSTS 8
#define JOBS 60

enum state { OUTSIDE, WAITING, DELAYED, IN_FLIGHT, PARKED, GONE };

struct model {
    unsigned run;
    uint64_t random;
    struct scheduler *scheduler;
    size_t limit;
    bool pauses; /* hosts are paused, or slowed, now and then */
    int64_t now_us;
    struct job *jobs[JOBS]; /* target->source.line: its place here */
    enum state states[JOBS];
    int64_t times_us[JOBS];
    size_t in_flight[HOSTS];
    int64_t paused_until_us[HOSTS]; /* 0: never paused, nor slowed */
    size_t passed_over[HOSTS];      /* turns of others since the host may start */
};

static const char *const hosts[HOSTS] = {"a", "b", "c", "d", "e", "f", "g", "h"};

#define CHECK(model, condition)                                                                    \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("seed %u: not %s", (model)->run, #condition);                                 \
    } while (0)

static size_t host_of(const struct job *job)
{
    return (size_t)(job->target->host[0] - 'a');
}

static enum state *state_of(struct model *model, const struct job *job)
{
    return &model->states[job->target->source.line];
}

static size_t count(const struct model *model, enum state state)
{
    size_t found = 0;

    for (size_t i = 0; i < JOBS; i++)
        found += model->states[i] == state;
    return found;
}

/* A random job in that state; JOBS: no job is. */
static size_t pick(struct model *model, enum state state)
{
    size_t start = random_below(&model->random, JOBS);

    for (size_t i = 0; i < JOBS; i++) {
        size_t index = (start + i) % JOBS;

        if (model->states[index] == state)
            return index;
    }
    return JOBS;
}

/* Delayed jobs whose time has come wait like the others. */
static void let_time_pass(struct model *model)
{
    model->now_us += (int64_t)random_below(&model->random, 20);
    for (size_t i = 0; i < JOBS; i++) {
        if (model->states[i] == DELAYED && model->times_us[i] <= model->now_us)
            model->states[i] = WAITING;
    }
}

static bool may_start(const struct model *model, size_t host)
{
    if (model->paused_until_us[host] > model->now_us)
        return false;
    if (model->limit && model->in_flight[host] >= model->limit)
        return false;
    for (size_t i = 0; i < JOBS; i++) {
        if (model->states[i] == WAITING && host_of(model->jobs[i]) == host)
            return true;
    }
    return false;
}

/* Whether it must be able to start: of a slowed host only one check is certain. */
static bool must_start(const struct model *model, size_t host)
{
    bool is_idle = model->in_flight[host] == 0;

    return may_start(model, host) && (model->paused_until_us[host] == 0 || is_idle);
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
    const struct job *job = scheduler_next(model->scheduler, model->now_us);

    CHECK(model, job || !any_must_start(model));
    if (!job)
        return;
    CHECK(model, may_start(model, host_of(job)));
    count_turn(model);
    CHECK(model, *state_of(model, job) == WAITING);
    *state_of(model, job) = IN_FLIGHT;
    model->in_flight[host_of(job)]++;
    model->passed_over[host_of(job)] = 0;
    CHECK(model, model->limit == 0 || model->in_flight[host_of(job)] <= model->limit);
}

static void add(struct model *model)
{
    size_t index = pick(model, OUTSIDE);

    if (index == JOBS)
        return;
    scheduler_add(model->scheduler, model->jobs[index]);
    model->states[index] = WAITING;
}

/* The job waits for a random time, which may have come already. */
static int64_t delay(struct model *model, size_t index)
{
    model->times_us[index] = model->now_us + (int64_t)random_below(&model->random, 50) - 5;
    model->states[index] = model->times_us[index] <= model->now_us ? WAITING : DELAYED;
    return model->times_us[index];
}

/* A check ends, and the job is done, parked, or checked again. */
static void end_check(struct model *model, enum state next_state)
{
    size_t index = pick(model, IN_FLIGHT);
    struct job *job;

    if (index == JOBS)
        return;
    job = model->jobs[index];
    model->in_flight[host_of(job)]--;
    model->states[index] = next_state;
    if (next_state == GONE)
        scheduler_finish(model->scheduler, job);
    else if (next_state == PARKED)
        scheduler_park(model->scheduler, job);
    else
        scheduler_again(model->scheduler, job, delay(model, index));
}

/* A parked job is checked again, or done with. */
static void unpark(struct model *model)
{
    size_t index = pick(model, PARKED);
    struct job *job;

    if (index == JOBS)
        return;
    job = model->jobs[index];
    if (random_below(&model->random, 4)) {
        scheduler_add_at(model->scheduler, job, delay(model, index));
    } else {
        scheduler_finish(model->scheduler, job);
        model->states[index] = GONE;
    }
}

static void pause_or_slow(struct model *model)
{
    size_t index = pick(model, IN_FLIGHT);
    int64_t until_us = model->now_us + (int64_t)random_below(&model->random, 60);
    int64_t *paused_until_us;

    if (index == JOBS)
        return;
    model->passed_over[host_of(model->jobs[index])] = 0;
    paused_until_us = &model->paused_until_us[host_of(model->jobs[index])];
    if (random_below(&model->random, 4)) {
        CHECK(model, scheduler_pause_host(model->scheduler, model->jobs[index], model->now_us,
                                          until_us, INT64_MAX));
    } else {
        scheduler_slow_host(model->scheduler, model->jobs[index]);
        until_us = 1;
    }
    if (until_us > *paused_until_us)
        *paused_until_us = until_us;
}

static void drop(struct model *model)
{
    const struct job *job = scheduler_drop(model->scheduler);
    size_t waiting = count(model, WAITING) + count(model, DELAYED);

    CHECK(model, (job != NULL) == (waiting > 0));
    if (!job)
        return;
    CHECK(model, *state_of(model, job) == WAITING || *state_of(model, job) == DELAYED);
    *state_of(model, job) = GONE;
    /* The host has lost its turn if it has nothing else that waits. */
    if (!may_start(model, host_of(job)))
        model->passed_over[host_of(job)] = 0;
}

static void check_counts(const struct model *model)
{
    CHECK(model,
          scheduler_waiting(model->scheduler) == count(model, WAITING) + count(model, DELAYED));
    for (size_t i = 0; i < JOBS; i++) {
        const struct job *job = model->jobs[i];

        if (model->states[i] == OUTSIDE || model->states[i] == GONE)
            CHECK(model, !job->host);
        else
            CHECK(model, job->host);
    }
}

static void step(struct model *model)
{
    size_t choice = random_below(&model->random, 24);

    if (choice < 7)
        add(model);
    else if (choice < 14)
        next(model);
    else if (choice < 17)
        end_check(model, GONE);
    else if (choice < 19)
        end_check(model, choice < 18 ? DELAYED : PARKED);
    else if (choice < 20)
        unpark(model);
    else if (choice < 22 && model->pauses)
        pause_or_slow(model);
    else if (random_below(&model->random, 8) == 0)
        drop(model);
    let_time_pass(model);
    check_counts(model);
}

/* All jobs that are left come out, each once. Time passes only while nothing may start. */
static void drain(struct model *model)
{
    while (count(model, GONE) < JOBS) {
        int64_t wake_us;

        add(model);
        unpark(model);
        next(model);
        if (random_below(&model->random, 3) == 0 || !any_must_start(model))
            end_check(model, GONE);
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
    model->pauses = run % 2;
    host_count = 1 + random_below(&model->random, HOSTS);
    for (size_t i = 0; i < JOBS; i++) {
        model->jobs[i] = fake_job("", hosts[random_below(&model->random, host_count)]);
        model->jobs[i]->target->source.line = i;
    }
    model->scheduler = scheduler_new(&(struct scheduler_rules){.host_limit = model->limit});
}

static void end(struct model *model)
{
    scheduler_free(model->scheduler);
    for (size_t i = 0; i < JOBS; i++)
        job_free(model->jobs[i]);
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
