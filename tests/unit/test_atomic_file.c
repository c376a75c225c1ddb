/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "output/atomic_file.h"

/* Every test has an empty folder of its own, which is also the working directory. */

static char folder[64];

/* Calls see() for each file in the folder; what it returns adds up. */
static size_t each_file(size_t (*see)(const char *name))
{
    DIR *files = opendir(".");
    struct dirent *entry;
    size_t sum = 0;

    while (files && (entry = readdir(files))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            sum += see(entry->d_name);
    }
    if (files)
        closedir(files);
    return sum;
}

static size_t one(const char *name)
{
    return *name != '\0';
}

static size_t is_temporary(const char *name)
{
    return strncmp(name, ".", 1) == 0;
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/urlcheck-test-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static size_t remove_one(const char *name)
{
    return unlink(name) ? 1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return each_file(remove_one) || chdir("/") ? -1 : rmdir(folder);
}

static void make_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static void expect_file(const char *name, const char *text)
{
    char found[64];
    FILE *file = fopen(name, "r");

    assert_non_null(file);
    found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(found, text);
}

static mode_t mode_when_owned; /* of the file whose owner was set last, before that */

int __real_fchown(int fd, uid_t owner, gid_t group);
int __wrap_fchown(int fd, uid_t owner, gid_t group);

int __wrap_fchown(int fd, uid_t owner, gid_t group)
{
    struct stat status;

    assert_int_equal(fstat(fd, &status), 0);
    mode_when_owned = status.st_mode & 07777;
    return __real_fchown(fd, owner, group);
}

static mode_t mode_of(const char *name)
{
    struct stat status;

    assert_int_equal(stat(name, &status), 0);
    return status.st_mode & 07777;
}

static struct atomic_file *begin(const char *name, const char *text)
{
    struct atomic_file *file = atomic_file_open(name);

    assert_non_null(file);
    assert_int_equal(write(atomic_file_fd(file), text, strlen(text)), (ssize_t)strlen(text));
    return file;
}

TEST(target_is_replaced_by_commit_alone)
{
    struct atomic_file *file;

    make_file("x.prom", "old", 0644);
    file = begin("x.prom", "new");
    expect_file("x.prom", "old");
    assert_int_equal(each_file(is_temporary), 1);
    assert_int_equal(atomic_file_commit(file), 0);
    expect_file("x.prom", "new");
    assert_int_equal(each_file(one), 1);
}

TEST(discard_leaves_the_target)
{
    struct atomic_file *file;

    make_file("x", "old", 0644);
    file = begin("x", "new");
    atomic_file_discard(file);
    expect_file("x", "old");
    assert_int_equal(each_file(one), 1);
}

TEST(discard_keeps_errno)
{
    struct atomic_file *file = begin("x", "new");

    assert_int_equal(each_file(remove_one), 0);
    errno = EPIPE;
    atomic_file_discard(file); /* unlink() fails with ENOENT */
    assert_int_equal(errno, EPIPE);
}

static size_t ends_as_expected(const char *name)
{
    return strlen(name) == strlen(".x.prom.123456") && strncmp(name, ".x.prom.", 8) == 0 &&
           strspn(name + 8, "0123456789abcdef") == 6;
}

TEST(temporary_name_does_not_end_as_the_target)
{
    struct atomic_file *file = begin("./x.prom", "");

    assert_int_equal(each_file(ends_as_expected), 1);
    atomic_file_discard(file);
}

TEST(mode_of_the_target_stays)
{
    static const mode_t modes[] = {0600, 0644, 0664, 0666, 0604, 0400, 0755};
    mode_t old = umask(077);

    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        make_file("x", "old", modes[i]);
        assert_int_equal(atomic_file_commit(begin("x", "new")), 0);
        assert_int_equal(mode_of("x"), modes[i]);
        assert_int_equal(chmod("x", 0600), 0);
    }
    umask(old);
}

/* Not even before it has the target's mode: what is open then stays open. */
TEST(temporary_file_is_never_wider_than_the_target)
{
    mode_t old = umask(0);

    make_file("x", "old", 0640);
    mode_when_owned = 07777;
    atomic_file_discard(begin("x", "new"));
    assert_int_equal(mode_when_owned, 0600);
    umask(old);
}

TEST(new_file_obeys_the_umask)
{
    static const mode_t masks[] = {0, 022, 027, 077};
    mode_t old = umask(0);

    for (size_t i = 0; i < COUNT_OF(masks); i++) {
        umask(masks[i]);
        assert_int_equal(atomic_file_commit(begin("x", "new")), 0);
        assert_int_equal(mode_of("x"), 0666 & ~masks[i]);
        assert_int_equal(unlink("x"), 0);
    }
    umask(old);
}

TEST(owner_and_group_of_the_target_stay)
{
    struct stat status;

    make_file("x", "old", 0640);
    if (chown("x", 12345, 54321)) /* only root may do that */
        skip();
    assert_int_equal(atomic_file_commit(begin("x", "new")), 0);
    assert_int_equal(stat("x", &status), 0);
    assert_int_equal(status.st_uid, 12345);
    assert_int_equal(status.st_gid, 54321);
    assert_int_equal(status.st_mode & 07777, 0640);
}

TEST(link_stays_and_its_target_is_replaced)
{
    struct stat status;

    make_file("x", "old", 0640);
    assert_int_equal(symlink("x", "link"), 0);
    assert_int_equal(symlink("link", "link2"), 0);
    assert_int_equal(atomic_file_commit(begin("link2", "new")), 0);
    expect_file("x", "new");
    assert_int_equal(mode_of("x"), 0640);
    assert_int_equal(lstat("link2", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

TEST(link_to_nothing_stays)
{
    char absolute[80];

    snprintf(absolute, sizeof(absolute), "%s/y", folder);
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(symlink("x", "sub/relative"), 0);
    assert_int_equal(symlink(absolute, "sub/absolute"), 0);
    assert_int_equal(atomic_file_commit(begin("sub/relative", "new x")), 0);
    assert_int_equal(atomic_file_commit(begin("sub/absolute", "new y")), 0);
    expect_file("sub/x", "new x");
    expect_file("y", "new y");
    assert_int_equal(unlink("sub/x") || unlink("sub/relative") || unlink("sub/absolute"), 0);
    assert_int_equal(rmdir("sub"), 0);
}

TEST(long_names_fit)
{
    char name[256];

    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(atomic_file_commit(begin(name, "new")), 0);
    expect_file(name, "new");
}

TEST(what_cannot_be_written_has_an_errno)
{
    assert_null(atomic_file_open("nowhere/x"));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(symlink("loop", "loop"), 0);
    assert_null(atomic_file_open("loop"));
    assert_int_equal(errno, ELOOP);
    make_file("file", "", 0644);
    assert_null(atomic_file_open("file/x"));
    assert_int_equal(errno, ENOTDIR);
}

TEST(failed_rename_leaves_nothing)
{
    struct atomic_file *file = begin("x", "new");

    /* A folder is at its place now. */
    assert_int_equal(mkdir("x", 0700), 0);
    assert_int_equal(atomic_file_commit(file), -1);
    assert_int_equal(errno, EISDIR);
    assert_int_equal(each_file(one), 1);
    assert_int_equal(rmdir("x"), 0);
}

static void quit_with_three_files(void)
{
    struct atomic_file *files[] = {atomic_file_open("a"), atomic_file_open("b"),
                                   atomic_file_open("c"), atomic_file_open("d")};

    ENSURE(files[0] && files[1] && files[2] && files[3]);
    ENSURE(each_file(is_temporary) == 4);
    ENSURE(atomic_file_commit(files[1]) == 0);
    quick_exit(7);
}

TEST(quick_exit_removes_what_is_not_complete)
{
    expect_child_exit(quit_with_three_files, 7, "");
    expect_file("b", "");
    assert_int_equal(each_file(one), 1);
}

static atomic_int rounds;

static void quit_after_a_while(void *argument)
{
    (void)argument;
    while (atomic_load(&rounds) < 20)
        sched_yield();
    quick_exit(7);
}

static bool has_threads;

/*
 * The first function for quick_exit(), so that it runs last. It ends a process with threads in a way
 * that valgrind does not report as a leak.
 */
static void end_with_threads(void)
{
    if (has_threads)
        execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
}

/* The main thread may be doing anything at that moment. */
static void be_interrupted(void)
{
    struct helper helper;

    has_threads = true;
    helper_start(&helper, quit_after_a_while, NULL);
    for (;;) {
        struct atomic_file *file = atomic_file_open("x");

        ENSURE(file);
        ENSURE(write(atomic_file_fd(file), "new", 3) == 3);
        if (atomic_fetch_add(&rounds, 1) % 2)
            ENSURE(atomic_file_commit(file) == 0);
        else
            atomic_file_discard(file);
    }
}

TEST(quick_exit_of_another_thread_leaves_no_temporary_file)
{
    for (int i = 0; i < 100; i++) {
        expect_child_exit(be_interrupted, 7, "");
        assert_int_equal(each_file(is_temporary), 0);
        expect_file("x", "new");
        assert_int_equal(unlink("x"), 0);
    }
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        FILE_TEST(target_is_replaced_by_commit_alone),
        FILE_TEST(discard_leaves_the_target),
        FILE_TEST(discard_keeps_errno),
        FILE_TEST(temporary_name_does_not_end_as_the_target),
        FILE_TEST(mode_of_the_target_stays),
        FILE_TEST(temporary_file_is_never_wider_than_the_target),
        FILE_TEST(new_file_obeys_the_umask),
        FILE_TEST(owner_and_group_of_the_target_stay),
        FILE_TEST(link_stays_and_its_target_is_replaced),
        FILE_TEST(link_to_nothing_stays),
        FILE_TEST(long_names_fit),
        FILE_TEST(what_cannot_be_written_has_an_errno),
        FILE_TEST(failed_rename_leaves_nothing),
        FILE_TEST(quick_exit_removes_what_is_not_complete),
        FILE_TEST(quick_exit_of_another_thread_leaves_no_temporary_file),
    };

    at_quick_exit(end_with_threads);
    return RUN_TESTS(tests);
}
