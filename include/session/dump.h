/* SPDX-License-Identifier: MIT */
#ifndef SESSION_DUMP_H
#define SESSION_DUMP_H

#include "input/settings.h"

/*
 * --dump and --explain: prints on standard output what a run would check, as objects or as curl's
 * commands, folded as there, and asks nothing. What no command can ask is told on standard error.
 * Returns the exit status: 1 if a line cannot be checked. curl_global_init() has been called.
 */
int dump_run(const struct settings *settings);

#endif
