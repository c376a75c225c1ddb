/* SPDX-License-Identifier: MIT */
#include "extract.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How far the end of a DOCTYPE or of an attribute is looked for: it may be missing. */
#define SKIPPED_BYTES_MAX 4096

/* What the end of a file's name says about its text. */
static const struct {
    const char *suffix;
    struct extract_syntax syntax;
} syntaxes[] = {
    {".html", {.is_markup = true, .has_entities = true}},
    {".htm", {.is_markup = true, .has_entities = true}},
    {".xhtml", {.is_markup = true, .has_entities = true}},
    {".php", {.is_markup = true, .has_entities = true}},
    {".vue", {.is_markup = true, .has_entities = true}},
    {".xml", {.is_markup = true, .has_entities = true, .is_xml = true}},
    {".rss", {.is_markup = true, .has_entities = true, .is_xml = true}},
    {".atom", {.is_markup = true, .has_entities = true, .is_xml = true}},
    {".opml", {.is_markup = true, .has_entities = true, .is_xml = true}},
    {".svg", {.is_markup = true, .has_entities = true, .is_xml = true}},
    {".md", {.has_entities = true}},
    {".markdown", {.has_entities = true}},
    {".mdx", {.has_entities = true}},
    {".rmd", {.has_entities = true}},
    {".adoc", {.is_asciidoc = true}},
    {".asciidoc", {.is_asciidoc = true}},
    {".asc", {.is_asciidoc = true}},
    {".vcf", {.is_folded = true}},
    {".ics", {.is_folded = true}},
    {".csv", {.separator = ','}},
};

void extractor_begin(struct extractor *extractor, const char *file_name)
{
    struct extract_url url = extractor->url;
    size_t length = strlen(file_name);

    *extractor = (struct extractor){.line = 1, .url = url};
    for (size_t i = 0; i < sizeof(syntaxes) / sizeof(syntaxes[0]); i++) {
        size_t suffix = strlen(syntaxes[i].suffix);

        if (length > suffix && strcasecmp(file_name + length - suffix, syntaxes[i].suffix) == 0)
            extractor->syntax = syntaxes[i].syntax;
    }
}

void extractor_release(struct extractor *extractor)
{
    free(extractor->url.start);
    extractor->url = (struct extract_url){0};
}

/* The byte at a distance before an offset of the text; '\n' at the beginning of the file. */
static char byte_before(const struct extractor *extractor, const struct extract_text *text,
                        size_t offset, size_t distance)
{
    if (distance <= offset)
        return text->start[offset - distance];
    distance -= offset;
    return distance <= extractor->before_length
               ? extractor->before[extractor->before_length - distance]
               : '\n';
}

/* Whether a word is just before an offset. */
static bool is_after(const struct extractor *extractor, const struct extract_text *text,
                     size_t offset, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i < length; i++) {
        if (tolower((unsigned char)byte_before(extractor, text, offset, length - i)) != word[i])
            return false;
    }
    return true;
}

/* Copies the bytes before an offset: they are the context of a URL there, or of the next part. */
static size_t copy_before(const struct extractor *extractor, const struct extract_text *text,
                          size_t offset, char copy[EXTRACT_BEFORE_BYTES])
{
    size_t known = offset + extractor->before_length;
    size_t length = known < EXTRACT_BEFORE_BYTES ? known : EXTRACT_BEFORE_BYTES;

    if (length <= offset) {
        memcpy(copy, text->start + offset - length, length);
        return length;
    }
    for (size_t i = 0; i < length; i++)
        copy[i] = byte_before(extractor, text, offset, length - i);
    return length;
}

static bool is_separator(char c)
{
    return c && strchr(",;\t|", c);
}

/* The separator of a table is the first one in its first line, the header; 0: there is none. */
static char find_separator(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (is_separator(line[i]))
            return line[i];
    }
    return '\0';
}

/* Whether a line may be the header of a table: names with separators, and no blanks around these. */
static bool is_header(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_blank = line[i] == ' ' && (i == 0 || is_separator(line[i - 1]));

        if (is_blank || !(isalnum((unsigned char)line[i]) || is_separator(line[i]) ||
                          (line[i] && strchr(" _-\"", line[i]))))
            return false;
    }
    return true;
}

/*
 * HTML and XML begin with a tag, a comment or a declaration, tables with a header. False: more text is
 * needed to know, the first line of a table, or else the first bytes that are no blanks.
 */
static bool guess_syntax(struct extractor *extractor, const struct extract_text *text, bool is_full)
{
    struct extract_syntax *syntax = &extractor->syntax;
    const char *start = text->start;
    size_t length = text->length;
    size_t line = 0;
    bool is_table;

    if (length > 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
        start += 3, length -= 3;
    while (length > 0 && isspace((unsigned char)*start))
        start++, length--;
    while (line < length && start[line] != '\r' && start[line] != '\n')
        line++;
    is_table = syntax->separator || is_header(start, line);
    if (!text->is_end && !is_full && (length < 6 || (is_table && line == length)))
        return false;
    if (is_table && find_separator(start, line))
        syntax->separator = find_separator(start, line);
    if (length > 5 && *start == '<' &&
        (isalpha((unsigned char)start[1]) || strchr("!?", start[1]))) {
        syntax->is_xml = syntax->is_xml || memcmp(start, "<?xml", 5) == 0;
        syntax->is_markup = syntax->is_markup || !syntax->has_entities;
        syntax->has_entities = true;
    }
    return true;
}

/* The end of a line: of the header that says how a part of a mail is encoded, perhaps. */
static void end_line(struct extractor *extractor, const struct extract_text *text, size_t offset)
{
    extractor->is_binary = false;
    if (text->start[offset] == '\n' && byte_before(extractor, text, offset, 1) == '\r')
        return;
    extractor->line++;
    if (!is_after(extractor, text, offset, "content-transfer-encoding: quoted-printable"))
        return;
    extractor->syntax.is_quoted_printable = extractor->syntax.has_entities = true;
}

/* Passes over all up to a byte, with that byte. */
static void skip_to(struct extractor *extractor, char end)
{
    extractor->skipped_to = end;
    extractor->skipped = 0;
}

/* Whether a byte is a control character that text does not have; backspace and escape are in logs. */
static bool is_control(char c)
{
    return (c > '\0' && c < ' ' && !strchr("\b\t\n\v\f\r\x1b", c)) || c == '\x7f';
}

/* One of a file's first bytes. */
static void look_for_binary(struct extractor *extractor, char c)
{
    extractor->known++;
    extractor->has_nul = extractor->has_nul || c == '\0';
    extractor->has_control = extractor->has_control || is_control(c);
}

/* A byte that is done. */
static void pass(struct extractor *extractor, const struct extract_text *text, size_t offset)
{
    char c = text->start[offset];

    if (extractor->known < EXTRACT_BINARY_BYTES)
        look_for_binary(extractor, c);
    switch (c) {
    case '\r':
    case '\n': end_line(extractor, text, offset); break;
    case '\0': extractor->is_binary = true; break;
    case 'e':
    case 'E':
        if (is_after(extractor, text, offset, "<!doctyp"))
            skip_to(extractor, '>');
        break;
    case '-': /* "--boundary" ends a part of a mail */
        if (extractor->syntax.is_quoted_printable && is_after(extractor, text, offset, "\n-"))
            extractor->syntax.is_quoted_printable = extractor->syntax.has_entities = false;
        break;
    default: break;
    }
    if (c == extractor->skipped_to || extractor->skipped++ == SKIPPED_BYTES_MAX)
        extractor->skipped_to = '\0';
    if (extractor->skips_word && ((c >= '\0' && c <= ' ') || strchr("\"<>", c)))
        extractor->skips_word = false;
}

static size_t pass_all(struct extractor *extractor, const struct extract_text *text, size_t offset,
                       size_t end)
{
    for (; offset < end; offset++)
        pass(extractor, text, offset);
    return end;
}

static bool may_begin(const struct extractor *extractor, char c)
{
    return (c == 'h' || c == 'H') && !extractor->skipped_to && !extractor->skips_word &&
           !extractor->is_binary && !(extractor->has_nul && extractor->has_control);
}

/* At an h: the URL that begins there, if one does. */
static enum extract_found find(struct extractor *extractor, const struct extract_text *text,
                               size_t offset, size_t *end)
{
    char before[EXTRACT_BEFORE_BYTES];
    struct extract_text context = {.start = before};

    *end = offset + 1;
    if (offset + 1 < text->length && tolower((unsigned char)text->start[offset + 1]) != 't')
        return EXTRACT_NONE;
    context.length = copy_before(extractor, text, offset, before);
    return extract_url_find(&extractor->syntax, text, offset, &context, &extractor->url, end);
}

/* The part of the text that was read is done. */
static size_t finish(struct extractor *extractor, const struct extract_text *text, size_t offset)
{
    char before[EXTRACT_BEFORE_BYTES];
    size_t length = copy_before(extractor, text, offset, before);

    memcpy(extractor->before, before, length);
    extractor->before_length = length;
    return offset;
}

size_t extractor_next(struct extractor *extractor, const struct extract_text *text, bool is_full,
                      struct extracted *found)
{
    size_t offset = 0;

    *found = (struct extracted){.url = NULL};
    if (!extractor->has_begun && !guess_syntax(extractor, text, is_full))
        return 0;
    extractor->has_begun = true;
    while (offset < text->length) {
        enum extract_found result = EXTRACT_NONE;
        size_t line = extractor->line;
        size_t end = offset + 1;

        if (may_begin(extractor, text->start[offset]))
            result = find(extractor, text, offset, &end);
        if (result == EXTRACT_UNENDED && (!is_full || offset > 0))
            break;
        if (result == EXTRACT_UNENDED)
            extractor->skips_word = true;
        if (result == EXTRACT_NAME)
            skip_to(extractor, byte_before(extractor, text, offset, 1));
        offset = pass_all(extractor, text, offset, end);
        if (result == EXTRACT_URL || result == EXTRACT_UNENDED) {
            *found = (struct extracted){.url = extractor->url.start,
                                        .length = extractor->url.length,
                                        .line = line,
                                        .is_cut = result == EXTRACT_UNENDED};
            break;
        }
    }
    return finish(extractor, text, offset);
}
