/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <unistd.h>

#include "fake_target.h"
#include "input/target.h"
#include "output/output.h"
#include "temp_file.h"

/* Whole runs are in tests/cli: here is what depends on how much is written before a flush. */

#define RECORDS 3000 /* together longer than the buffer */
#define LONG_BYTES ((size_t)200000)

static const struct totals complete;

static struct output *open_text(const char *file)
{
    static struct output_request request;
    static struct settings settings;
    struct error error;
    struct output *output;

    request = (struct output_request){.file = file};
    settings = (struct settings){.outputs = &request, .output_count = 1};
    output = output_open(&settings, &error);
    if (!output)
        fail_msg("%s", error.text);
    return output;
}

static int record_url(struct output *output, const char *url)
{
    const struct target target = {.given = url, .url = url};
    const struct result result = {.target = &target};
    const struct result *const results[] = {&result};

    return output_print(output, results, 1, ORDER_INPUT);
}

static void expect_line(FILE *file, const char *url)
{
    char *line = NULL;
    size_t room = 0;

    assert_true(getline(&line, &room, file) > 0);
    assert_non_null(strstr(line, "  http"));
    line[strlen(line) - 1] = '\0';
    assert_string_equal(strstr(line, "http"), url);
    free(line);
}

TEST(records_are_whole_and_in_order)
{
    struct output *output = open_text(temp_file_name);
    char url[64], *long_url = malloc(LONG_BYTES + 1);
    struct error error;
    FILE *file;

    memset(long_url, 'a', LONG_BYTES);
    memcpy(long_url, "http://", 7);
    long_url[LONG_BYTES] = '\0';
    for (int i = 0; i < RECORDS; i++) {
        snprintf(url, sizeof(url), "http://host/%d", i);
        assert_int_equal(record_url(output, url), 0);
        if (i % 1000 == 500)
            assert_int_equal(record_url(output, long_url), 0);
        if (i % 1000 == 600)
            assert_int_equal(output_flush(output), 0);
    }
    assert_int_equal(output_close(output, &complete, &error), 0);
    file = fopen(temp_file_name, "r");
    assert_non_null(file);
    for (int i = 0; i < RECORDS; i++) {
        snprintf(url, sizeof(url), "http://host/%d", i);
        expect_line(file, url);
        if (i % 1000 == 500)
            expect_line(file, long_url);
    }
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    free(long_url);
}

/* What is printed while standard output leads to a file, which is returned. */
static FILE *print_batch(const struct settings *settings, const struct result *const results[])
{
    FILE *standard = tmpfile();
    int saved = dup(STDOUT_FILENO);
    struct output *output;
    struct error error;

    assert_non_null(standard);
    fflush(stdout);
    dup2(fileno(standard), STDOUT_FILENO);
    output = output_open(settings, &error);
    assert_non_null(output);
    assert_int_equal(output_print(output, results, OUTPUT_BATCH, ORDER_INPUT), 0);
    assert_int_equal(output_print(output, results, 0, ORDER_INPUT), 0);
    assert_int_equal(output_print(output, results, 1, ORDER_ARRIVAL), 0);
    assert_int_equal(output_close(output, &complete, &error), 0);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(standard);
    return standard;
}

/* Standard output gets nothing but the failures, the file all, in the order of the batch. */
TEST(each_output_gets_what_it_wants_of_a_batch)
{
    struct output_request request = {.file = temp_file_name};
    const struct settings settings = {.quiet = true, .outputs = &request, .output_count = 1};
    char urls[OUTPUT_BATCH][16];
    struct target *targets[OUTPUT_BATCH];
    struct result batch[OUTPUT_BATCH];
    const struct result *results[OUTPUT_BATCH];
    FILE *file, *standard;

    for (size_t i = 0; i < OUTPUT_BATCH; i++) {
        snprintf(urls[i], sizeof(urls[i]), "http://a/%zu", i);
        targets[i] = fake_target(urls[i], "a");
        batch[i] = (struct result){.target = targets[i]};
        results[i] = &batch[i];
    }
    batch[3].verdict = VERDICT_FAILED;
    standard = print_batch(&settings, results);
    expect_line(standard, urls[3]);
    assert_int_equal(fgetc(standard), EOF);
    fclose(standard);
    file = fopen(temp_file_name, "r");
    assert_non_null(file);
    for (size_t i = 0; i < OUTPUT_BATCH; i++)
        expect_line(file, urls[i]);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    for (size_t i = 0; i < OUTPUT_BATCH; i++)
        target_free(targets[i]);
}

TEST(failed_write_is_returned_once)
{
    struct output *output = open_text("/dev/full");
    struct error error;

    assert_int_equal(record_url(output, "http://a/"), 0);
    assert_int_equal(output_flush(output), -1);
    assert_int_equal(errno, ENOSPC);
    assert_string_equal(output_failed_name(output), "/dev/full");
    assert_int_equal(output_close(output, &complete, &error), 0);
}

TEST(failed_write_of_a_full_buffer_is_returned)
{
    struct output *output = open_text("/dev/full");
    struct error error;
    int count = 0;

    while (record_url(output, "http://a/") == 0)
        assert_true(count++ < 10 * RECORDS);
    assert_int_equal(errno, ENOSPC);
    assert_true(count > 100);
    assert_int_equal(output_close(output, &complete, &error), 0);
}

TEST(failed_write_at_the_end_is_returned)
{
    struct output *output = open_text("/dev/full");
    struct error error;

    assert_int_equal(record_url(output, "http://a/"), 0);
    assert_int_equal(output_close(output, &complete, &error), -1);
    assert_string_equal(error.text, "cannot write /dev/full: No space left on device");
}

TEST(nothing_to_close_is_fine)
{
    struct error error;

    assert_int_equal(output_close(NULL, &complete, &error), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_whole_and_in_order),
        cmocka_unit_test(each_output_gets_what_it_wants_of_a_batch),
        cmocka_unit_test(failed_write_is_returned_once),
        cmocka_unit_test(failed_write_of_a_full_buffer_is_returned),
        cmocka_unit_test(failed_write_at_the_end_is_returned),
        cmocka_unit_test(nothing_to_close_is_fine),
    };

    begin_tests();
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
