/* SPDX-License-Identifier: MIT */
#ifndef SESSION_MERGE_FILES_H
#define SESSION_MERGE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "input/settings.h"

/* The files of --merge, which may be pipes, as blocks of lines, one after the other. One thread. */
struct merge_files;

/*
 * Opens all inputs of the settings, which are borrowed. Of regular files only the one that is read is open.
 * NULL with the reason and errno.
 */
struct merge_files *merge_files_open(const struct settings *settings, struct error *error);

/* NULL is fine. */
void merge_files_close(struct merge_files *files);

/* Whole lines of a file; the last one of a file may lack its newline. All zeros at first. */
struct merge_block {
    const char *file; /* its name for people; not escaped */
    bool begins_file;
    char *text; /* owned */
    size_t length, room;
    struct error trouble; /* why the rest of the file cannot be read; "": it can */
};

/* Reads the next block of all files. False: there is none. */
bool merge_files_next(struct merge_files *files, struct merge_block *block);

void merge_block_release(struct merge_block *block);

/*
 * Opens a file so that it can be read several times from its beginning: a pipe, or a file of which standard
 * input has read some, is copied to a file without a name. Returns the descriptor; -1 with the reason and errno.
 */
int merge_files_open_again(const char *name, struct error *error);

#endif
