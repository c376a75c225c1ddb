/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "input/settings.h"

/*
 * One run, from opening the list to the exit status, which it returns. Errors have been reported on
 * standard error. It ends the process itself, by quick_exit(), if threads are left that cannot be
 * joined. alloc_reserve() and curl_global_init() have been called (process.h).
 */
int session_run(const struct settings *settings);

#endif
