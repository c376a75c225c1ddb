/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/clock.h"
#include "input/options_table.h"

#define MAX_OPTIONS 128

static const char synopsis[] =
    "Usage: urlcheck [OPTION]... [URL]...\n"
    "       urlcheck [OPTION]... < list\n"
    "       urlcheck [OPTION]... -i list\n"
    "\n"
    "Checks http and https URLs at once and prints one line for each: OK if a\n"
    "complete response came with a status below 400, FAILED and why if not.\n";

static const char exit_statuses[] =
    "Exit status: 0 every URL is OK, 1 at least one FAILED, 2 usage or no URLs,\n"
    "3 trouble of urlcheck's own, 130 or 143 interrupted by SIGINT or SIGTERM.\n"
    "TIME is in seconds, or carries a unit: 500ms, 3s, 2m, 1h, 30d.\n";

int options_time_us(const char *text, int64_t *time_us)
{
    static const struct {
        const char *unit;
        double us;
    } units[] = {{"", 1e6}, {"s", 1e6}, {"ms", 1e3}, {"m", 60e6}, {"h", 3600e6}, {"d", 86400e6}};
    const double longest = 3650 * 86400e6;
    size_t digits = strspn(text, "0123456789.");
    char *end;
    double number = strtod(text, &end);

    if (digits == 0 || end != text + digits)
        return -1;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(end, units[i].unit) == 0 && number * units[i].us <= longest) {
            *time_us = (int64_t)(number * units[i].us + 0.5);
            return 0;
        }
    }
    return -1;
}

static int parse_time(const struct option_spec *spec, const char *argument, int64_t *field,
                      struct reason *reason)
{
    if (options_time_us(argument, field) || *field < CLOCK_MS)
        return reason_set(reason, "--%s: '%s' is not a time over 0 (try 10, 500ms, 3s, 2m)",
                          spec->name, argument);
    return 0;
}

static int parse_count(const struct option_spec *spec, const char *argument, long *field,
                       struct reason *reason)
{
    char *end;
    long number;

    errno = 0;
    number = strtol(argument, &end, 10);
    if (isspace((unsigned char)*argument) || end == argument || *end || errno ||
        number < spec->minimum || number > spec->maximum)
        return reason_set(reason, "--%s: '%s' is not a number from %ld to %ld", spec->name,
                          argument, spec->minimum, spec->maximum);
    *field = number;
    return 0;
}

static int apply(const struct option_spec *spec, const char *argument, struct settings *settings,
                 struct reason *reason)
{
    void *field = (char *)settings + spec->field;

    switch (spec->kind) {
    case OPTION_FLAG: *(bool *)field = true; return 0;
    case OPTION_CLEAR: *(bool *)field = false; return 0;
    case OPTION_VALUE: *(int *)field = (int)spec->minimum; return 0;
    case OPTION_TEXT: *(const char **)field = argument; return 0;
    case OPTION_TIME: return parse_time(spec, argument, field, reason);
    case OPTION_COUNT: return parse_count(spec, argument, field, reason);
    case OPTION_CALL: return spec->apply(settings, argument, reason);
    }
    return 0;
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
        .check = {.max_time_us = 10 * CLOCK_S,
                  .max_redirects = 10,
                  .follow = true,
                  .user_agent = "urlcheck/" URLCHECK_VERSION},
        .proto_default = "http",
        .parallel_max = 256,
        .parallel_max_host = 10,
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

/* Says what getopt_long() meant with '?' or ':'. word is the argument that it stopped at. */
static int refuse(int code, const char *word, struct reason *reason)
{
    const struct option_spec *spec = optopt ? spec_of(optopt) : NULL;
    int name = (int)strcspn(word, "=");

    if (code == ':')
        return reason_set(reason, "--%s needs an argument: %s", spec->name, spec->argument);
    if (spec)
        return reason_set(reason, "--%s takes no argument", spec->name);
    if (optopt)
        return reason_set(reason, "unknown option '-%c'", optopt);
    for (size_t i = 0; i < option_spec_count; i++) {
        if (name > 2 && strncmp(option_specs[i].name, word + 2, (size_t)name - 2) == 0)
            return reason_set(reason, "option '%.*s' is ambiguous (--%s, ...)", name, word,
                              option_specs[i].name);
    }
    return reason_set(reason, "unknown option '%.*s'", name, word);
}

/* argv from here on is operands: what stood before has been handled. */
static int add_operands(char **words, struct settings *settings, struct reason *reason)
{
    for (; *words; words++) {
        enum input_kind kind = strcmp(*words, "-") == 0 ? INPUT_FILE : INPUT_OPERAND;

        if (settings_add_input(settings, kind, *words))
            return reason_set(reason, "out of memory");
    }
    return 0;
}

/* Without operands and -i the list comes through a pipe; nobody types it into a terminal. */
static int default_input(struct settings *settings, struct reason *reason)
{
    if (settings->input_count || settings->help || settings->version)
        return 0;
    if (isatty(STDIN_FILENO))
        return reason_set(reason, "no URLs given");
    return settings_add_input(settings, INPUT_FILE, "-") ? reason_set(reason, "out of memory") : 0;
}

int options_parse(int argc, char **argv, struct settings *settings, struct reason *reason)
{
    char letters[2 * MAX_OPTIONS + 3];
    struct option options[MAX_OPTIONS + 1];
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
            return refuse(code, word, reason);
        if (code == 1) {
            if (add_operands((char *[]){optarg, NULL}, settings, reason))
                return -1;
        } else if (apply(spec_of(code), optarg, settings, reason)) {
            return -1;
        }
    }
    if (add_operands(argv + optind, settings, reason))
        return -1;
    return default_input(settings, reason);
}

/* "  -m, --max-time TIME", and its width. */
static int print_name(FILE *file, const struct option_spec *spec)
{
    char letter[5] = "    ";

    if (spec->letter)
        snprintf(letter, sizeof(letter), "-%c, ", spec->letter);
    return fprintf(file, "  %s--%s%s%s", letter, spec->name, spec->argument ? " " : "",
                   spec->argument ? spec->argument : "");
}

/* Prints text from column 28 on, broken at spaces before column 80. */
static void print_wrapped(FILE *file, int column, const char *text)
{
    const int indent = 28, width = 80 - indent;

    if (column >= indent - 1) {
        fputc('\n', file);
        column = 0;
    }
    while (*text) {
        size_t length = strlen(text);

        if (length > (size_t)width) {
            for (length = (size_t)width; text[length] != ' '; length--)
                ;
        }
        fprintf(file, "%*s%.*s\n", indent - column, "", (int)length, text);
        text += length + strspn(text + length, " ");
        column = 0;
    }
}

void options_print_help(FILE *file)
{
    fputs(synopsis, file);
    for (int section = 0; section < SECTION_COUNT; section++) {
        fprintf(file, "\n%s:\n", option_section_title((enum option_section)section));
        for (size_t i = 0; i < option_spec_count; i++) {
            if ((int)option_specs[i].section == section)
                print_wrapped(file, print_name(file, &option_specs[i]), option_specs[i].help);
        }
    }
    fprintf(file, "\n%s", exit_statuses);
}

/* A hyphen that is typed is \- in a man page; a line may not begin with a dot or a quote. */
static void print_man_text(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-", file);
        else if (*text == '\'')
            fputs("\\(aq", file);
        else if (*text == '\\')
            fputs("\\e", file);
        else
            fputc(*text, file);
    }
}

void options_print_man(FILE *file)
{
    for (int section = 0; section < SECTION_COUNT; section++) {
        fprintf(file, ".SS %s\n", option_section_title((enum option_section)section));
        for (size_t i = 0; i < option_spec_count; i++) {
            const struct option_spec *spec = &option_specs[i];

            if ((int)spec->section != section)
                continue;
            fputs(".TP\n\\fB", file);
            if (spec->letter)
                fprintf(file, "\\-%c\\fR, \\fB", spec->letter);
            fputs("\\-\\-", file);
            print_man_text(file, spec->name);
            fputs("\\fR", file);
            if (spec->argument) {
                fputs(" \\fI", file);
                print_man_text(file, spec->argument);
                fputs("\\fR", file);
            }
            fputc('\n', file);
            print_man_text(file, spec->help);
            fputs(".\n", file);
        }
    }
}
