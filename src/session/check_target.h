/* SPDX-License-Identifier: MIT */
#ifndef SESSION_CHECK_TARGET_H
#define SESSION_CHECK_TARGET_H

#include "input/target.h"
#include "result/probe_options.h"
#include "result/result.h"

/*
 * Checks a target: probes it and judges what was seen (run.h, check_function). context is the session.
 *
 * If urlcheck was stopped (Ctrl-Z, SIGSTOP, a frozen container) or the machine suspended during the
 * check, the limits of libcurl or the server may have ended it in the meantime. So if there was no
 * response, or it seems slow, the check is repeated. If its request may not be repeated, or that has
 * happened too often, nothing is known of the URL: UNKNOWN, class cancelled. On a worker thread.
 */
void check_target(void *context, const struct target *target, const struct probe_options *options,
                  struct result *result);

#endif
