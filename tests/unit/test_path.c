/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"

static char folder[] = "/tmp/urlcheck-test-XXXXXX";

static int setup(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 && mkdir("a", 0700) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    static const char *const files[] = {"here",     "there",    "absolute",   "loop",     "a/back",
                                        "a/beside", "sticky/x", "sticky/own", "through/y"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        unlink(files[i]);
    rmdir("sticky");
    unlink("through");
    return rmdir("a") || chdir("/") || rmdir(folder);
}

static void expect_path(const char *name, const char *expected)
{
    char *path = path_follow_links(name);

    assert_non_null(path);
    assert_string_equal(path, expected);
    free(path);
}

static void make_link(const char *target, const char *name)
{
    assert_int_equal(symlink(target, name), 0);
}

TEST(what_is_no_link_stays_as_it_is)
{
    expect_path("missing", "missing");
    expect_path("a", "a");
    expect_path("a/./missing", "a/./missing");
    expect_path("", "");
}

TEST(links_are_relative_to_their_folders)
{
    make_link("a/beside", "here");
    make_link("file", "a/beside");
    make_link("../here", "a/back");
    make_link("/missing/file", "absolute");
    expect_path("here", "a/file");
    expect_path("a/beside", "a/file");
    expect_path("a/back", "a/../a/file");
    expect_path("absolute", "/missing/file");
}

TEST(links_among_the_folders_stay)
{
    make_link("a", "through");
    make_link("z", "through/y");
    expect_path("through/y", "through/z");
    unlink("through/y");
}

TEST(links_in_a_circle_have_no_end)
{
    make_link("there", "loop");
    make_link("loop", "there");
    assert_null(path_follow_links("loop"));
    assert_int_equal(errno, ELOOP);
}

TEST(links_of_others_are_not_followed_where_all_may_write)
{
    if (geteuid() != 0)
        skip(); /* only root can give a link away */
    assert_int_equal(mkdir("sticky", 0700), 0);
    make_link("file", "sticky/own");
    make_link("file", "sticky/x");
    assert_int_equal(lchown("sticky/x", 4711, 4711), 0);
    assert_int_equal(chown("sticky", 4712, 4712), 0);
    assert_int_equal(chmod("sticky", 0777), 0);
    expect_path("sticky/x", "sticky/file");
    assert_int_equal(chmod("sticky", 01777), 0);
    expect_path("sticky/own", "sticky/file");
    assert_null(path_follow_links("sticky/x"));
    assert_int_equal(errno, EACCES);
    /* The owner of the folder may remove any link of it. */
    assert_int_equal(chown("sticky", 4711, 4711), 0);
    expect_path("sticky/x", "sticky/file");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_link_stays_as_it_is),
        cmocka_unit_test(links_are_relative_to_their_folders),
        cmocka_unit_test(links_among_the_folders_stay),
        cmocka_unit_test(links_in_a_circle_have_no_end),
        cmocka_unit_test(links_of_others_are_not_followed_where_all_may_write),
    };

    begin_tests();
    return cmocka_run_group_tests(tests, setup, teardown);
}
