/* SPDX-License-Identifier: MIT */
#ifndef STATE_STATE_FILE_H
#define STATE_STATE_FILE_H

#include "database.h"

/*
 * Opens a file, to which symbolic links may lead, and checks that it is a database of urlcheck. To read only, it
 * must exist and have results. Else it is created if it is missing, mode 0600, and brought to the present schema
 * (schema.h). 0; or -1 with a sentence for users: then nothing is open. The patience may be NULL.
 */
int state_file_open(struct database *database, const char *name, bool read_only,
                    const struct patience *patience, struct error *error);

#endif
