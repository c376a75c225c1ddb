/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "canaries.h"
#include "input/check.h"
#include "input/options_table.h"
#include "suggest.h"

/* Applies an option of the command line, and names it in what the reason says. */
static int apply(const struct option_spec *spec, const char *argument, struct settings *settings,
                 struct error *error)
{
    struct error what;

    if (option_apply(spec, spec->scope == SCOPE_CHECK ? (void *)&settings->check : settings,
                     argument, &what) == 0)
        return 0;
    if (errno == ENOMEM)
        return error_set(error, "out of memory");
    return error_set(error, "--%s: %s", spec->name, what.text);
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/* The three variables are those of the curl tool: libcurl itself does not read them. */
static void set_defaults(struct settings *settings)
{
    *settings = (struct settings){
        .check = check_defaults(),
        .proto_default = "http",
        .parallel_max = 256,
        .parallel_max_host = 10,
        .retry_delay_us = 1 * CLOCK_S,
        .confirm_delay_us = 30 * CLOCK_S,
    };
    settings->check.default_ca_file = environment("CURL_CA_BUNDLE");
    if (settings->check.default_ca_file)
        return;
    settings->check.default_ca_file = environment("SSL_CERT_FILE");
    settings->check.default_ca_path = environment("SSL_CERT_DIR");
}

/* getopt_long()'s tables: an option is returned as 256 + its place in ours. */
static void getopt_tables(char *letters, struct option *options)
{
    /* "-": operands are returned in their order, as option 1; ":": a missing argument is told. */
    *letters++ = '-';
    *letters++ = ':';
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        options[i] = (struct option){.name = spec->name,
                                     .has_arg = spec->argument ? required_argument : no_argument,
                                     .val = (int)i + 256};
        if (spec->letter) {
            *letters++ = spec->letter;
            if (spec->argument)
                *letters++ = ':';
        }
    }
    *letters = '\0';
    options[option_spec_count] = (struct option){0};
}

static const struct option_spec *spec_of(int code)
{
    if (code >= 256)
        return &option_specs[code - 256];
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].letter == code)
            return &option_specs[i];
    }
    return NULL;
}

static int refuse_unknown(const char *word, int length, struct error *error)
{
    struct suggestion suggestion = suggest_begin(word + 2, (size_t)length - 2);

    for (size_t i = 0; i < option_spec_count; i++)
        suggest_consider(&suggestion, option_specs[i].name);
    if (suggestion.nearest)
        return error_set(error, "unknown option '%.*s' (did you mean --%s?)", length, word,
                         suggestion.nearest);
    return error_set(error, "unknown option '%.*s'", length, word);
}

/* Says what getopt_long() meant with '?' or ':'. word is the argument that it stopped at. */
static int refuse(int code, const char *word, struct error *error)
{
    const struct option_spec *spec = optopt ? spec_of(optopt) : NULL;
    int name = (int)strcspn(word, "=");

    if (code == ':')
        return error_set(error, "--%s needs an argument: %s", spec->name, spec->argument);
    if (spec)
        return error_set(error, "--%s takes no argument", spec->name);
    if (optopt)
        return error_set(error, "unknown option '-%c'", optopt);
    for (size_t i = 0; i < option_spec_count; i++) {
        if (name > 2 && strncmp(option_specs[i].name, word + 2, (size_t)name - 2) == 0)
            return error_set(error, "option '%.*s' is ambiguous (--%s, ...)", name, word,
                             option_specs[i].name);
    }
    return refuse_unknown(word, name, error);
}

/* argv from here on is operands: what stood before has been handled. */
static int add_operands(char **words, struct settings *settings, struct error *error)
{
    for (; *words; words++) {
        enum input_kind kind = strcmp(*words, "-") == 0 ? INPUT_FILE : INPUT_OPERAND;

        if (settings_add_input(settings, kind, *words))
            return error_set(error, "out of memory");
    }
    return 0;
}

/* Without operands and -i the list comes through a pipe; nobody types it into a terminal. */
static int default_input(struct settings *settings, struct error *error)
{
    if (settings->input_count || settings->help || settings->version || settings->completion)
        return 0;
    if (isatty(STDIN_FILENO))
        return error_set(error, "no URLs given");
    return settings_add_input(settings, INPUT_FILE, "-") ? error_set(error, "out of memory") : 0;
}

static int refuse_contradiction(const struct settings *settings, struct error *error)
{
    struct error what;

    if (check_contradicts(&settings->check, &what))
        return error_set(error, "--%s", what.text);
    if (settings->wait && (settings->retry || settings->confirm))
        return error_set(error, "--wait asks again until all is well: --%s has no place beside it",
                         settings->retry ? "retry" : "confirm");
    if (settings->confirm && settings->deadline_us &&
        settings->confirm_delay_us >= settings->deadline_us)
        return error_set(error, "--deadline comes before --confirm-delay: nothing is confirmed");
    if (settings->wait && settings->fail_early)
        return error_set(error, "--wait and --fail-early exclude each other");
    return 0;
}

int options_parse(int argc, char **argv, struct settings *settings, struct error *error)
{
    char letters[2 * OPTION_SPECS_MAX + 3];
    struct option options[OPTION_SPECS_MAX + 1];
    struct error what;
    int code;

    set_defaults(settings);
    getopt_tables(letters, options);
    opterr = 0;
    for (;;) {
        const char *word = argv[optind];

        optopt = 0;
        code = getopt_long(argc, argv, letters, options, NULL);
        if (code == -1)
            break;
        if (code == '?' || code == ':')
            return refuse(code, word, error);
        if (code == 1) {
            if (add_operands((char *[]){optarg, NULL}, settings, error))
                return -1;
        } else if (apply(spec_of(code), optarg, settings, error)) {
            return -1;
        }
    }
    if (add_operands(argv + optind, settings, error) || refuse_contradiction(settings, error))
        return -1;
    if (options_fit(&settings->check, &what))
        return error_set(error, "--%s", what.text);
    if (canaries_parse(settings, &what))
        return error_set(error, "--canary: %s", what.text);
    return default_input(settings, error);
}
