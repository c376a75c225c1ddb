/* SPDX-License-Identifier: MIT */
#include "input/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8

#include <errno.h>
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/utf8.h"

/*
 * Bounding the time of a search.
 *
 * PCRE2 tries to match at each position of the text in turn, and backtracks within each attempt.
 * Its match limit counts the steps of one attempt only, and a step may scan the whole text: the
 * pattern a[^b]*b on a megabyte of a needs few steps at each position, and minutes for all of them.
 * Therefore patterns are compiled with PCRE2_AUTO_CALLOUT: PCRE2 calls on_callout() before each
 * item of the pattern, and between two calls it scans the text at most once.
 *
 * The limit is one of CPU time, so that a verdict does not depend on how busy the machine is. But
 * reading that clock takes a system call. on_callout() reads it only if the wall clock, which is
 * cheap, says that the thread may have used up its time: at check_us. If CPU time is left then,
 * check_us moves forward by as much as is left.
 */
#define SEARCH_US (PATTERN_SEARCH_MS * CLOCK_MS)

/* Compiling recurses once per parenthesis: these fit on a stack of 128 KiB. */
#define NESTED_PARENTHESES_MAX 50

/* Backtracking points that PCRE2 may remember, and steps of one attempt. */
#define DEPTH_MAX 1000000
#define STEPS_MAX 100000000

/* U+FFFD, the replacement character. */
static const char replacement[] = "\xef\xbf\xbd";

/* Memory for PCRE2. As for urlcheck's own data, the allocation cannot fail. */
static void *allocate(size_t bytes, void *data)
{
    (void)data;
    return xmalloc(bytes);
}

static void release(void *memory, void *data)
{
    (void)data;
    free(memory);
}

static pcre2_code *compile(const char *expression, int *code, size_t *offset)
{
    const uint32_t options =
        PCRE2_UTF | PCRE2_MULTILINE | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;
    pcre2_general_context *memory = pcre2_general_context_create(allocate, release, NULL);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_code *compiled;

    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_set_parens_nest_limit(context, NESTED_PARENTHESES_MAX);
    compiled = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, options, code, offset,
                             context);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(memory);
    return compiled;
}

struct pattern *pattern_new(const char *argument, size_t offset, struct error *error)
{
    char message[256];
    size_t error_offset;
    int code;
    pcre2_code *compiled = compile(argument + offset, &code, &error_offset);
    struct pattern *pattern;

    if (!compiled) {
        pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof(message));
        error_set(error, "'%.100s': %s, at offset %zu", argument + offset, message, error_offset);
        errno = EINVAL;
        return NULL;
    }
    pattern = xmalloc(sizeof(*pattern));
    *pattern = (struct pattern){.argument = xstrdup(argument), .code = compiled};
    pattern->expression = pattern->argument + offset;
    atomic_init(&pattern->references, 1);
    return pattern;
}

struct pattern *pattern_ref(struct pattern *pattern)
{
    atomic_fetch_add(&pattern->references, 1);
    return pattern;
}

void pattern_unref(struct pattern *pattern)
{
    if (atomic_fetch_sub(&pattern->references, 1) > 1)
        return;
    pcre2_code_free(pattern->code);
    free(pattern->argument);
    free(pattern);
}

/* How many bytes of the text are not UTF-8. */
static size_t count_invalid(const char *text, size_t length)
{
    const char *end = text + length;
    size_t invalid = 0;
    uint32_t character;

    while (text < end) {
        size_t count = utf8_decode(text, (size_t)(end - text), &character);

        invalid += count == 0;
        text += count ? count : 1;
    }
    return invalid;
}

/* A copy with U+FFFD for each of the invalid bytes. *length is set; the caller frees it. */
static char *replace_invalid(const char *text, size_t *length, size_t invalid)
{
    const char *end = text + *length;
    char *copy, *out;
    uint32_t character;

    *length += invalid * (strlen(replacement) - 1);
    copy = out = xmalloc(*length + 1);
    while (text < end) {
        size_t count = utf8_decode(text, (size_t)(end - text), &character);

        out = count ? mempcpy(out, text, count) : stpcpy(out, replacement);
        text += count ? count : 1;
    }
    return copy;
}

/* When a search must end. */
struct budget {
    int64_t check_us;   /* of the coarse clock: when to look at the CPU time */
    int64_t cpu_end_us; /* of the thread's CPU time */
};

static int on_callout(pcre2_callout_block *block, void *data)
{
    struct budget *budget = data;
    int64_t now_us = clock_read_us(CLOCK_MONOTONIC_COARSE);
    int64_t left_us;

    (void)block;
    if (now_us < budget->check_us)
        return 0;
    left_us = budget->cpu_end_us - clock_read_us(CLOCK_THREAD_CPUTIME_ID);
    budget->check_us = now_us + left_us;
    return left_us > 0 ? 0 : PCRE2_ERROR_CALLOUT;
}

static int match(const struct pattern *pattern, const char *text, size_t length, bool is_cut)
{
    struct budget budget = {
        .check_us = clock_read_us(CLOCK_MONOTONIC_COARSE) + SEARCH_US,
        .cpu_end_us = clock_read_us(CLOCK_THREAD_CPUTIME_ID) + SEARCH_US,
    };
    pcre2_general_context *memory = pcre2_general_context_create(allocate, release, NULL);
    pcre2_match_context *context = pcre2_match_context_create(memory);
    pcre2_match_data *data = pcre2_match_data_create(1, memory);
    int code;

    pcre2_set_match_limit(context, STEPS_MAX);
    pcre2_set_depth_limit(context, DEPTH_MAX);
    pcre2_set_heap_limit(context, PATTERN_SEARCH_BYTES / 1024);
    pcre2_set_callout(context, on_callout, &budget);
    code = pcre2_match(pattern->code, (PCRE2_SPTR)text, length, 0,
                       PCRE2_NO_UTF_CHECK | (is_cut ? PCRE2_NOTEOL : 0), data, context);
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_general_context_free(memory);
    return code;
}

int pattern_search(const struct pattern *pattern, const char *text, size_t length, bool is_cut)
{
    size_t invalid = count_invalid(text, length);
    char *valid = invalid ? replace_invalid(text, &length, invalid) : NULL;
    int code = match(pattern, valid ? valid : text, length, is_cut);

    free(valid);
    if (code == PCRE2_ERROR_NOMATCH)
        return 0;
    return code < 0 ? -1 : 1;
}

void pattern_list_add(struct pattern_list *patterns, struct pattern *pattern)
{
    patterns->items = xrealloc(patterns->items, (patterns->count + 1) * sizeof(struct pattern *));
    patterns->items[patterns->count++] = pattern;
}

void pattern_list_copy(struct pattern_list *copy, const struct pattern_list *patterns)
{
    *copy = (struct pattern_list){0};
    for (size_t i = 0; i < patterns->count; i++)
        pattern_list_add(copy, pattern_ref(patterns->items[i]));
}

void pattern_list_release(struct pattern_list *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        pattern_unref(patterns->items[i]);
    free(patterns->items);
    *patterns = (struct pattern_list){0};
}
