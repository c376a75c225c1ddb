/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "engine/list_reader.h"

/* The list is read ahead, before its thread starts and then by it (WRAPPED = list_next). */

int __wrap_list_next(struct list *list, struct target **target, struct error *error);

static int calls;

/* The list ends with an error, and after that it is at its end, as input/list.h says. */
int __wrap_list_next(struct list *list, struct target **target, struct error *error)
{
    (void)list;
    *target = NULL;
    return calls++ == 0 ? error_set(error, "out of memory") : 0;
}

static void expect_error(enum input_kind kind, size_t ahead)
{
    struct input input = {.kind = kind, .text = kind == INPUT_FILE ? "/dev/null" : "operand"};
    const struct settings settings = {.inputs = &input, .input_count = 1};
    struct list_reader *reader;
    struct target *target;
    struct error error = {""};
    struct list *list = list_new(&settings, &error);

    calls = 0;
    reader = list_reader_start(list, ahead);
    assert_int_equal(chan_recv(list_reader_targets(reader), &target), 0);
    assert_int_equal(list_reader_stop(reader, &error), -1);
    assert_string_equal(error.text, "out of memory");
    list_free(list);
}

TEST(error_before_the_thread_starts_is_kept)
{
    expect_error(INPUT_OPERAND, 2);
}

TEST(error_in_the_thread_is_kept)
{
    expect_error(INPUT_FILE, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_before_the_thread_starts_is_kept),
        cmocka_unit_test(error_in_the_thread_is_kept),
    };

    return RUN_TESTS(tests);
}
