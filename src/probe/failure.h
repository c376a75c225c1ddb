/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_H
#define PROBE_FAILURE_H

#include "failure_parts.h"

/* Judges an outcome whose code is not CURLE_OK. */
struct failure failure_judge(const struct outcome *outcome);

#endif
