/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/merge_files.h"

static void append(const char *name, const char *text)
{
    FILE *file = fopen(name, "a");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

TEST(what_is_appended_after_the_end_was_read_does_not_count)
{
    char name[] = "/tmp/urlcheck-test.XXXXXX";
    struct input input = {.kind = INPUT_FILE, .text = name};
    struct settings settings = {.inputs = &input, .input_count = 1};
    struct merge_block block = {0};
    struct merge_files *files;
    struct error error;

    close(mkstemp(name));
    append(name, "one\ntwo\nhal");
    files = merge_files_open(&settings, &error);
    assert_non_null(files);
    assert_true(merge_files_next(files, &block));
    assert_memory_equal(block.text, "one\ntwo\n", block.length);
    assert_true(merge_files_next(files, &block));
    assert_memory_equal(block.text, "hal", block.length);
    append(name, "f\nthree\n");
    assert_false(merge_files_next(files, &block));
    merge_block_release(&block);
    merge_files_close(files);
    unlink(name);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_appended_after_the_end_was_read_does_not_count),
    };

    return RUN_TESTS(tests);
}
