/* SPDX-License-Identifier: MIT */
#ifndef STATE_SCHEMA_H
#define STATE_SCHEMA_H

#include "base/error.h"
#include "database.h"

/* In the header of the file: "UrlC" (https://www.sqlite.org/fileformat2.html#application_id). */
#define SCHEMA_APPLICATION_ID 0x55726c43

/*
 * The tables of a state file. Its user_version counts the steps that have led to them: a new schema is a
 * new step at the end of the list, and no step is ever changed once it was released.
 */
int schema_version(void);

/* In a transaction: takes the steps that a file of that version lacks. 0, or -1 with the reason. */
int schema_upgrade(struct database *database, int version, struct error *error);

#endif
