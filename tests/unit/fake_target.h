/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_TARGET_H
#define TESTS_FAKE_TARGET_H

#include <stdlib.h>

#include "input/target.h"

/* A check without expectations. */
static const struct check fake_check;

/* A target that no parser made; its texts are borrowed. target_free() frees it. */
static inline struct target *fake_target(const char *given, const char *host)
{
    struct target *target = calloc(1, sizeof(*target));

    assert_non_null(target);
    target->check = &fake_check;
    target->key = target->given = target->url = given;
    target->host = target->origin = target->connection_key = host;
    return target;
}

#endif
