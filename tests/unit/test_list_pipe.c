/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/list.h"

/* Lists in pipes, which are slow or never end. */

static struct input inputs[2];
static struct settings settings;
static char path[64];
static int writer;

/* The list is a pipe, whose other end is writer, and then an operand. */
static struct list *open_pipe(void)
{
    struct error error;
    struct list *list;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    writer = ends[1];
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    inputs[0] = (struct input){.kind = INPUT_FILE, .text = path};
    inputs[1] = (struct input){.kind = INPUT_OPERAND, .text = "operand"};
    settings = (struct settings){.proto_default = "http",
                                 .inputs = inputs,
                                 .input_count = COUNT_OF(inputs)};
    list = list_new(&settings, &error);
    assert_non_null(list);
    return list;
}

static void free_pipe(struct list *list)
{
    int reader = atoi(path + strlen("/dev/fd/"));

    list_free(list);
    close(reader);
}

static void put(const char *text)
{
    assert_int_equal(write(writer, text, strlen(text)), strlen(text));
}

/* A list_next() in a thread of its own: it may wait. */
struct call {
    struct helper helper;
    struct list *list;
    struct target *target;
    struct error error;
    int status;
};

static void do_next(void *argument)
{
    struct call *call = argument;

    call->status = list_next(call->list, &call->target, &call->error);
}

static void begin_next(struct call *call, struct list *list)
{
    *call = (struct call){.list = list};
    helper_start(&call->helper, do_next, call);
    helper_await_sleep(&call->helper);
}

static void expect_target(struct target *target, size_t line, const char *given)
{
    assert_null(target->problem);
    assert_string_equal(target->given, given);
    assert_int_equal(target->source.line, line);
    target_free(target);
}

static void expect_call(struct call *call, size_t line, const char *given)
{
    helper_join(&call->helper);
    assert_int_equal(call->status, 1);
    expect_target(call->target, line, given);
}

static void expect_next(struct list *list, size_t line, const char *given)
{
    struct target *target;
    struct error error;

    assert_int_equal(list_next(list, &target, &error), 1);
    expect_target(target, line, given);
}

static void expect_end(struct list *list)
{
    struct target *target;
    struct error error;

    assert_int_equal(list_next(list, &target, &error), 0);
    assert_int_equal(list_next(list, &target, &error), 0);
}

/* The pipe stays open: list_next() must not wait for more than one line. */
TEST(line_is_returned_as_soon_as_it_is_complete)
{
    struct list *list = open_pipe();

    put("a\n");
    expect_next(list, 1, "a");
    put("b\n# comment\nc\nhalf");
    expect_next(list, 2, "b");
    expect_next(list, 4, "c");
    put("-line\n");
    expect_next(list, 5, "half-line");
    close(writer);
    expect_next(list, 1, "operand");
    expect_end(list);
    free_pipe(list);
}

TEST(line_that_comes_late_is_returned)
{
    struct list *list = open_pipe();
    struct call call;

    begin_next(&call, list);
    put("\n");
    put("# comment\n");
    put("a");
    helper_await_sleep(&call.helper);
    put("b\n");
    expect_call(&call, 3, "ab");
    close(writer);
    free_pipe(list);
}

TEST(end_that_comes_late_is_returned)
{
    struct list *list = open_pipe();
    struct call call;

    begin_next(&call, list);
    put("last");
    helper_await_sleep(&call.helper);
    close(writer);
    expect_call(&call, 1, "last");
    expect_next(list, 1, "operand");
    expect_end(list);
    free_pipe(list);
}

/* A mark, a CR LF and a character, each byte in a read of its own. */
TEST(bytes_may_come_one_by_one)
{
    static const char bytes[] = "\xef\xbb\xbfhttp://a/\xc3\xa9\r\n";
    struct list *list = open_pipe();
    struct call call;

    begin_next(&call, list);
    for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
        put((char[]){bytes[i], '\0'});
        helper_await_sleep(&call.helper);
    }
    expect_call(&call, 1, "http://a/\xc3\xa9");
    close(writer);
    free_pipe(list);
}

TEST(stop_waiting_ends_a_waiting_call)
{
    struct list *list = open_pipe();
    struct call call;

    settings.input_count = 1;
    begin_next(&call, list);
    list_stop_waiting(list);
    helper_join(&call.helper);
    assert_int_equal(call.status, 0);
    expect_end(list);
    close(writer);
    free_pipe(list);
}

TEST(stop_waiting_is_permanent)
{
    struct list *list = open_pipe();

    settings.input_count = 1;
    list_stop_waiting(list);
    list_stop_waiting(list);
    expect_end(list);
    put("a\n");
    expect_end(list);
    close(writer);
    free_pipe(list);
}

TEST(stop_waiting_leaves_lines_that_are_there)
{
    struct list *list = open_pipe();

    settings.input_count = 1;
    put("a\nb\n");
    list_stop_waiting(list);
    expect_next(list, 1, "a");
    expect_next(list, 2, "b");
    expect_end(list);
    close(writer);
    free_pipe(list);
}

TEST(stop_waiting_leaves_operands)
{
    struct list *list = open_pipe();

    close(writer);
    list_stop_waiting(list);
    expect_next(list, 1, "operand");
    expect_end(list);
    free_pipe(list);
}

/* The rest of the line is missing, so that it is another URL. */
TEST(stop_waiting_drops_half_a_line)
{
    struct list *list = open_pipe();

    settings.input_count = 1;
    put("a\nhttp://b/ha");
    expect_next(list, 1, "a");
    list_stop_waiting(list);
    expect_end(list);
    close(writer);
    free_pipe(list);
}

/* The signal that ended the run ended the writer as well. */
TEST(stop_waiting_drops_half_a_line_at_the_end)
{
    struct list *list = open_pipe();

    settings.input_count = 1;
    put("a\nhttp://b/ha");
    expect_next(list, 1, "a");
    close(writer);
    list_stop_waiting(list);
    expect_end(list);
    free_pipe(list);
}

/* The last line of a regular file may lack its newline, at any time. */
TEST(stop_waiting_leaves_the_last_line_of_a_file)
{
    struct list *list = open_pipe();
    char name[] = "/tmp/urlcheck-test-XXXXXX";
    int file = mkstemp(name);

    assert_int_equal(write(file, "a\nb", 3), 3);
    close(file);
    close(writer);
    inputs[0].text = name;
    settings.input_count = 1;
    list_stop_waiting(list);
    expect_next(list, 1, "a");
    expect_next(list, 2, "b");
    expect_end(list);
    unlink(name);
    free_pipe(list);
}

/* Even if the pipe is never empty. */
TEST(list_stop_ends_it_at_once)
{
    struct list *list = open_pipe();

    put("a\nb\nc\n");
    expect_next(list, 1, "a");
    list_stop(list);
    expect_end(list);
    close(writer);
    free_pipe(list);
}

TEST(list_stop_ends_a_waiting_call)
{
    struct list *list = open_pipe();
    struct call call;

    begin_next(&call, list);
    list_stop(list);
    helper_join(&call.helper);
    assert_int_equal(call.status, 0);
    expect_end(list);
    close(writer);
    free_pipe(list);
}

static struct list *open_fifo(char *folder)
{
    struct error error;
    struct list *list;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/fifo", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    inputs[0] = (struct input){.kind = INPUT_FILE, .text = path};
    settings = (struct settings){.proto_default = "http", .inputs = inputs, .input_count = 1};
    list = list_new(&settings, &error);
    assert_non_null(list);
    return list;
}

static void free_fifo(struct list *list, const char *folder)
{
    list_free(list);
    unlink(path);
    rmdir(folder);
}

TEST(fifo_waits_for_its_first_writer)
{
    char folder[] = "/tmp/urlcheck-test-XXXXXX";
    struct list *list = open_fifo(folder);
    struct call call;

    begin_next(&call, list);
    writer = open(path, O_WRONLY);
    assert_true(writer >= 0);
    put("a\n");
    expect_call(&call, 1, "a");
    close(writer);
    expect_end(list);
    free_fifo(list, folder);
}

TEST(fifo_without_a_writer_can_be_stopped)
{
    char folder[] = "/tmp/urlcheck-test-XXXXXX";
    struct list *list = open_fifo(folder);
    struct call call;

    begin_next(&call, list);
    list_stop_waiting(list);
    helper_join(&call.helper);
    assert_int_equal(call.status, 0);
    free_fifo(list, folder);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_is_returned_as_soon_as_it_is_complete),
        cmocka_unit_test(line_that_comes_late_is_returned),
        cmocka_unit_test(end_that_comes_late_is_returned),
        cmocka_unit_test(bytes_may_come_one_by_one),
        cmocka_unit_test(stop_waiting_ends_a_waiting_call),
        cmocka_unit_test(stop_waiting_is_permanent),
        cmocka_unit_test(stop_waiting_leaves_lines_that_are_there),
        cmocka_unit_test(stop_waiting_leaves_operands),
        cmocka_unit_test(stop_waiting_drops_half_a_line),
        cmocka_unit_test(stop_waiting_drops_half_a_line_at_the_end),
        cmocka_unit_test(stop_waiting_leaves_the_last_line_of_a_file),
        cmocka_unit_test(list_stop_ends_it_at_once),
        cmocka_unit_test(list_stop_ends_a_waiting_call),
        cmocka_unit_test(fifo_waits_for_its_first_writer),
        cmocka_unit_test(fifo_without_a_writer_can_be_stopped),
    };

    return RUN_TESTS(tests);
}
