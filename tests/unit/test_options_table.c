/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

#include "base/units.h"
#include "input/options.h"
#include "input/option_table.h"
#include "printed.h"

/* Numbers, times and sizes; the table of options, and the help and man page made from it. */

static void expect_time(const char *text, int64_t wanted_us)
{
    int64_t time_us = -1;

    if (parse_time_us(text, &time_us))
        fail_msg("'%s' is refused", text);
    assert_int_equal(time_us, wanted_us);
}

TEST(times)
{
    expect_time("2", 2000000);
    expect_time("0", 0);
    expect_time("0.5", 500000);
    expect_time(".5", 500000);
    expect_time("5.", 5000000);
    expect_time("500ms", 500000);
    expect_time("0.5ms", 500);
    expect_time("3s", 3000000);
    expect_time("2m", 120000000);
    expect_time("1.5m", 90000000);
    expect_time("1h", INT64_C(3600000000));
    expect_time("30d", INT64_C(2592000000000));
    expect_time("3650d", INT64_C(315360000000000));
    expect_time("00012", 12000000);
    expect_time("1m30s", 90000000);
    expect_time("1h30m", INT64_C(5400000000));
    expect_time("1d12h", INT64_C(129600000000));
    expect_time("1d1h1m1s1ms", INT64_C(90061001000));
    expect_time("1m0.5s", 60500000);
    expect_time("0m90s", 90000000);
}

/* Although a double cannot represent 0.29. */
TEST(times_are_exact_to_the_millisecond)
{
    for (int64_t ms = 1; ms < 20000; ms++) {
        char text[32];

        sprintf(text, "%d.%03d", (int)(ms / 1000), (int)(ms % 1000));
        expect_time(text, ms * 1000);
        sprintf(text, "%dms", (int)ms);
        expect_time(text, ms * 1000);
    }
}

TEST(wrong_times_are_refused)
{
    static const char *const texts[] = {
        "",      "s",      "ms",       "x",       "-1",
        "+1",    " 1",     "1 ",       "1 s",     "1S",
        "1sec",  "1w",     "1y",       "1mss",    "1.2.3",
        ".",     "1,5",    "0x10",     "1e3",     "inf",
        "nan",   "1us",    "1min",     "3651d",   "99999999999999999999",
        "1m30",  "87601h", "\xc2\xb2", "30s1m",   "1m1m",
        "1h30",  "1s1s",   "1ms1s",    "1.5h30m", "1m 30s",
        "1m-3s", "1mm",    "3649d25h", "m30s",    "1m.s",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        int64_t time_us = 7;

        if (parse_time_us(texts[i], &time_us) == 0)
            fail_msg("'%s' is not refused", texts[i]);
    }
}

static void expect_size(const char *text, int64_t wanted)
{
    int64_t bytes = -1;

    if (parse_size_bytes(text, &bytes))
        fail_msg("'%s' is refused", text);
    assert_int_equal(bytes, wanted);
}

TEST(sizes)
{
    static const char *const refused[] = {"",
                                          "k",
                                          "-1",
                                          "+1",
                                          " 1",
                                          "1 ",
                                          "1kk",
                                          "1kb",
                                          "1.5",
                                          "1e3",
                                          "0x1",
                                          "8388608t",
                                          "99999999999999999999"};

    expect_size("0", 0);
    expect_size("512", 512);
    expect_size("64k", 65536);
    expect_size("64K", 65536);
    expect_size("1M", 1048576);
    expect_size("2g", INT64_C(2147483648));
    expect_size("8388607T", INT64_C(8388607) << 40);
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        int64_t bytes;

        if (parse_size_bytes(refused[i], &bytes) == 0)
            fail_msg("'%s' is not refused", refused[i]);
    }
}

TEST(numbers)
{
    static const struct {
        const char *text;
        long minimum, maximum;
        int status;
        long number;
        const char *end;
    } cases[] = {
        {"0", 0, 9, 0, 0, ""},       {"9", 0, 9, 0, 9, ""},
        {"10", 0, 9, -1, 0, NULL},   {"007:8", 0, 9, 0, 7, ":8"},
        {"-1", -1, 9, 0, -1, ""},    {"-2", -1, 9, -1, 0, NULL},
        {"-1", 0, 9, -1, 0, NULL},   {"+1", -1, 9, -1, 0, NULL},
        {" 1", -1, 9, -1, 0, NULL},  {"- 1", -1, 9, -1, 0, NULL},
        {"-+1", -1, 9, -1, 0, NULL}, {"", 0, 9, -1, 0, NULL},
        {"-", -1, 9, -1, 0, NULL},   {"1 ", 0, 9, 0, 1, " "},
        {"0x1", 0, 9, 0, 0, "x1"},   {"99999999999999999999", 0, LONG_MAX, -1, 0, NULL},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        long number = 0;
        const char *end = NULL;

        if (parse_number(cases[i].text, cases[i].minimum, cases[i].maximum, &number, &end) !=
            cases[i].status)
            fail_msg("'%s', number %zu", cases[i].text, i);
        assert_int_equal(number, cases[i].number);
        if (cases[i].end)
            assert_string_equal(end, cases[i].end);
    }
}

TEST(names_and_letters_are_unique)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(option_specs[i].name, option_specs[k].name);
            if (option_specs[i].letter)
                assert_int_not_equal(option_specs[i].letter, option_specs[k].letter);
        }
    }
}

static bool takes_argument(const struct option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_FLAG:
    case OPTION_CLEAR:
    case OPTION_VALUE: return false;
    case OPTION_ACTION: return spec->argument != NULL;
    default: return true;
    }
}

static void check_names(const struct option_spec *spec)
{
    assert_true(strlen(spec->name) >= 2);
    for (const char *c = spec->name; *c; c++)
        assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || strchr("-.", *c));
    assert_true(spec->letter == 0 || isalnum((unsigned char)spec->letter));
    assert_int_equal(spec->argument != NULL, takes_argument(spec));
    assert_true(spec->argument == NULL || *spec->argument != '\0');
    assert_true(spec->implied == NULL || spec->argument);
}

TEST(each_option_is_complete)
{
    assert_in_range(option_spec_count, 1, OPTION_SPECS_MAX);
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        check_names(spec);
        assert_in_range(spec->section, 0, SECTION_COUNT - 1);
        assert_in_range(
            spec->field, 0,
            (spec->scope == SCOPE_CHECK ? sizeof(struct check) : sizeof(struct settings)) - 1);
        if (spec->kind == OPTION_ACTION)
            assert_true(spec->apply && spec->scope == SCOPE_RUN);
        if (spec->kind == OPTION_CHOICE)
            assert_true(spec->words && spec->words[0]);
        if (spec->kind == OPTION_COUNT || spec->kind == OPTION_SIZE)
            assert_true(spec->minimum < spec->maximum);
    }
}

TEST(each_help_is_a_sentence_without_its_full_stop)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        const char *help = option_specs[i].help;
        size_t length = strlen(help);

        assert_true(length > 5);
        assert_true(islower((unsigned char)help[0]));
        assert_null(strchr(".!;,: ", help[length - 1]));
        assert_null(strstr(help, "  "));
        for (const char *c = help; *c; c++)
            assert_true(*c >= ' ' && *c <= '~');
    }
}

TEST(each_section_has_a_title_and_options)
{
    for (int section = 0; section < SECTION_COUNT; section++) {
        size_t count = 0;

        assert_true(strlen(option_section_title((enum option_section)section)) > 0);
        for (size_t i = 0; i < option_spec_count; i++)
            count += (int)option_specs[i].section == section;
        assert_true(count > 0);
    }
}

static size_t help_width;

static void print_help(FILE *file)
{
    options_print_help(file, help_width);
}

static char *help_of_width(size_t width)
{
    help_width = width;
    return printed(print_help);
}

/* Frees the text. Returns how many lines it has. */
static size_t expect_width(char *text, size_t width)
{
    char *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        count++;
        if (strlen(line) > width || line[strlen(line) - 1] == ' ')
            fail_msg("over %zu columns, or a space at its end: '%s'", width, line);
        for (const char *c = line; *c; c++)
            assert_true(*c >= ' ' && *c <= '~');
    }
    free(text);
    return count;
}

TEST(help_has_the_given_width)
{
    size_t lines = expect_width(help_of_width(80), 80);

    assert_true(expect_width(help_of_width(132), 132) < lines);
    assert_true(expect_width(help_of_width(48), 48) > lines);
    expect_width(help_of_width(1), 80); /* words are never broken */
}

TEST(brief_help_is_one_screen)
{
    char *help = printed(options_print_brief_help);
    size_t options = 0;

    for (const char *line = help; (line = strstr(line, "\n  ")); line++)
        options += line[3] == '-' || strncmp(line + 3, "    --", 6) == 0;
    assert_int_equal(options, 15);
    assert_non_null(strstr(help, "\nExit status: "));
    assert_in_range(expect_width(help, 80), 20, 24);
}

/* Options with another meaning in curl are those that the interface names. */
TEST(help_names_what_differs_from_curl)
{
    static const char *const names[] = {"-i", "-0", "-q", "-s", "-o", "--max-filesize", "--rate"};
    char *help = help_of_width(80);

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char wanted[64];

        snprintf(wanted, sizeof(wanted), "\n  %s (curl)", names[i]);
        assert_non_null(strstr(help, wanted));
    }
    free(help);
}

TEST(help_names_attributes_and_classes)
{
    char *help = help_of_width(10000);

    assert_non_null(strstr(help, " request head header "));
    assert_non_null(strstr(help, " bad-input dns dns-timeout refused "));
    free(help);
}

/* The text without line breaks and indents. */
static char *joined(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++) {
        if (!isspace((unsigned char)*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = '\0';
    return text;
}

/* "--max-time TIME", "--lock[=HOW]" */
static const char *use_of(const struct option_spec *spec)
{
    static char use[128];

    snprintf(use, sizeof(use), "--%s%s%s%s", spec->name,
             spec->implied    ? "[="
             : spec->argument ? " "
                              : "",
             spec->argument ? spec->argument : "", spec->implied ? "]" : "");
    return use;
}

TEST(help_shows_every_option)
{
    char *help = joined(help_of_width(80));

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        char wanted[256];

        snprintf(wanted, sizeof(wanted), "%s %s", use_of(spec), spec->help);
        if (!strstr(help, wanted))
            fail_msg("the help lacks '%s'", wanted);
        snprintf(wanted, sizeof(wanted), "-%c, --%s", spec->letter, spec->name);
        if (spec->letter && !strstr(help, wanted))
            fail_msg("the help lacks '%s'", wanted);
    }
    for (int section = 0; section < SECTION_COUNT; section++)
        assert_non_null(strstr(help, option_section_title((enum option_section)section)));
    free(help);
}

/* The man page as it is displayed: without font changes and escapes. */
static char *unescaped(char *man)
{
    char *to = man;

    for (const char *from = man; *from; from++) {
        if (strncmp(from, "\\f", 2) == 0) {
            from += 2;
        } else if (strncmp(from, "\\(aq", 4) == 0) {
            *to++ = '\'';
            from += 3;
        } else if (*from == '\\') {
            *to++ = *++from == 'e' ? '\\' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return man;
}

TEST(man_page_mentions_every_option)
{
    char *man = unescaped(printed(options_print_man));

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        char wanted[256];

        snprintf(wanted, sizeof(wanted), "%s\n%s.\n", use_of(spec), spec->help);
        if (!strstr(man, wanted))
            fail_msg("the man page lacks '%s'", wanted);
        snprintf(wanted, sizeof(wanted), "-%c, --%s", spec->letter, spec->name);
        if (spec->letter && !strstr(man, wanted))
            fail_msg("the man page lacks '%s'", wanted);
    }
    free(man);
}

static const struct option_spec of_each_kind[] = {
    {.name = "size", .kind = OPTION_SIZE, .field = 0, .minimum = 1, .maximum = 1048576},
    {.name = "count", .kind = OPTION_COUNT, .field = 0, .minimum = -1, .maximum = 9},
};

static int apply(const struct option_spec *spec, void *field, const char *argument,
                 struct error *error)
{
    return option_apply(&(struct option_use){.spec = spec, .settings = field, .argument = argument},
                        error);
}

/*
 * An option of a check that names FILE or DIR, and any that names @FILE, uses this machine; so do the last two.
 * The harmless values do not.
 */
TEST(options_that_use_files_say_so)
{
    static const char *const harmless[][2] = {
        {"header", "X: @1"},
        {"cookie", "a=@1"},
        {"cookie", ""},
        {"data", "a"},
        {"json", "[]"},
        {"user", "me:@"},
        {"oauth2-bearer", "a@b"},
        {"proxy", "http://a/b"},
        {"proxy", "socks5://a:1"},
        {"pinnedpubkey", "sha256//AAAA"},
    };

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        const char *argument = spec->argument ? spec->argument : "";
        bool is_file = strstr(argument, "FILE") || strstr(argument, "DIR");

        /* Files that a run reads and writes have options of their own, such as --input-file. */
        if (spec->scope != SCOPE_CHECK && !strstr(argument, "@FILE"))
            assert_null(spec->uses_machine);
        else if (is_file && (!spec->uses_machine || !spec->uses_machine("@file")))
            fail_msg("--%s lacks uses_machine", spec->name);
    }
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
        assert_false(
            option_find(harmless[i][0], strlen(harmless[i][0]))->uses_machine(harmless[i][1]));
    assert_true(option_find("netrc", 5)->uses_machine(NULL));
    assert_true(option_find("proxy", 5)->uses_machine("SOCKS5h://localhost/run/docker.sock"));
}

/* Kinds work also with limits that no option of the table has. */
TEST(each_kind_applies)
{
    int64_t bytes = 0;
    long count = 0;
    struct error error;

    assert_int_equal(apply(&of_each_kind[0], &bytes, "64k", &error), 0);
    assert_int_equal(bytes, 65536);
    assert_int_equal(apply(&of_each_kind[0], &bytes, "2M", &error), -1);
    assert_string_equal(error.text, "'2M' is not a size from 1 to 1048576 bytes (try 64k, 1M)");
    assert_int_equal(bytes, 65536);
    assert_int_equal(apply(&of_each_kind[1], &count, "-1", &error), 0);
    assert_int_equal(count, -1);
    assert_int_equal(apply(&of_each_kind[1], &count, "10", &error), -1);
    assert_string_equal(error.text, "'10' is not a number from -1 to 9");
}

/* A line that begins with a dot or a quote is a macro. */
TEST(man_page_has_no_accidental_macro)
{
    char *man = printed(options_print_man), *rest = NULL;

    for (char *line = strtok_r(man, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if ((*line == '.' && strncmp(line, ".SS ", 4) != 0 && strcmp(line, ".TP") != 0) ||
            *line == '\'')
            fail_msg("a macro: '%s'", line);
        /* A hyphen of an option is written \-. */
        assert_null(strstr(line, " --"));
    }
    free(man);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(times_are_exact_to_the_millisecond),
        cmocka_unit_test(wrong_times_are_refused),
        cmocka_unit_test(sizes),
        cmocka_unit_test(numbers),
        cmocka_unit_test(options_that_use_files_say_so),
        cmocka_unit_test(each_kind_applies),
        cmocka_unit_test(names_and_letters_are_unique),
        cmocka_unit_test(each_option_is_complete),
        cmocka_unit_test(each_help_is_a_sentence_without_its_full_stop),
        cmocka_unit_test(each_section_has_a_title_and_options),
        cmocka_unit_test(help_has_the_given_width),
        cmocka_unit_test(brief_help_is_one_screen),
        cmocka_unit_test(help_names_what_differs_from_curl),
        cmocka_unit_test(help_names_attributes_and_classes),
        cmocka_unit_test(help_shows_every_option),
        cmocka_unit_test(man_page_mentions_every_option),
        cmocka_unit_test(man_page_has_no_accidental_macro),
    };

    return RUN_TESTS(tests);
}
