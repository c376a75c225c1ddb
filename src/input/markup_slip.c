/* SPDX-License-Identifier: MIT */
#include "markup_slip.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/shell_words.h"
#include "base/url_parts.h"

#define ALL_BUT_THE_URL "leave out all but the URL"

/* Characters between the columns of a table. */
static const char separators[] = ",;|\t";

/* "what it is (leave out all but the URL, or try --extract)". Operands are no text to extract from. */
static char *name_markup(const char *what, bool is_operand)
{
    return xasprintf("%s (" ALL_BUT_THE_URL "%s)", what, is_operand ? "" : ", or try --extract");
}

static const char *find_web(const char *text)
{
    while (*text && !url_is_web(text))
        text++;
    return *text ? text : NULL;
}

/* "1,http://host/,name", "http://host/,http://host2/", "\"http://host/\",name" */
static bool is_row(const char *given)
{
    size_t path = strcspn(given, "?#");
    const char *quote = *given == '"' ? strchr(given + 1, '"') : NULL;

    if (quote && quote[1] && quote[2] && strchr(separators, quote[1]))
        return true;
    for (size_t i = strcspn(given, separators); i < path; i += strcspn(given + i, separators)) {
        if (url_is_web(given + ++i))
            return true;
    }
    return false;
}

/* What has neither a scheme nor a host: the heading of a column, a row, a comment. */
static char *find_in_bare_text(const char *given)
{
    size_t separator = strcspn(given, separators);

    if (strcasecmp(given, "url") == 0 || strcasecmp(given, "urls") == 0)
        return xstrdup("the heading of a column (leave it out)");
    if (strcmp(given, "//") == 0 || strcmp(given, ";") == 0 || strcmp(given, "--") == 0)
        return xstrdup("a comment begins with #");
    if (separator < strcspn(given, "/?#@") && given[separator + 1])
        return xstrdup("a row of a table (" ALL_BUT_THE_URL ")");
    return NULL;
}

/* "links.txt:12:http://host/", "url=http://host/" */
static char *find_text_before(const char *given)
{
    const char *web = find_web(given);
    size_t before = web ? (size_t)(web - given) : 0;

    if (before == 0 || strcspn(given, "?#") < before)
        return NULL;
    if (web[-1] == ':' || (web[-1] == '-' && before > 1 && isdigit((unsigned char)web[-2])))
        return xstrdup("leave out the text before the URL (grep -h prints no file names)");
    /* "web.archive.org/web/http://host/" is a URL. */
    return strcspn(given, "/") < before ? NULL : xstrdup("leave out the text before the URL");
}

/* Quotes, brackets and commas after the URL. In a query, "<b>" and quotes are as they are meant. */
static char *find_at_end(const char *given)
{
    char last = given[strlen(given) - 1];

    if (last == ',')
        return xstrdup("leave out the comma after the URL (or write %2C)");
    if (strchr(given, '?'))
        return NULL;
    if (last == '"' || last == '`')
        return xstrdup("leave out the quotes around the URL");
    if (last == '>' && !strchr(given, '<'))
        return xstrdup("leave out the brackets around the URL");
    return NULL;
}

char *markup_slip_find(const char *given, bool is_operand)
{
    const char *end_tag = strstr(given, "</");

    if (strstr(given, "]("))
        return name_markup("a Markdown link", is_operand);
    if ((*given == '<' && !url_is_web(given + 1)) ||
        (end_tag && !memchr(given, '?', (size_t)(end_tag - given))))
        return name_markup("HTML or XML", is_operand);
    return is_row(given) ? name_markup("a row of a table", is_operand) : NULL;
}

char *markup_slip_find_around(const char *given, bool has_scheme)
{
    char *slip = has_scheme ? NULL : find_in_bare_text(given);

    if (!slip && !has_scheme)
        slip = find_text_before(given);
    return slip ? slip : find_at_end(given);
}

char *markup_slip_name(const char *line, size_t before)
{
    if (before >= 2 && memcmp(line + before - 2, "](", 2) == 0)
        return name_markup("a Markdown link", false);
    if (*line == '<')
        return name_markup("HTML or XML", false);
    return xstrdup("leave out the text before the URL, or try --extract");
}

const char *markup_slip_find_url(const char *line, size_t word, size_t length, size_t *url_length)
{
    const size_t scheme = strlen("https://");

    for (size_t i = word; i > 0 && i + scheme <= length; i++) {
        bool is_comment = line[i] == '#' && shell_is_blank(line[i - 1]);

        if (is_comment || (line[i] == '=' && *line != '<'))
            return NULL;
        if (isalnum((unsigned char)line[i - 1]) || !url_is_web(line + i))
            continue;
        *url_length = 0;
        while (i + *url_length < length && !strchr(" \t\r\n\"<>)]}`", line[i + *url_length]))
            ++*url_length;
        return line + i;
    }
    return NULL;
}
