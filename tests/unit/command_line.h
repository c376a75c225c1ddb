/* SPDX-License-Identifier: MIT */
#ifndef TESTS_COMMAND_LINE_H
#define TESTS_COMMAND_LINE_H

#include <getopt.h>
#include <stdlib.h>

#include "input/options.h"

/* Command lines, as a shell would split them at their spaces; '' is an empty word. */

#define WORDS_MAX 32

static char line[512];
static char *words[WORDS_MAX + 1];
static struct settings settings;
static struct error error;

/* getopt_long() keeps state between calls: this resets it. */
static inline void reset_getopt(void)
{
    char name[] = "urlcheck";
    char *nothing[] = {name, NULL};

    optind = 0;
    getopt(1, nothing, "-");
    optind = 1;
}

static inline int parse(const char *text)
{
    char *rest = NULL;
    int count = 1;

    settings_release(&settings);
    error.text[0] = '\0';
    snprintf(line, sizeof(line), "%s", text);
    words[0] = (char[]){"urlcheck"};
    for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        assert_in_range(count, 1, WORDS_MAX - 1);
        words[count++] = strcmp(word, "''") == 0 ? word + 2 : word;
    }
    words[count] = NULL;
    reset_getopt();
    return options_parse(count, words, &settings, &error);
}

static inline void accept(const char *text)
{
    if (parse(text))
        fail_msg("'%s' is refused: %s", text, error.text);
}

/* The command line is refused, and the reason contains both texts. */
static inline void refuse(const char *text, const char *name, const char *what)
{
    if (parse(text) == 0)
        fail_msg("'%s' is not refused", text);
    if (!strstr(error.text, name) || !strstr(error.text, what))
        fail_msg("'%s' is refused: '%s' says neither '%s' nor '%s'", text, error.text, name, what);
}

static inline int forget_settings(void **state)
{
    (void)state;
    settings_release(&settings);
    return 0;
}

#define OPTIONS_TEST(test) cmocka_unit_test_teardown(test, forget_settings)

#endif
