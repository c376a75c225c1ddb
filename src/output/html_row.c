/* SPDX-License-Identifier: MIT */
#include "html_row.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
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

void html_print_url(struct text *out, const struct target *target)
{
    char *given = escape_url(*target->given ? target->given : "''");
    /* A merged result has no key, and its URL is as it was printed: "\\x0a" may be one character. */
    bool is_known = !target->problem && (target->key || !strchr(target->url, '\\'));

    html_print_link(out, is_known ? target->url : "", given);
    free(given);
}

/* "list:4", not escaped; NULL: from the command line. The caller frees it. */
static char *place_of(const struct result *result)
{
    const struct source *source = &result->target->source;

    return source->file ? xasprintf("%s:%zu", field_source_file(source), source->line) : NULL;
}

static void print_url_cell(struct text *out, const struct result *result)
{
    const char *name = result->target->name;
    char *place = result->cause == CAUSE_NONE ? NULL : place_of(result);

    text_add(out, "<th scope=\"row\">");
    if (name && name[strspn(name, " ")]) {
        text_add(out, "<b>");
        xml_print_text(out, escape_text, name);
        text_add(out, "</b> ");
    }
    text_add(out, "<span>");
    html_print_url(out, result->target);
    text_add(out, "</span>");
    if (place) {
        text_add(out, " <small>");
        xml_print_text(out, escape_text, place);
        text_add(out, "</small>");
    }
    text_add(out, "</th>");
    free(place);
}

static void print_reason_cell(struct text *out, const struct result *result)
{
    text_add(out, "<td>");
    if (result->cause != CAUSE_NONE) {
        text_addf(out, "<span>%s: ", cause_name(result->cause));
        xml_print_text(out, escape_text, field_message(result));
        text_add(out, "</span> <small>");
        xml_print(out, hint_for(result));
        text_add(out, "</small>");
    }
    text_add(out, "</td>");
}

void html_print_row(struct text *out, const struct result *result)
{
    const char *verdict = verdict_name(result->verdict);
    int status = result_status(result);

    text_addf(out, "<tr><td class=\"%s\">%s</td><td>", html_class_of(result->verdict), verdict);
    if (status)
        field_print_decimal(out, status, 0);
    text_add(out, "</td><td>");
    field_print_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add(out, " s</td>");
    print_url_cell(out, result);
    print_reason_cell(out, result);
    text_add(out, "</tr>\n");
}

void html_print_line(struct text *out, const struct result *result)
{
    const char *name = result->target->name;
    int status = result_status(result);
    char *place;

    text_addf(out, "%s\t", verdict_name(result->verdict));
    if (status)
        field_print_decimal(out, status, 0);
    text_add_char(out, '\t');
    field_print_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add(out, " s\t");
    xml_print_text(out, escape_url, *result->target->given ? result->target->given : "''");
    if (name || result->cause != CAUSE_NONE) {
        text_add_char(out, '\t');
        xml_print_text(out, escape_text, name);
    }
    if (result->cause != CAUSE_NONE) {
        place = place_of(result);
        text_add_char(out, '\t');
        xml_print_text(out, escape_text, place);
        text_addf(out, "\t%s\t", cause_name(result->cause));
        xml_print_text(out, escape_text, field_message(result));
        text_add_char(out, '\t');
        xml_print(out, hint_for(result));
        free(place);
    }
    text_add_char(out, '\n');
}
