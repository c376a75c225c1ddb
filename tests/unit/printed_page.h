/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PRINTED_PAGE_H
#define TESTS_PRINTED_PAGE_H

#include "fake_history.h"
#include "output/format.h"
#include "printed.h"

/* What a format prints of a history, for a run that writes "w/index.html" and "w/feed.atom". */
static inline char *printed_page(const struct format *format, const struct history *history,
                                 bool is_public)
{
    struct output_request outputs[] = {{.format = FORMAT_html, .file = "w/index.html"},
                                       {.format = FORMAT_atom, .file = "w/feed.atom"}};
    const struct settings settings = {.state = "state.db",
                                      .is_public = is_public,
                                      .outputs = outputs,
                                      .output_count = COUNT_OF(outputs)};
    const struct totals totals = {.history = history,
                                  .list = "urls.txt",
                                  .ended_at_us = history->to_us};
    struct format_context context = {.settings = &settings, .totals = &totals, .place = "checker"};
    struct text text = {0};

    setenv("TZ", "UTC", 1);
    tzset();
    context.out = &text;
    format->end(&context);
    return ended(&text);
}

/* How often a part is in a text. */
static inline size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part))) {
        text += strlen(part);
        count++;
    }
    return count;
}

static inline void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("missing: %s", part);
}

static inline void expect_no_part(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("there is: %s: %.200s", part, strstr(text, part));
}

#endif
