/* SPDX-License-Identifier: MIT */
#ifndef SESSION_DUMP_H
#define SESSION_DUMP_H

#include "input/settings.h"

/*
 * --dump and --explain: prints what a run would check, as JSON objects or as curl commands, without
 * duplicates, and sends no request. What cannot be a command is reported on standard error. Returns
 * the exit status: 1 if a line cannot be checked. curl_global_init() has been called.
 */
int dump_run(const struct settings *settings);

#endif
