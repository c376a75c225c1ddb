/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "base/url_parts.h"
#include "canaries.h"
#include "check_options.h"
#include "foreign_options.h"
#include "input/option_table.h"
#include "option_conflicts.h"
#include "suggest.h"

/* What getopt_long() returns for an option: this plus its index in the table; for an operand, 1. */
#define FIRST_CODE 256
#define OPERAND_CODE 1

/* The curl command reads these three variables; libcurl does not. */
static void set_default_ca(struct check *check)
{
    check->default_ca_variable = "CURL_CA_BUNDLE";
    check->default_ca_file = environment_value(check->default_ca_variable);
    if (check->default_ca_file)
        return;
    check->default_ca_variable = "SSL_CERT_FILE";
    check->default_ca_file = environment_value(check->default_ca_variable);
    check->default_ca_path = environment_value("SSL_CERT_DIR");
}

static void set_defaults(struct settings *settings)
{
    *settings = (struct settings){
        .check = check_defaults(),
        .proto_default = "http",
        .parallel_max = 256,
        .parallel_max_host = 10,
        .retry_delay_us = 1 * CLOCK_S,
        .confirm_delay_us = 30 * CLOCK_S,
        .min_places = 2,
        .keep_us = 90 * 24 * 3600 * CLOCK_S,
        .failure_threshold = 1,
        .success_threshold = 1,
    };
    set_default_ca(&settings->check);
}

void settings_release(struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++)
        free(settings->outputs[i].text);
    free(settings->outputs);
    write_out_free(settings->write_out);
    free(settings->inputs);
    pattern_list_release(&settings->include);
    pattern_list_release(&settings->exclude);
    canaries_release(settings);
    string_list_release(&settings->ping_url);
    string_list_release(&settings->read_files);
    check_release(&settings->check);
    *settings = (struct settings){0};
}

static void make_getopt_tables(char *letters, struct option *options)
{
    /* "-": return operands in their place; ":": tell a missing argument from an unknown option. */
    *letters++ = '-';
    *letters++ = ':';
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        options[i] = (struct option){.name = spec->name,
                                     .has_arg = !spec->argument ? no_argument
                                                : spec->implied ? optional_argument
                                                                : required_argument,
                                     .val = (int)i + FIRST_CODE};
        if (spec->letter) {
            *letters++ = spec->letter;
            if (spec->argument)
                *letters++ = ':';
            if (spec->implied)
                *letters++ = ':';
        }
    }
    *letters = '\0';
    options[option_spec_count] = (struct option){0};
}

static const struct option_spec *spec_of(int code)
{
    if (code >= FIRST_CODE)
        return &option_specs[code - FIRST_CODE];
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].letter == code)
            return &option_specs[i];
    }
    return NULL;
}

/*
 * A word in the place of an option that getopt_long() would misunderstand: a long name with one dash,
 * which is not a row of letters, or an option of another tool. 0 if it is neither.
 */
static int refuse_foreign(const char *word, struct error *error)
{
    size_t length = strcspn(word, "=");
    const char *answer;

    if (word[0] != '-' || length < 2 || strcmp(word, "--") == 0)
        return 0;
    answer = foreign_option_answer(word, length);
    if (answer)
        return error_set(error, "no option %.*s here: %s", (int)length, word, answer);
    if (word[1] != '-' && length > 2 && option_find(word + 1, length - 1))
        return error_set(error, "long options take two dashes: --%.*s", (int)length - 1, word + 1);
    return 0;
}

/* The word begins with a name of several options: names them all. */
static int refuse_ambiguous(const char *word, size_t length, struct error *error)
{
    char names[256] = "";

    for (size_t i = 0; i < option_spec_count; i++) {
        size_t used = strlen(names);

        if (strncmp(option_specs[i].name, word + 2, length - 2) == 0)
            snprintf(names + used, sizeof(names) - used, "%s--%s", used ? ", " : "",
                     option_specs[i].name);
    }
    return *names ? error_set(error, "option '%.*s' is ambiguous: %s", (int)length, word, names)
                  : 0;
}

/* The word begins with two dashes. */
static int refuse_long_name(const char *word, struct error *error)
{
    size_t length = strcspn(word, "=");
    struct suggestion suggestion = suggest_begin(word + 2, length - 2);

    if (length > 2 && refuse_ambiguous(word, length, error))
        return -1;
    for (size_t i = 0; i < option_spec_count; i++)
        suggest_consider(&suggestion, option_specs[i].name);
    if (suggestion.nearest)
        return error_set(error, "unknown option '%.*s' (did you mean --%s?)", (int)length, word,
                         suggestion.nearest);
    return error_set(error, "unknown option '%.*s'; see urlcheck --help", (int)length, word);
}

/* Why getopt_long() returned '?' or ':' (code). word is the argument that it stopped at. */
static int refuse(int code, const char *word, struct error *error)
{
    const struct option_spec *spec = optopt ? spec_of(optopt) : NULL;
    const char letter[] = {'-', (char)optopt, '\0'};

    if (code == ':')
        return error_set(error, "--%s needs an argument: %s", spec->name, spec->argument);
    if (spec)
        return error_set(error, "--%s takes no argument", spec->name);
    if (!optopt)
        return refuse_long_name(word, error);
    /* In a row of letters. */
    if (refuse_foreign(letter, error))
        return -1;
    return error_set(error, "unknown option '%s'; see urlcheck --help", letter);
}

static void add_operand(struct settings *settings, const char *word)
{
    settings_add_input(settings, strcmp(word, "-") == 0 ? INPUT_FILE : INPUT_OPERAND, word);
}

/* Notes an option that has no meaning in one of the modes, or without --merge, or without --state. */
static void note_meaning(struct settings *settings, const struct option_spec *spec)
{
    if (spec->section == SECTION_MERGE && strcmp(spec->name, "merge") != 0)
        settings->only_merge = spec->name;
    if (!option_is_for(spec, MODE_MERGE))
        settings->not_merge = spec->name;
    if (!option_is_for(spec, MODE_HISTORY))
        settings->not_history = spec->name;
    if (!option_is_for(spec, MODE_DUMP))
        settings->not_dump = spec->name;
    if (spec->needs_state && !settings->only_state)
        settings->only_state = spec->name;
}

/* Notes a file that the argument names, so that no output replaces it. */
static void note_file(struct settings *settings, const struct option_use *use)
{
    const char *argument = use->argument;

    if (argument && use->spec->uses_machine && use->spec->uses_machine(argument))
        string_list_add(&settings->read_files, argument + (*argument == '@'));
}

/* code is what getopt_long() returned. */
static int apply(int code, const char *argument, struct settings *settings, struct error *error)
{
    const struct option_spec *spec = spec_of(code);
    struct option_use use = {.spec = spec,
                             .settings = settings,
                             .argument = argument ? argument : spec->implied,
                             .by_letter = code < FIRST_CODE};
    struct error reason;

    if (argument && url_is_web(argument) && !strstr(spec->argument, "URL"))
        settings->url_taken_by = spec->name;
    note_meaning(settings, spec);
    if (spec->scope == SCOPE_CHECK)
        use.settings = &settings->check;
    if (option_apply(&use, &reason))
        return error_set(error, "--%s: %s", spec->name, reason.text);
    note_file(settings, &use);
    return 0;
}

/*
 * Refuses the operand that follows an option, given without "=", if it is one of the arguments that this
 * option may have: "--lock skip".
 */
static int refuse_split_argument(const struct option_spec *spec, const char *operand,
                                 struct error *error)
{
    struct error ignored;
    int index;

    if (!spec || !spec->implied || !spec->words ||
        option_find_word(spec, operand, &index, &ignored))
        return 0;
    return error_set(error, "--%s %s: did you mean --%s=%s?", spec->name, operand, spec->name,
                     spec->words[index]);
}

static int read_arguments(int argc, char **argv, struct settings *settings, struct error *error)
{
    char letters[3 * OPTION_SPECS_MAX + 3];
    struct option options[OPTION_SPECS_MAX + 1];
    const struct option_spec *bare =
        NULL; /* the option before, if it was given without an argument */

    make_getopt_tables(letters, options);
    opterr = 0;
    for (;;) {
        const char *word = argv[optind];
        int code;

        if (word && refuse_foreign(word, error))
            return -1;
        optopt = 0;
        code = getopt_long(argc, argv, letters, options, NULL);
        if (code == -1)
            break;
        if (code == '?' || code == ':')
            return refuse(code, word, error);
        if (code == OPERAND_CODE && refuse_split_argument(bare, optarg, error))
            return -1;
        bare = code == OPERAND_CODE || optarg ? NULL : spec_of(code);
        if (code == OPERAND_CODE)
            add_operand(settings, optarg);
        else if (apply(code, optarg, settings, error))
            return -1;
    }
    for (char **operand = argv + optind; *operand; operand++)
        add_operand(settings, *operand);
    return 0;
}

/* With --extract and --merge, operands are files. */
static void make_operands_files(struct settings *settings)
{
    bool are_files = settings->extract || settings->merge;

    for (size_t i = 0; are_files && i < settings->input_count; i++)
        settings->inputs[i].kind = INPUT_FILE;
}

/* Without operands and -i the list is standard input, unless that is a terminal. */
static int add_default_input(struct settings *settings, struct error *error)
{
    if (settings->input_count)
        settings->url_taken_by = NULL;
    if (settings->input_count || settings->help || settings->version || settings->completion ||
        settings->history_us)
        return 0;
    if (isatty(STDIN_FILENO) && settings->url_taken_by)
        return settings_no_urls(settings, error);
    if (isatty(STDIN_FILENO) && settings->merge)
        return error_set(error, "--merge: no files given (name the jsonl files)");
    if (isatty(STDIN_FILENO))
        return error_set(error, "no URLs given (try urlcheck URL..., or -i FILE for a list); "
                                "see urlcheck -h");
    settings_add_input(settings, INPUT_FILE, "-");
    return 0;
}

static bool is_stdin_an_input(const struct settings *settings)
{
    for (size_t i = 0; i < settings->input_count; i++) {
        const struct input *input = &settings->inputs[i];

        if (input->kind == INPUT_FILE && strcmp(input->text, "-") == 0)
            return true;
    }
    return false;
}

/* Standard input cannot be an input and the format of --write-out, or the list of --expect. */
static int check_stdin(const struct settings *settings, struct error *error)
{
    bool is_list_from_stdin =
        settings->merge && settings->expect && strcmp(settings->expect, "-") == 0;

    if (settings->is_write_out_from_stdin && is_stdin_an_input(settings))
        return error_set(error, "--write-out: @- and the list are both standard input"
                                " (try -i FILE)");
    if (is_list_from_stdin && is_stdin_an_input(settings))
        return error_set(error, "--expect: the list and a merged file are both standard input");
    return 0;
}

int options_parse(int argc, char **argv, struct settings *settings, struct error *error)
{
    struct error reason;

    set_defaults(settings);
    if (read_arguments(argc, argv, settings, error) || option_conflicts_validate(settings, error))
        return -1;
    if (canaries_parse(settings, &reason))
        return error_set(error, "--canary: %s", reason.text);
    make_operands_files(settings);
    return add_default_input(settings, error) || check_stdin(settings, error) ? -1 : 0;
}
