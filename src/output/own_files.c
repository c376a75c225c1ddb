/* SPDX-License-Identifier: MIT */
#include "own_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"

#define STANDARD_INPUT "/dev/stdin"

static bool is_input(const struct settings *settings, const struct atomic_file *file)
{
    for (size_t i = 0; i < settings->input_count; i++) {
        const struct input *input = &settings->inputs[i];
        const char *name = strcmp(input->text, "-") == 0 ? STANDARD_INPUT : input->text;

        if (input->kind == INPUT_FILE && atomic_file_replaces(file, name))
            return true;
    }
    return settings->input_count == 0 && atomic_file_replaces(file, STANDARD_INPUT);
}

/* The database, the journal of SQLite, and the file of --lock. These are where links of its name lead to. */
static bool is_state(const char *state, const struct atomic_file *file)
{
    static const char *const ends[] = {"", "-journal", ".lock"};
    char *target = path_follow_links(state);
    bool is_one = false;

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && target && !is_one; i++) {
        char *name = xasprintf("%s%s", target, ends[i]);

        is_one = atomic_file_replaces(file, name);
        free(name);
    }
    free(target);
    return is_one;
}

/* What an option of the command line reads. */
static bool is_read(const struct string_list *files, const struct atomic_file *file)
{
    for (size_t i = 0; i < files->count; i++) {
        if (atomic_file_replaces(file, files->items[i]))
            return true;
    }
    return false;
}

const char *own_files_find(const struct settings *settings, const struct atomic_file *file,
                           bool is_jsonl)
{
    if (settings->state && is_state(settings->state, file))
        return "the file of --state";
    if (settings->expect && atomic_file_replaces(file, settings->expect))
        return "the list of --expect";
    if (is_read(&settings->read_files, file))
        return "a file that an option reads";
    if (settings->history_us || (settings->merge && is_jsonl) || !is_input(settings, file))
        return NULL;
    return settings->merge ? "a file of --merge" : "the list";
}
