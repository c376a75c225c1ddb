/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/unnamed_file.h"
#include "engine/signals.h"
#include "exit_status.h"
#include "merge_internal.h"
#include "output/message.h"
#include "session/exit_codes.h"

/* After so many URLs it looks for signals. */
#define URLS_PER_LOOK 1024

/* The list of --expect, read like that of a run, and twice. */
static int open_expected(struct merge_run *run, struct error *error)
{
    const struct settings *settings = run->session->settings;

    if (!settings->expect)
        return 0;
    run->expect_input = (struct input){.kind = INPUT_FILE, .text = settings->expect};
    run->expect_input.fd = merge_files_open_again(settings->expect, error);
    if (run->expect_input.fd < 0)
        return -1;
    fstat(run->expect_input.fd, &run->expect_status);
    run->expect_settings = *settings;
    run->expect_settings.inputs = &run->expect_input;
    run->expect_settings.input_count = 1;
    return 0;
}

static void add_workers(struct merge_run *run)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);

    run->worker_count = cpus < 1 ? 1 : cpus > MERGE_THREADS_MAX ? MERGE_THREADS_MAX : (size_t)cpus;
    for (size_t i = 0; i < run->worker_count; i++)
        merge_worker_init(&run->workers[i], run->session->settings, run->records, run->names);
}

/* Opens all files. 0, or the exit status, with the error: temporary files are this machine's matter. */
static int open_files(struct merge_run *run, struct error *error)
{
    run->records = merge_records_new(error);
    if (!run->records)
        return EXIT_INTERNAL;
    if (open_expected(run, error) == 0)
        run->files = merge_files_open(run->session->settings, error);
    if (run->files)
        return 0;
    return error_is_shortage(errno) ? EXIT_INTERNAL : EXIT_USAGE;
}

struct merge_run *merge_run_new(struct session *session, int *status, struct error *error)
{
    struct merge_run *run = xcalloc(1, sizeof(*run));

    run->session = session;
    run->names = string_pool_new();
    run->index = merge_new();
    *status = open_files(run, error);
    if (*status == 0) {
        add_workers(run);
        return run;
    }
    merge_run_free(run);
    return NULL;
}

void merge_run_free(struct merge_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < run->worker_count; i++)
        merge_worker_release(&run->workers[i]);
    merge_files_close(run->files);
    merge_records_free(run->records);
    list_free(run->expected);
    if (run->expect_input.fd > 0)
        close(run->expect_input.fd);
    merge_free(run->index);
    string_pool_free(run->names);
    free(run);
}

bool merge_is_interrupted(const struct merge_run *run)
{
    return signals_end_us(run->session->signals) != CLOCK_NEVER;
}

bool merge_looks_interrupted(struct merge_run *run)
{
    return ++run->looked % URLS_PER_LOOK == 0 && merge_is_interrupted(run);
}

void merge_lose_input(struct merge_run *run, const char *format, ...)
{
    struct error error;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error.text, sizeof(error.text), format, arguments);
    va_end(arguments);
    if (!*run->session->merged.lost_input.text)
        run->session->merged.lost_input = error;
    message("%s", error.text);
}

int merge_fail(struct merge_run *run, const char *format, ...)
{
    struct error error;
    va_list arguments;

    if (run->has_failed)
        return -1;
    run->has_failed = true;
    va_start(arguments, format);
    vsnprintf(error.text, sizeof(error.text), format, arguments);
    va_end(arguments);
    report_trouble(run->session, "%s", error.text);
    return -1;
}

int merge_fail_sorting(struct merge_run *run)
{
    return merge_fail(run, "cannot sort results in '%s': %s", unnamed_file_folder(),
                      strerror(errno));
}

struct lanes *merge_start_lanes(struct merge_run *run, lanes_work *work)
{
    struct lanes *lanes = lanes_new(run->worker_count, work, run->workers);

    if (!lanes)
        merge_fail(run, "no thread for --merge: %s", strerror(errno));
    return lanes;
}

/* Adds a URL of the list to the index. 0, or -1: reported. */
static int add_expected(struct merge_run *run, const struct target *target)
{
    char *key = result_target_key(target);
    struct fingerprint fingerprint =
        fingerprint_take(run->workers[0].fingerprinter, key, strlen(key));

    free(key);
    return merge_add_expected(run->index, &fingerprint) ? merge_fail_sorting(run) : 0;
}

/* Adds the list to the index. 0, or -1: interrupted, or reported. */
static int index_expected(struct merge_run *run)
{
    struct error error;
    struct list *list = list_new(&run->expect_settings, &error);
    struct target *target;
    int got = 0, status = 0;

    while (list && status == 0 && (got = list_next(list, &target, &error)) == 1) {
        status = merge_looks_interrupted(run) ? -1 : add_expected(run, target);
        target_free(target);
    }
    if (!list || got < 0)
        status = merge_fail(run, "%s", error.text);
    list_free(list);
    return status;
}

/* The list must be the same as when it was read first. */
static void check_expected(struct merge_run *run)
{
    const struct stat *before = &run->expect_status;
    struct stat now;

    if (fstat(run->expect_input.fd, &now) == 0 &&
        (now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
         now.st_mtim.tv_nsec != before->st_mtim.tv_nsec))
        merge_fail(run, "'%s' has changed while it was read", run->expect_input.text);
}

/* Delivers the list, and says what is not in it. */
static void deliver_expected(struct merge_run *run)
{
    size_t others = merge_left_out(run->index);
    struct error error;

    run->expected = list_new(&run->expect_settings, &error);
    if (!run->expected) {
        merge_fail(run, "%s", error.text);
        return;
    }
    merge_deliver(run);
    check_expected(run);
    if (others)
        message_remark("%zu URL%s of the merged files left out: not in %s", others,
                       others == 1 ? "" : "s",
                       source_file_name(&(struct source){.file = run->expect_input.text}));
}

/* Reads everything, and delivers it. */
static void merge_all(struct merge_run *run)
{
    const struct session *session = run->session;
    bool has_list = session->settings->expect != NULL;

    if ((has_list && index_expected(run)) || merge_read(run))
        return;
    if (merge_finish(run->index, has_list, session->settings->merge_window_us)) {
        merge_fail_sorting(run);
        return;
    }
    if (has_list) {
        deliver_expected(run);
        return;
    }
    run->counts_ok = output_skips_ok(session->output) && !session->state &&
                     !output_wants_numbers(session->output);
    merge_deliver(run);
}

/* No check began: this run is all that has a time. */
static void note_own_time(struct session *session)
{
    session->merged.started_at_us = session->started_at_us;
    session->merged.ended_at_us = clock_read_us(CLOCK_REALTIME);
}

struct run_outcome merge_run(struct merge_run *run)
{
    struct session *session = run->session;
    struct run_outcome outcome = {.end = RUN_DONE};

    merge_all(run);
    if (session->merged.started_at_us == 0)
        note_own_time(session);
    session->merged.replaced = merge_replaced(run->index);
    if (merge_is_interrupted(run))
        chan_recv(signals_received(session->signals), &outcome.signal);
    if (outcome.signal || run->has_failed)
        outcome.end = RUN_FAILED;
    return outcome;
}
