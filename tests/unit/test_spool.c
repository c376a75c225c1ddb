/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/spool.h"

#define LINES 30000 /* a section of them is longer than its buffer, many times */
#define SECTIONS 3

static char folder[] = "/tmp/urlcheck-test-XXXXXX";
static char target[64];

/* open() as on a filesystem without unnamed files: it fails for them with this errno; 0: as it is. */
static int unnamed_errno;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
    if (unnamed_errno && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = unnamed_errno;
        return -1;
    }
    return __real_open(path, flags, 0600);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(target, sizeof(target), "%s/x.xml", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder); /* fails if anything was left in it */
}

/* Line number n is in section n % SECTIONS. */
static void fill(struct spool *spool, int lines)
{
    for (int i = 0; i < lines; i++) {
        text_addf(spool_section(spool, (size_t)i % SECTIONS), "line %d of the spool\n", i);
        assert_int_equal(spool_status(spool), 0);
    }
}

static void expect_section(FILE *file, int section, int lines)
{
    char line[64], expected[64];

    for (int i = section; i < lines; i += SECTIONS) {
        snprintf(expected, sizeof(expected), "line %d of the spool\n", i);
        assert_non_null(fgets(line, sizeof(line), file));
        assert_string_equal(line, expected);
    }
}

/* The sections come in the order that they are copied in, each complete. */
static void expect_copies(const char *beside, int lines)
{
    struct spool *spool = spool_new(beside, SECTIONS);
    FILE *file = tmpfile();
    struct sink sink;
    char line[64];

    assert_non_null(file);
    sink_init(&sink, fileno(file));
    fill(spool, lines);
    text_add(&sink.buffer, "head\n");
    for (int section = SECTIONS - 1; section >= 0; section--)
        spool_copy(spool, (size_t)section, &sink);
    text_add(&sink.buffer, "foot\n");
    assert_int_equal(sink_flush(&sink), 0);
    rewind(file);
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, "head\n");
    for (int section = SECTIONS - 1; section >= 0; section--)
        expect_section(file, section, lines);
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, "foot\n");
    assert_null(fgets(line, sizeof(line), file));
    sink_release(&sink);
    spool_free(spool);
    fclose(file);
}

TEST(short_sections_are_copied)
{
    expect_copies(target, 10);
}

TEST(long_sections_are_copied)
{
    expect_copies(target, LINES);
    expect_copies(NULL, LINES);
}

TEST(empty_section_is_copied)
{
    expect_copies(target, 0);
}

TEST(filesystem_without_unnamed_files)
{
    unnamed_errno = EOPNOTSUPP;
    expect_copies(target, LINES);
    expect_copies(NULL, LINES);
    unnamed_errno = 0;
}

/* What fits into the buffers needs no file; what does not says why there is none. */
TEST(missing_folder_matters_only_if_it_is_needed)
{
    struct spool *spool = spool_new("/nonexistent/x.xml", 1);
    int status = 0, lines = 0;

    while (status == 0 && lines < LINES) {
        text_addf(spool_section(spool, 0), "line %d\n", lines++);
        status = spool_status(spool);
    }
    assert_int_equal(status, -1);
    assert_int_equal(errno, ENOENT);
    assert_true(lines > 1000);
    spool_free(spool);
}

TEST(failed_write_of_a_copy_is_left_in_the_sink)
{
    struct spool *spool = spool_new(target, SECTIONS);
    struct sink sink;
    int fd = open("/dev/full", O_WRONLY);

    sink_init(&sink, fd);
    fill(spool, LINES);
    spool_copy(spool, 0, &sink);
    assert_int_equal(sink.write_errno, ENOSPC);
    assert_int_equal(sink_flush(&sink), -1);
    assert_int_equal(errno, ENOSPC);
    sink_release(&sink);
    spool_free(spool);
    close(fd);
}

struct piece_count {
    int pieces;
    size_t bytes;
    bool is_whole; /* each of them ended with a line */
    int most;
};

static bool count_piece(void *context, const char *bytes, size_t count)
{
    struct piece_count *counts = context;

    counts->pieces++;
    counts->bytes += count;
    counts->is_whole &= memcmp(bytes, "line ", 5) == 0 && bytes[count - 1] == '\n';
    return counts->pieces < counts->most;
}

TEST(pieces_hold_whole_lines)
{
    struct spool *spool = spool_new(target, SECTIONS);
    struct piece_count all = {.is_whole = true, .most = INT_MAX}, two = {.most = 2}, none = {0};
    size_t bytes = 0;

    fill(spool, LINES);
    for (int i = 0; i < LINES; i += SECTIONS)
        bytes += (size_t)snprintf(NULL, 0, "line %d of the spool\n", i);
    assert_int_equal(spool_visit(spool, 0, count_piece, &all), 0);
    assert_true(all.pieces > 2 && all.is_whole);
    assert_int_equal(all.bytes, bytes);
    assert_int_equal(spool_visit(spool, 0, count_piece, &two), 0);
    assert_int_equal(two.pieces, 2);
    spool_free(spool);
    spool = spool_new(target, SECTIONS);
    assert_int_equal(spool_visit(spool, 0, count_piece, &none), 0);
    assert_int_equal(none.pieces, 0);
    spool_free(spool);
}

static bool read_fails;

int __real_unnamed_file_read(int fd, char *bytes, size_t count, off_t start);
int __wrap_unnamed_file_read(int fd, char *bytes, size_t count, off_t start);

int __wrap_unnamed_file_read(int fd, char *bytes, size_t count, off_t start)
{
    errno = EIO;
    return read_fails ? -1 : __real_unnamed_file_read(fd, bytes, count, start);
}

TEST(file_that_cannot_be_read_is_an_error)
{
    struct spool *spool = spool_new(target, SECTIONS);
    struct piece_count counts = {.most = INT_MAX};
    struct sink sink;
    int fd = open("/dev/null", O_WRONLY);

    sink_init(&sink, fd);
    fill(spool, LINES);
    read_fails = true;
    assert_int_equal(spool_visit(spool, 0, count_piece, &counts), -1);
    assert_int_equal(errno, EIO);
    assert_int_equal(counts.pieces, 0);
    spool_copy(spool, 0, &sink);
    assert_int_equal(sink.write_errno, EIO);
    read_fails = false;
    sink_release(&sink);
    spool_free(spool);
    close(fd);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_sections_are_copied),
        cmocka_unit_test(long_sections_are_copied),
        cmocka_unit_test(empty_section_is_copied),
        cmocka_unit_test(filesystem_without_unnamed_files),
        cmocka_unit_test(missing_folder_matters_only_if_it_is_needed),
        cmocka_unit_test(failed_write_of_a_copy_is_left_in_the_sink),
        cmocka_unit_test(pieces_hold_whole_lines),
        cmocka_unit_test(file_that_cannot_be_read_is_an_error),
    };

    begin_tests();
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
