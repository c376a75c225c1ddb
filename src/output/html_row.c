/* SPDX-License-Identifier: MIT */
#include "html_row.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "base/url_parts.h"
#include "fields.h"
#include "hint.h"
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

/*
 * Characters that are no URL code points (https://url.spec.whatwg.org/#url-code-points) are percent-encoded:
 * browsers send some of them as they are, but validators complain. [ and ] are in IPv6 addresses too.
 */
static char *encode_link(const char *url)
{
    const char *path = strstr(url, "://") + 3;
    char *encoded = xmalloc(3 * strlen(url) + 1), *to = encoded;

    path += strcspn(path, "/?#");
    for (const char *from = url; *from; from++) {
        if (strchr("\"<>\\^`{|}", *from) || (from >= path && strchr("[]", *from)))
            to += sprintf(to, "%%%02X", (unsigned)*from);
        else
            *to++ = *from;
    }
    *to = '\0';
    return encoded;
}

void html_print_link(FILE *file, const char *url, const char *text)
{
    char *escaped = escape_url(url), *link;
    bool is_same = strcmp(escaped, url) == 0 && !strstr(url, "***@");

    free(escaped);
    if (!is_same || !url_is_web(url)) {
        xml_print(file, text);
        return;
    }
    link = encode_link(url);
    fputs("<a href=\"", file);
    xml_print(file, link);
    fputs("\" rel=\"noreferrer noopener\">", file);
    xml_print(file, text);
    fputs("</a>", file);
    free(link);
}

void html_print_url(FILE *file, const struct target *target)
{
    char *given = escape_url(*target->given ? target->given : "''");
    /* A merged result has no key, and its URL is as it was printed: "\\x0a" may be one character. */
    bool is_known = !target->problem && (target->key || !strchr(target->url, '\\'));

    html_print_link(file, is_known ? target->url : "", given);
    free(given);
}

/* "list:4", not escaped; NULL: from the command line. The caller frees it. */
static char *place_of(const struct result *result)
{
    const struct source *source = &result->target->source;

    return source->file ? xasprintf("%s:%zu", field_source_file(source), source->line) : NULL;
}

static void print_url_cell(FILE *file, const struct result *result)
{
    const char *name = result->target->name;
    char *place = result->cause == CAUSE_NONE ? NULL : place_of(result);

    fputs("<th scope=\"row\">", file);
    if (name && name[strspn(name, " ")]) {
        fputs("<b>", file);
        xml_print_text(file, escape_text, name);
        fputs("</b> ", file);
    }
    fputs("<span>", file);
    html_print_url(file, result->target);
    fputs("</span>", file);
    if (place) {
        fputs(" <small>", file);
        xml_print_text(file, escape_text, place);
        fputs("</small>", file);
    }
    fputs("</th>", file);
    free(place);
}

static void print_reason_cell(FILE *file, const struct result *result)
{
    fputs("<td>", file);
    if (result->cause != CAUSE_NONE) {
        fprintf(file, "<span>%s: ", cause_name(result->cause));
        xml_print_text(file, escape_text, field_message(result));
        fputs("</span> <small>", file);
        xml_print(file, hint_for(result));
        fputs("</small>", file);
    }
    fputs("</td>", file);
}

void html_print_row(FILE *file, const struct result *result)
{
    const char *verdict = verdict_name(result->verdict);
    int status = result_status(result);

    fprintf(file, "<tr><td class=\"%s\">%s</td><td>", html_class_of(result->verdict), verdict);
    if (status)
        field_print_decimal(file, status, 0);
    fputs("</td><td>", file);
    field_print_decimal(file, us_to_ms(result->outcome.total_us), 3);
    fputs(" s</td>", file);
    print_url_cell(file, result);
    print_reason_cell(file, result);
    fputs("</tr>\n", file);
}

void html_print_line(FILE *file, const struct result *result)
{
    const char *name = result->target->name;
    int status = result_status(result);
    char *place;

    fprintf(file, "%s\t", verdict_name(result->verdict));
    if (status)
        field_print_decimal(file, status, 0);
    fputc('\t', file);
    field_print_decimal(file, us_to_ms(result->outcome.total_us), 3);
    fputs(" s\t", file);
    xml_print_text(file, escape_url, *result->target->given ? result->target->given : "''");
    if (name || result->cause != CAUSE_NONE) {
        fputc('\t', file);
        xml_print_text(file, escape_text, name);
    }
    if (result->cause != CAUSE_NONE) {
        place = place_of(result);
        fputc('\t', file);
        xml_print_text(file, escape_text, place);
        fprintf(file, "\t%s\t", cause_name(result->cause));
        xml_print_text(file, escape_text, field_message(result));
        fputc('\t', file);
        xml_print(file, hint_for(result));
        free(place);
    }
    fputc('\n', file);
}
