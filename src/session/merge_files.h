/* SPDX-License-Identifier: MIT */
#ifndef SESSION_MERGE_FILES_H
#define SESSION_MERGE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * The files of --merge, as lines: first one after the other, then each line again by its position. What
 * cannot be read twice (a pipe, standard input) is copied to a file without a name first. Lines may
 * be appended to a file meanwhile; its descriptor stays open. One thread.
 */
struct merge_files;

/* Opens and copies all inputs of the settings, which are borrowed. NULL with the reason and errno. */
struct merge_files *merge_files_open(const struct settings *settings, struct error *error);

/* NULL is fine. */
void merge_files_close(struct merge_files *files);

/* A line, without its newline; valid until the next call. */
struct merge_line {
    const char *text;
    size_t length;
    const char *file; /* its name for people; not escaped */
    size_t number;    /* from 1 */
    uint64_t position;
    bool is_cut; /* the file ends in it, without a newline */
};

/*
 * The next line of all files: 1; 0 at the end of the last one; -1 with the reason why the rest of a
 * file cannot be read: the next call goes on with the file after it.
 */
int merge_files_next(struct merge_files *files, struct merge_line *line, struct error *error);

/* Reads the line at a position again: only text and length are set. 0, or -1 with the reason. */
int merge_files_line_at(struct merge_files *files, uint64_t position, struct merge_line *line,
                        struct error *error);

#endif
