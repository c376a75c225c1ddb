/* SPDX-License-Identifier: MIT */
#include "child.h"

#include "base/alloc.h"
#include "base/hash.h"

/*
 * Each test is a child process: alloc_is_exhausted() stays true. Memory is short, from the moment
 * that a test says so: malloc(), calloc() and realloc() fail. As on a real machine, releasing the
 * reserve makes room for a few further requests.
 */

#define OUT_OF_MEMORY "urlcheck: out of memory\n"

static bool is_short;
static void *reserve; /* the memory of the last malloc(), where a test has called alloc_reserve() */
static int left;      /* how many requests succeed after the reserve has been freed */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void __real_free(void *memory);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
void __wrap_free(void *memory);

static bool fails(void)
{
    return is_short && (reserve || left-- <= 0);
}

void *__wrap_malloc(size_t bytes)
{
    if (fails())
        return NULL;
    return reserve = __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    void *grown = fails() ? NULL : __real_realloc(memory, bytes);

    if (grown && !memory)
        memset(grown, 0xa5, bytes); /* new memory is not zero */
    return grown;
}

void __wrap_free(void *memory)
{
    if (memory && memory == reserve)
        reserve = NULL;
    __real_free(memory);
}

static void reserve_and_run_short(int requests)
{
    alloc_reserve();
    ENSURE(reserve);
    is_short = true;
    left = requests;
}

static void allocate_with_enough(void)
{
    char *text = xstrdup("text"), *grown;

    ENSURE(strcmp(text, "text") == 0);
    grown = xrealloc(text, 100);
    ENSURE(strcmp(grown, "text") == 0);
    free(grown);
    text = xstrndup("text", 2);
    ENSURE(strcmp(text, "te") == 0);
    free(text);
    text = xstrndup("text", 100);
    ENSURE(strcmp(text, "text") == 0);
    free(text);
    text = xasprintf("%s-%d%s", "a", 7, "");
    ENSURE(strcmp(text, "a-7") == 0);
    free(text);
    text = xcalloc(3, 5);
    for (int i = 0; i < 15; i++)
        ENSURE(text[i] == 0);
    free(text);
    ENSURE(!alloc_is_exhausted());
}

TEST(memory_that_is_there_is_given)
{
    expect_child_exit(allocate_with_enough, 0, "");
}

static void allocate_nothing(void)
{
    void *nothing[] = {xmalloc(0), xcalloc(0, 8), xcalloc(8, 0), xrealloc(NULL, 0),
                       xrealloc(xmalloc(8), 0)};

    for (size_t i = 0; i < COUNT_OF(nothing); i++) {
        ENSURE(nothing[i]);
        free(nothing[i]);
    }
    ENSURE(!alloc_is_exhausted());
}

TEST(nothing_is_not_null)
{
    expect_child_exit(allocate_nothing, 0, "");
}

static void use_the_reserve(void)
{
    char *text = xstrdup("text"), *zeros;

    reserve_and_run_short(3);
    ENSURE(!alloc_is_exhausted());
    text = xrealloc(text, 100);
    ENSURE(alloc_is_exhausted());
    ENSURE(!reserve);
    ENSURE(strcmp(text, "text") == 0);
    zeros = xcalloc(2, 50);
    for (int i = 0; i < 100; i++)
        ENSURE(zeros[i] == 0);
    free(xmalloc(7));
    free(zeros);
    free(text);
}

TEST(first_failure_releases_the_reserve)
{
    expect_child_exit(use_the_reserve, 0, "");
}

static void calloc_from_the_reserve(void)
{
    char *zeros;

    reserve_and_run_short(1);
    zeros = xcalloc(10, 10);
    ENSURE(alloc_is_exhausted());
    for (int i = 0; i < 100; i++)
        ENSURE(zeros[i] == 0);
    free(zeros);
}

TEST(calloc_from_the_reserve_is_zero)
{
    expect_child_exit(calloc_from_the_reserve, 0, "");
}

static void use_more_than_the_reserve(void)
{
    reserve_and_run_short(1);
    free(xmalloc(7));
    ENSURE(alloc_is_exhausted());
    xmalloc(7);
}

static void use_more_without_a_reserve(void)
{
    is_short = true;
    xmalloc(7);
}

static void overflow(void)
{
    xcalloc(SIZE_MAX / 2 + 5, 2); /* the product is 8 */
}

/* Adds until memory is out: no table is broken, no call fails. */
static void fill_a_hash(void)
{
    struct entry {
        int key;
        UT_hash_handle hh;
    } *table = NULL, *found;

    reserve_and_run_short(100);
    for (int i = 0; i < 1000; i++) {
        struct entry *entry = xcalloc(1, sizeof(*entry));

        entry->key = i;
        HASH_ADD_INT(table, key, entry);
        HASH_FIND_INT(table, &i, found);
        ENSURE(found == entry);
    }
}

TEST(a_further_failure_ends_the_process)
{
    expect_child_exit(use_more_than_the_reserve, 3, OUT_OF_MEMORY);
    expect_child_exit(use_more_without_a_reserve, 3, OUT_OF_MEMORY);
    expect_child_exit(overflow, 3, OUT_OF_MEMORY);
    expect_child_exit(fill_a_hash, 3, OUT_OF_MEMORY);
}

static void say_bye(void)
{
    fputs("bye\n", stderr);
}

static void end_with_a_quick_exit_function(void)
{
    at_quick_exit(say_bye);
    is_short = true;
    xmalloc(7);
}

TEST(quick_exit_functions_run)
{
    expect_child_exit(end_with_a_quick_exit_function, 3, OUT_OF_MEMORY "bye\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_is_there_is_given),
        cmocka_unit_test(nothing_is_not_null),
        cmocka_unit_test(first_failure_releases_the_reserve),
        cmocka_unit_test(calloc_from_the_reserve_is_zero),
        cmocka_unit_test(a_further_failure_ends_the_process),
        cmocka_unit_test(quick_exit_functions_run),
    };

    return RUN_TESTS(tests);
}
