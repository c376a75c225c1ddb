/* SPDX-License-Identifier: MIT */
#ifndef SESSION_HISTORY_H
#define SESSION_HISTORY_H

#include "input/settings.h"

/*
 * --history: checks nothing; prints what the file of --state knows of the last settings->history_us: of
 * all URLs, or of those that the operands name, by URL or name. The file is only read. Returns the exit
 * status. Errors, and that there are no results, have been reported on standard error.
 */
int history_run(const struct settings *settings);

#endif
