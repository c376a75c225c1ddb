/* SPDX-License-Identifier: MIT */
#include "html_row.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "hint.h"
#include "html_parts.h"
#include "xml.h"

const char *html_class_of(enum verdict verdict)
{
    static const char *const classes[] = {[VERDICT_OK] = "ok",
                                          [VERDICT_WARN] = "warn",
                                          [VERDICT_FLAKY] = "flaky",
                                          [VERDICT_FAILED] = "failed",
                                          [VERDICT_UNKNOWN] = "unknown"};

    return classes[verdict];
}

/* A merged result has no key, and its URL is as it was printed: "\\x0a" may be one character. */
static bool is_known_url(const struct target *target)
{
    return !target->problem && (target->key || !strchr(target->url, '\\'));
}

/* "list:4"; nothing if it comes from the command line. */
static void print_place(struct text *out, struct shown *shown)
{
    const char *file = shown_text(shown, SHOWN_FILE);

    if (!file)
        return;
    xml_print(out, file);
    text_add_char(out, ':');
    text_add_decimal(out, (int64_t)shown->result->target->source.line, 0);
}

static void print_url_cell(struct text *out, struct shown *shown)
{
    const struct target *target = shown->result->target;
    const char *name = target->name;

    text_add(out, "<th scope=\"row\">");
    if (name && name[strspn(name, " ")]) {
        text_add(out, "<b>");
        xml_print(out, shown_text(shown, SHOWN_NAME));
        text_add(out, "</b> ");
    }
    text_add(out, "<span>");
    html_print_link(out, is_known_url(target) ? target->url : "", shown_text(shown, SHOWN_URL));
    text_add(out, "</span>");
    if (shown->result->cause != CAUSE_NONE && target->source.file) {
        text_add(out, " <small>");
        print_place(out, shown);
        text_add(out, "</small>");
    }
    text_add(out, "</th>");
}

static void print_reason_cell(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;

    text_add(out, "<td>");
    if (result->cause != CAUSE_NONE) {
        text_add_all(out, "<span>", cause_name(result->cause), ": ");
        xml_print(out, shown_text(shown, SHOWN_REASON));
        text_add(out, "</span> <small>");
        xml_print(out, hint_for(result));
        text_add(out, "</small>");
    }
    text_add(out, "</td>");
}

void html_print_row(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;
    int status = result_status(result);

    text_add_all(out, "<tr><td class=\"", html_class_of(result->verdict), "\">",
                 verdict_name(result->verdict), "</td><td>");
    if (status)
        text_add_decimal(out, status, 0);
    text_add(out, "</td><td>");
    text_add_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add(out, " s</td>");
    print_url_cell(out, shown);
    print_reason_cell(out, shown);
    text_add(out, "</tr>\n");
}

void html_print_line(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;
    const char *name = shown_text(shown, SHOWN_NAME);
    int status = result_status(result);

    text_add_all(out, verdict_name(result->verdict), "\t");
    if (status)
        text_add_decimal(out, status, 0);
    text_add_char(out, '\t');
    text_add_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add(out, " s\t");
    xml_print(out, shown_text(shown, SHOWN_URL));
    if (name || result->cause != CAUSE_NONE) {
        text_add_char(out, '\t');
        xml_print(out, name);
    }
    if (result->cause != CAUSE_NONE) {
        text_add_char(out, '\t');
        print_place(out, shown);
        text_add_all(out, "\t", cause_name(result->cause), "\t");
        xml_print(out, shown_text(shown, SHOWN_REASON));
        text_add_char(out, '\t');
        xml_print(out, hint_for(result));
    }
    text_add_char(out, '\n');
}
