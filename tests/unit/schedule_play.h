/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SCHEDULE_PLAY_H
#define TESTS_SCHEDULE_PLAY_H

#include "base/clock.h"
#include "engine/scheduler.h"
#include "fake_target.h"

/* Targets are told apart by their given, "a1": the host is its first letter. */
#define TARGETS_MAX 32

static char names[TARGETS_MAX][4];
static char hosts[TARGETS_MAX][2];
static struct target *targets[TARGETS_MAX];
static size_t target_count;
static struct scheduler *scheduler;

static inline const struct target *target_named(const char *name)
{
    for (size_t i = 0; i < target_count; i++) {
        if (strcmp(names[i], name) == 0)
            return targets[i];
    }
    assert_in_range(target_count, 0, TARGETS_MAX - 1);
    strcpy(names[target_count], name);
    hosts[target_count][0] = name[0];
    targets[target_count] = fake_target(names[target_count], hosts[target_count]);
    return targets[target_count++];
}

static inline void begin(size_t host_limit)
{
    scheduler = scheduler_new(&(struct schedule_rules){.host_limit = host_limit});
    assert_non_null(scheduler);
}

static inline void end(void)
{
    scheduler_free(scheduler);
    while (target_count > 0)
        target_free(targets[--target_count]);
}

static inline void add(const char *names_to_add)
{
    char list[128], *rest = NULL;

    strcpy(list, names_to_add);
    for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        assert_int_equal(scheduler_add(scheduler, target_named(name)), 0);
}

/* What may start at now_us, in its order, is as wanted: "a1 b1". It is then in flight. */
static inline void expect(int64_t now_us, const char *wanted)
{
    const struct target *target;
    char seen[256] = "";

    while ((target = scheduler_next(scheduler, now_us)))
        sprintf(seen + strlen(seen), "%s%s", *seen ? " " : "", target->given);
    assert_string_equal(seen, wanted);
}

static inline void done(const char *name)
{
    scheduler_done(scheduler, target_named(name));
}

static inline void again(const char *name, int64_t time_us)
{
    assert_int_equal(scheduler_again(scheduler, target_named(name), time_us), 0);
}

#endif
