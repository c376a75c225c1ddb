/* SPDX-License-Identifier: MIT */
#include "html_parts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/url_parts.h"
#include "xml.h"

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

void html_print_link(struct text *out, const char *url, const char *text)
{
    char *escaped = escape_url(url), *link;
    bool is_same = strcmp(escaped, url) == 0 && !strstr(url, "***@");

    free(escaped);
    if (!is_same || !url_is_web(url)) {
        xml_print(out, text);
        return;
    }
    link = encode_link(url);
    text_add(out, "<a href=\"");
    xml_print(out, link);
    text_add(out, "\" rel=\"noreferrer noopener\">");
    xml_print(out, text);
    text_add(out, "</a>");
    free(link);
}

void html_print_address(struct text *out, const char *url)
{
    char *text = escape_url(url);

    html_print_link(out, url, text);
    free(text);
}

void html_print_columns(struct text *out, const char *const *columns)
{
    text_add(out, "<thead><tr>");
    for (; *columns; columns++)
        text_addf(out, "<th scope=\"col\">%s</th>", *columns);
    text_add(out, "</tr></thead>\n<tbody>\n");
}
