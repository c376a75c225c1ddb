/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_H
#define PROBE_FAILURE_H

#include <stdbool.h>

#include "base/cause.h"
#include "result/outcome.h"

/* Why there was no complete response. */
struct failure {
    enum cause cause;
    bool names_location; /* the phrase says already where a redirect led */
    char phrase[512];    /* for people, not yet escaped */
};

/* Judges an outcome whose code is not CURLE_OK. */
struct failure failure_judge(const struct outcome *outcome);

#endif
