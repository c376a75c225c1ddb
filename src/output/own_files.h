/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_OWN_FILES_H
#define OUTPUT_OWN_FILES_H

#include <stdbool.h>

#include "atomic_file.h"
#include "input/settings.h"

/*
 * What the file would replace, if the run itself reads or keeps it: "the file of --state". NULL: nothing. What only
 * lines of a list name (data=@FILE) is not known yet, and not found. Merged
 * files may be replaced by their own answer, so that the next merge takes it: is_jsonl.
 */
const char *own_files_find(const struct settings *settings, const struct atomic_file *file,
                           bool is_jsonl);

#endif
