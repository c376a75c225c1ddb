/* SPDX-License-Identifier: MIT */
#include "option_conflicts.h"

#include <stdbool.h>

#include "check_options.h"
#include "input/format_names.h"

/* Whether a --format is for what --write-out replaces. */
static bool has_format_for_stdout(const struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        if (!settings->outputs[i].file)
            return true;
    }
    return false;
}

static bool has_format(const struct settings *settings, enum format_name format)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        if (settings->outputs[i].format == (int)format)
            return true;
    }
    return false;
}

/* --public hides nothing in other formats: whoever gives it may believe that it does. */
static int validate_public(const struct settings *settings, struct error *error)
{
    if (settings->is_public && !has_format(settings, FORMAT_html) &&
        !has_format(settings, FORMAT_atom))
        return error_set(error, "--public is for --format html and atom: add one of them");
    return 0;
}

/* The option that is given and needs the results of earlier runs; NULL: none is. */
static const char *option_about_earlier_runs(const struct settings *settings)
{
    if (settings->only_state)
        return settings->only_state;
    if (settings_report_changes(settings))
        return "exit-on changes";
    return has_format(settings, FORMAT_atom) ? "format atom" : NULL;
}

static int validate_without_state(const struct settings *settings, struct error *error)
{
    const char *option = option_about_earlier_runs(settings);

    if (option)
        return error_set(error, "--%s needs --state FILE, which has the results of earlier runs",
                         option);
    if (settings->lock)
        return error_set(error,
                         "--lock needs --state FILE: runs with the same FILE exclude each other");
    return 0;
}

#define QUOTED_NAME(name) " " #name

/* The option that is given and makes no sense with --history; NULL: none is. */
static const char *option_against_history(const struct settings *settings)
{
    return settings->dump ? "dump" : settings->explain ? "explain" : NULL;
}

/* --history checks nothing and has formats of its own. */
static int validate_history(const struct settings *settings, struct error *error)
{
#define HAS_HISTORY(name) [FORMAT_##name] = true,
    static const bool has_history[] = {HISTORY_FORMAT_LIST(HAS_HISTORY)};
#undef HAS_HISTORY

    if (!settings->history_us)
        return 0;
    if (!settings->state)
        return error_set(error, "--history reads the file of --state: add --state FILE");
    if (option_against_history(settings))
        return error_set(error, "--history and --%s exclude each other",
                         option_against_history(settings));
    for (size_t i = 0; i < settings->input_count; i++) {
        if (settings->inputs[i].kind == INPUT_FILE || settings->extract)
            return error_set(error, "--history reads no lists: name URLs as operands, or none");
    }
    for (size_t i = 0; i < settings->output_count; i++) {
        size_t format = (size_t)settings->outputs[i].format;

        if (format >= sizeof(has_history) || !has_history[format])
            return error_set(error, "--history: its formats are" HISTORY_FORMAT_LIST(QUOTED_NAME));
    }
    if (settings->not_history)
        return error_set(error, "--history checks nothing: leave out --%s", settings->not_history);
    return 0;
}

/* Whether the options that were given have a meaning together with --merge, or without it. */
static int validate_merge(const struct settings *settings, struct error *error)
{
    const char *excluded = settings->dump         ? "dump"
                           : settings->explain    ? "explain"
                           : settings->history_us ? "history"
                                                  : settings->not_merge;

    if (settings->merge && excluded)
        return error_set(error, "--merge checks nothing: leave out --%s", excluded);
    if (!settings->merge && settings->expect)
        return error_set(error,
                         "--expect is the list of --merge, which is not given (for statuses: "
                         "--accept LIST, for content: --contains STR, for headers: "
                         "--expect-header)");
    if (!settings->merge && settings->only_merge)
        return error_set(error, "--%s is for --merge, which is not given", settings->only_merge);
    return 0;
}

/* --dump and --explain print what a run would check, with its options; only how they print it is theirs. */
static int validate_dump(const struct settings *settings, struct error *error)
{
    if (settings->dump && settings->explain)
        return error_set(error, "--dump and --explain exclude each other");
    if ((settings->dump || settings->explain) && settings->not_dump)
        return error_set(error, "--%s prints %s on standard output: leave out --%s",
                         settings->dump ? "dump" : "explain",
                         settings->dump ? "JSON" : "curl commands", settings->not_dump);
    return 0;
}

int option_conflicts_validate(const struct settings *settings, struct error *error)
{
    struct error reason;

    if (check_validate(&settings->check, NULL, &reason))
        return error_set(error, "--%s", reason.text);
    if (settings->extract && settings->null_separated)
        return error_set(error, "--extract and --null exclude each other");
    if (settings->wait && (settings->retry || settings->confirm))
        return error_set(error, "--wait repeats checks until they pass: leave out --%s",
                         settings->retry ? "retry" : "confirm");
    if (settings->confirm && settings->deadline_us &&
        settings->confirm_delay_us >= settings->deadline_us)
        return error_set(error, "--deadline comes before --confirm-delay: nothing is confirmed");
    if (settings->wait && settings->fail_early)
        return error_set(error, "--wait and --fail-early exclude each other");
    if (validate_merge(settings, error) || validate_dump(settings, error))
        return -1;
    if (!settings->state && validate_without_state(settings, error))
        return -1;
    if (validate_public(settings, error))
        return -1;
    if (settings->remind_us && !settings_report_changes(settings))
        return error_set(error, "--remind repeats what --changes reports: add --changes");
    if (settings->write_out && has_format_for_stdout(settings))
        return error_set(error, "--write-out and --format are both for standard output"
                                " (try --format NAME:FILE)");
    return validate_history(settings, error);
}
