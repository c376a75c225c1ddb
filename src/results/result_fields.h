/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_RESULT_FIELDS_H
#define RESULTS_RESULT_FIELDS_H

#include <cjson/cJSON.h>

#include "base/error.h"
#include "base/string_pool.h"
#include "results/result_record.h"

/* Names of places and files, which most lines have in common with the line before. */
struct result_names {
    struct string_pool *pool; /* borrowed */
    const char *last_place;   /* the pool's; NULL: none */
    const char *last_file;
};

/*
 * Reads the fields of a line of jsonl into a record, which is all zeros. Lists are in memory of cJSON_malloc(),
 * texts are the object's, names the pool's. 0, or -1 with the reason why the line is no result of urlcheck.
 */
int result_fields_read(struct result_names *names, const cJSON *object,
                       struct result_record *record, struct error *error);

#endif
