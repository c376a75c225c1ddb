/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_RESULT_READER_H
#define RESULTS_RESULT_READER_H

#include <stddef.h>

#include "base/error.h"
#include "base/string_pool.h"
#include "results/result_record.h"

/*
 * Reads lines of the format jsonl (src/output/jsonl.c) back as results. Fields that it does not know
 * are ignored, and those that earlier versions did not have may be missing. What a result has besides
 * (hints, the words of the server, most of --write-out's variables) is not in jsonl, and is unknown then.
 * A reader is for one thread; several threads may have one each, which are made before the threads are
 * (cJSON's README, "Thread Safety").
 */
struct result_reader;

/* Names of places and files, which results borrow, are kept in the pool, which is borrowed. */
struct result_reader *result_reader_new(struct string_pool *names);

/* NULL is fine. */
void result_reader_free(struct result_reader *reader);

/* Reads a line: the record is valid until the next one is read. 0; or -1 with the reason: it is no result. */
int result_reader_read(struct result_reader *reader, const char *line, size_t length,
                       struct result_record *record, struct error *error);

#endif
