/* SPDX-License-Identifier: MIT */
#ifndef STATE_HISTORY_READER_H
#define STATE_HISTORY_READER_H

#include "database.h"
#include "state/history.h"

/*
 * Reads what state_history() returns from the tables url, day and outage, in one transaction that only
 * reads. NULL with the reason. What makes no sense in a damaged file is left out.
 */
struct history *history_read(struct database *database, int64_t from_us, int64_t to_us,
                             struct error *error);

#endif
