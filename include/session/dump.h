/* SPDX-License-Identifier: MIT */
#ifndef SESSION_DUMP_H
#define SESSION_DUMP_H

#include "input/settings.h"

/*
 * --dump: prints on standard output what a run would check, folded as there, and asks nothing.
 * Returns the exit status: 1 if a line cannot be checked. curl_global_init() has been called.
 */
int dump_run(const struct settings *settings);

#endif
