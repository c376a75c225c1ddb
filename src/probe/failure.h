/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_H
#define PROBE_FAILURE_H

#include <stdbool.h>

#include "base/cause.h"
#include "result/outcome.h"

/* Why there was no complete response. */
struct failure {
    enum cause cause;
    bool names_location; /* the message says where a redirect led */
    char message[512];   /* for users, not yet escaped */
};

/* Judges an outcome whose code is not CURLE_OK. */
struct failure failure_judge(const struct outcome *outcome);

#endif
