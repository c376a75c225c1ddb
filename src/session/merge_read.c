/* SPDX-License-Identifier: MIT */
#include "merge_internal.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "engine/lanes.h"
#include "output/message.h"

/* The file whose blocks come. */
struct reading {
    struct merge_run *run;
    const char *file;
    size_t lines;            /* of the blocks before */
    bool has_refused;        /* a line of it that is no result was reported */
    size_t refused;          /* how many were not */
    bool said_what_it_takes; /* the first refused line of all files says what --merge takes */
};

static void report_more_refused(struct reading *reading)
{
    if (reading->refused)
        message("%s: %zu more line%s no result of urlcheck", reading->file, reading->refused,
                reading->refused == 1 ? " is" : "s are");
    reading->refused = 0;
}

/* Of each file the first line that is no result is reported, and how many more there are. */
static void report_refused(struct reading *reading, const struct merge_lines *lines)
{
    size_t refused = lines->refused;

    if (refused && !reading->has_refused) {
        merge_lose_input(reading->run, "%s:%zu: %s%s", reading->file,
                         reading->lines + lines->first.line, lines->first.reason.text,
                         reading->said_what_it_takes ? ""
                                                     : " (--merge takes files of --format jsonl)");
        reading->has_refused = reading->said_what_it_takes = true;
        refused--;
    }
    reading->refused += refused;
    if (lines->cut.line) {
        report_more_refused(reading);
        merge_lose_input(reading->run, "%s:%zu: %s, and its end is missing", reading->file,
                         reading->lines + lines->cut.line, lines->cut.reason.text);
    }
}

static void begin_file(struct reading *reading, const char *file)
{
    report_more_refused(reading);
    reading->file = file;
    reading->lines = 0;
    reading->has_refused = false;
}

/* Keeps the records of a block, and adds them to the index. 0, or -1: reported. */
static int keep_records(struct reading *reading, const struct merge_lines *lines)
{
    struct error error;
    uint64_t position;

    if (merge_records_append(reading->run->records, lines->packed, lines->packed_bytes, &position,
                             &error))
        return merge_fail(reading->run, "%s", error.text);
    for (size_t i = 0; i < lines->found_count; i++) {
        struct merge_seen seen = lines->found[i].seen;

        seen.position += position;
        if (merge_add(reading->run->index, &lines->found[i].fingerprint, &seen))
            return merge_fail_sorting(reading->run);
    }
    return 0;
}

/* Takes what a thread has found in a block. 0, or -1: reported. */
static int index_block(struct reading *reading, const struct merge_lines *lines)
{
    if (lines->block.begins_file)
        begin_file(reading, lines->block.file);
    if (*lines->block.trouble.text)
        merge_lose_input(reading->run, "%s:%zu: %s: the rest of the file is not read",
                         reading->file, reading->lines + 1, lines->block.trouble.text);
    report_refused(reading, lines);
    reading->lines += lines->count;
    return keep_records(reading, lines);
}

static void work_on_lines(void *context, size_t lane, void *block)
{
    merge_worker_index((struct merge_worker *)context + lane, block);
}

int merge_read(struct merge_run *run)
{
    struct reading reading = {.run = run};
    struct lanes *lanes = merge_start_lanes(run, work_on_lines);
    struct merge_lines *blocks, *lines;
    size_t room;
    int status = 0;

    if (!lanes)
        return -1;
    room = lanes_room(lanes);
    blocks = xcalloc(room, sizeof(*blocks));
    for (size_t i = 0; i < room && merge_files_next(run->files, &blocks[i].block); i++)
        lanes_send(lanes, &blocks[i]);
    while ((lines = lanes_receive(lanes))) {
        if (status == 0)
            status = merge_is_interrupted(run) ? -1 : index_block(&reading, lines);
        if (status == 0 && merge_files_next(run->files, &lines->block))
            lanes_send(lanes, lines);
    }
    report_more_refused(&reading);
    lanes_free(lanes);
    for (size_t i = 0; i < room; i++)
        merge_lines_release(&blocks[i]);
    free(blocks);
    return status;
}
