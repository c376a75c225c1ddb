/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LIST_FILES_H
#define TESTS_LIST_FILES_H

#include <stdlib.h>
#include <unistd.h>

#include "input/list.h"

/* Lists of operands and files, and their targets. Each test begins with an empty list and folder. */

#define INPUTS_MAX 8

static char folder[64];
static struct input inputs[INPUTS_MAX];
static char paths[INPUTS_MAX][96];
static struct settings settings;

static inline int setup(void **state)
{
    (void)state;
    settings = (struct settings){.proto_default = "http", .inputs = inputs};
    strcpy(folder, "/tmp/urlcheck-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings.input_count; i++) {
        if (inputs[i].kind == INPUT_FILE)
            unlink(inputs[i].text);
    }
    return rmdir(folder);
}

static inline void add_operand(const char *text)
{
    assert_in_range(settings.input_count, 0, INPUTS_MAX - 1);
    inputs[settings.input_count++] = (struct input){.kind = INPUT_OPERAND, .text = text};
}

/* Adds a file to the list. The caller writes and closes it. */
static inline FILE *begin_file(void)
{
    char *path = paths[settings.input_count];
    FILE *file;

    assert_in_range(settings.input_count, 0, INPUTS_MAX - 1);
    snprintf(path, sizeof(paths[0]), "%s/list%zu", folder, settings.input_count);
    file = fopen(path, "w");
    assert_non_null(file);
    inputs[settings.input_count++] = (struct input){.kind = INPUT_FILE, .text = path};
    return file;
}

static inline void add_file(const char *bytes, size_t length)
{
    FILE *file = begin_file();

    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline struct list *open_list(void)
{
    struct error error;
    struct list *list = list_new(&settings, &error);

    assert_non_null(list);
    return list;
}

/* Expects "LINE URL", or "LINE !PART" where PART is in the problem; NULL: the end of the list. */
static inline void expect_next(struct list *list, const char *wanted)
{
    struct target *target;
    struct error error;
    char *rest;
    size_t line;

    if (!wanted) {
        assert_int_equal(list_next(list, &target, &error), 0);
        return;
    }
    assert_int_equal(list_next(list, &target, &error), 1);
    line = strtoul(wanted, &rest, 10);
    assert_int_equal(target->source.line, line);
    if (rest[1] != '!') {
        assert_null(target->problem);
        assert_string_equal(target->given, rest + 1);
    } else {
        assert_non_null(target->problem);
        if (!strstr(target->problem, rest + 2))
            fail_msg("'%s' does not say '%s'", target->problem, rest + 2);
    }
    target_free(target);
}

/* Expects these targets of the inputs that were added. */
static inline void expect_list(const char *const *wanted)
{
    struct list *list = open_list();

    while (*wanted)
        expect_next(list, *wanted++);
    expect_next(list, NULL);
    expect_next(list, NULL);
    list_free(list);
}

#define EXPECT(...) expect_list((const char *const[]){__VA_ARGS__, NULL})
#define ADD_FILE(text) add_file(text, sizeof(text) - 1)

#define LIST_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
