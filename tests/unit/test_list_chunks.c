/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <unistd.h>

#include "input/list.h"

/* A list with all oddities gives the same targets for any sizes of reads. */
static int writer;
static char odd[4 * LIST_LINE_BYTES_MAX];
static size_t odd_bytes;

static void make_odd(void)
{
    char *end = stpcpy(odd, "\xef\xbb\xbf# first\r\nhttp://a/\r\n\n  b  \nc d\ne");

    *end++ = '\0';
    end = stpcpy(end, "f\n");
    memset(end, 'g', LIST_LINE_BYTES_MAX);
    end[1] = '/';
    end = stpcpy(end + LIST_LINE_BYTES_MAX, "\n");
    memset(end, 'h', LIST_LINE_BYTES_MAX + 1);
    end = stpcpy(end + LIST_LINE_BYTES_MAX + 1, "\r\n\r\n");
    memset(end, '#', LIST_LINE_BYTES_MAX + 100);
    end = stpcpy(end + LIST_LINE_BYTES_MAX + 100, "\r# mac\ri\r\rlast");
    odd_bytes = (size_t)(end - odd);
}

static void write_odd(void *argument)
{
    uint64_t *random = argument;

    for (size_t sent = 0; sent < odd_bytes;) {
        size_t most = random_below(random, 4) ? 30 : 50000;
        size_t count = 1 + random_below(random, most);
        ssize_t written;

        if (count > odd_bytes - sent)
            count = odd_bytes - sent;
        written = write(writer, odd + sent, count);
        if (written > 0)
            sent += (size_t)written;
    }
    close(writer);
}

static const struct {
    size_t line, length;
    const char *problem;
} odd_wanted[] = {
    {2, 9, NULL},
    {4, 1, NULL},
    {5, 3, "unexpected"},
    {6, 6, "NUL"},
    {7, LIST_LINE_BYTES_MAX, NULL},
    {8, 0, "64 KiB"},
    {12, 1, NULL},
    {14, 4, NULL},
    {1, 7, NULL}, /* the operand */
};

/* Whether the target is number i of those of the odd list. */
static bool is_wanted(const struct target *target, size_t i)
{
    if (i >= COUNT_OF(odd_wanted) || target->source.line != odd_wanted[i].line)
        return false;
    if (odd_wanted[i].problem)
        return target->problem && strstr(target->problem, odd_wanted[i].problem);
    return !target->problem && strlen(target->given) == odd_wanted[i].length;
}

/* A list that is the pipe to which writer writes; the caller closes *reader. */
static struct list *open_pipe(int *reader)
{
    static char path[32];
    static struct input inputs[] = {{.kind = INPUT_FILE, .text = path},
                                    {.kind = INPUT_OPERAND, .text = "operand"}};
    static const struct settings settings = {.proto_default = "http",
                                             .inputs = inputs,
                                             .input_count = COUNT_OF(inputs)};
    struct error error;
    struct list *list;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    *reader = ends[0];
    writer = ends[1];
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    list = list_new(&settings, &error);
    assert_non_null(list);
    return list;
}

TEST(reads_of_any_size_give_the_same_targets)
{
    make_odd();
    for (unsigned run = 0; run < 50; run++) {
        uint64_t random = random_seed(run);
        struct helper helper;
        struct target *target;
        struct error error;
        size_t count = 0;
        int reader;
        struct list *list = open_pipe(&reader);

        helper_start(&helper, write_odd, &random);
        while (list_next(list, &target, &error) == 1) {
            if (!is_wanted(target, count++))
                fail_msg("seed %u: wrong target %zu, line %zu", run, count, target->source.line);
            target_free(target);
        }
        assert_int_equal(count, COUNT_OF(odd_wanted));
        helper_join(&helper);
        list_free(list);
        close(reader);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_of_any_size_give_the_same_targets),
    };

    return RUN_TESTS(tests);
}
