/* SPDX-License-Identifier: MIT */
#include "input/write_out.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "suggest.h"

static const struct {
    const char *name;
    int needs;
} variables[] = {
#define WRITE_OUT_ENTRY(constant, name, needs) [WRITE_OUT_##constant] = {name, needs},
    WRITE_OUT_LIST(WRITE_OUT_ENTRY)
#undef WRITE_OUT_ENTRY
};

/* Variables of curl that do not exist here, with a blank after each. */
static const char unsupported[] =
    "certs conn_id filename_effective ftp_entry_path num_certs stderr "
    "stdout time_posttransfer time_queue tls_earlydata xfer_id ";

struct parser {
    const char *at; /* what is still to be read */
    struct write_out *result;
    char *text; /* not yet in a part */
    size_t length;
};

const char *write_out_name(enum write_out_variable variable)
{
    return variables[variable].name;
}

static struct write_out_part *add_part(struct write_out *result, enum write_out_kind kind)
{
    struct write_out_part *part;

    result->parts = xrealloc(result->parts, (result->count + 1) * sizeof(*part));
    part = &result->parts[result->count++];
    *part = (struct write_out_part){.kind = kind};
    return part;
}

static void end_text(struct parser *parser)
{
    if (parser->length)
        add_part(parser->result, WRITE_OUT_TEXT)->text = xstrndup(parser->text, parser->length);
    parser->length = 0;
}

static void add_char(struct parser *parser, char c)
{
    parser->text[parser->length++] = c;
}

/* Takes the next character as it is, if there is one. */
static void add_next(struct parser *parser)
{
    if (*parser->at)
        add_char(parser, *parser->at++);
}

static bool is_unsupported(const char *name, size_t length)
{
    for (const char *word = unsupported; *word; word += strcspn(word, " ") + 1) {
        if (strcspn(word, " ") == length && memcmp(word, name, length) == 0)
            return true;
    }
    return false;
}

static int refuse_variable(const char *name, size_t length, struct error *error)
{
    struct suggestion suggestion = suggest_begin(name, length);

    if (is_unsupported(name, length))
        return error_set(error, "curl's variable '%%{%.*s}' does not exist here", (int)length,
                         name);
    for (int i = 0; i < WRITE_OUT_VARIABLES; i++)
        suggest_consider(&suggestion, variables[i].name);
    if (suggestion.nearest)
        return error_set(error, "unknown variable '%%{%.*s}' (did you mean %%{%s}?)", (int)length,
                         name, suggestion.nearest);
    return error_set(error, "unknown variable '%%{%.*s}' (man urlcheck has the list)", (int)length,
                     name);
}

static int add_variable(struct parser *parser, const char *name, size_t length, struct error *error)
{
    for (int i = 0; i < WRITE_OUT_VARIABLES; i++) {
        if (strlen(variables[i].name) != length || memcmp(variables[i].name, name, length) != 0)
            continue;
        add_part(parser->result, WRITE_OUT_VALUE)->variable = (enum write_out_variable)i;
        parser->result->needs |= variables[i].needs;
        return 0;
    }
    return refuse_variable(name, length, error);
}

static int add_header(struct parser *parser, const char *name, size_t length, struct error *error)
{
    if (length == 0)
        return error_set(error, "'%%header{}' lacks a name (try %%header{server})");
    add_part(parser->result, WRITE_OUT_A_HEADER)->text = xstrndup(name, length);
    return 0;
}

/* Reads the rest of what begins with `prefix`, to its closing brace, which `add` gets. */
static int read_braces(struct parser *parser, const char *prefix,
                       int (*add)(struct parser *, const char *, size_t, struct error *),
                       struct error *error)
{
    const char *name = parser->at + strlen(prefix);
    size_t length = strcspn(name, "}");

    if (!name[length])
        return error_set(error, "'%.20s' has no closing brace", parser->at);
    end_text(parser);
    parser->at = name + length + 1;
    return add(parser, name, length, error);
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What begins with a percent sign. */
static int read_percent(struct parser *parser, struct error *error)
{
    if (begins_with(parser->at, "%{"))
        return read_braces(parser, "%{", add_variable, error);
    if (begins_with(parser->at, "%header{"))
        return read_braces(parser, "%header{", add_header, error);
    if (begins_with(parser->at, "%output{"))
        return error_set(error, "'%%output{FILE}' does not exist here: use --output FILE");
    if (begins_with(parser->at, "%time{"))
        return error_set(error, "curl's '%%time{}' does not exist here");
    add_next(parser);
    if (*parser->at == '%')
        parser->at++;
    else
        add_next(parser);
    return 0;
}

static void read_backslash(struct parser *parser)
{
    static const char letters[] = "nrt", meanings[] = "\n\r\t";
    const char *letter = parser->at[1] ? strchr(letters, parser->at[1]) : NULL;

    if (letter) {
        add_char(parser, meanings[letter - letters]);
        parser->at += 2;
    } else {
        add_next(parser);
        add_next(parser);
    }
}

static int read_format(struct parser *parser, struct error *error)
{
    while (*parser->at) {
        if (*parser->at == '%') {
            if (read_percent(parser, error))
                return -1;
        } else if (*parser->at == '\\') {
            read_backslash(parser);
        } else {
            add_next(parser);
        }
    }
    end_text(parser);
    return 0;
}

static bool ends_in_newline(const struct write_out_part *part)
{
    return part->kind == WRITE_OUT_TEXT && part->text[strlen(part->text) - 1] == '\n';
}

/* Whether there is a newline before each place where a result can end. */
static bool ends_line(const struct write_out *write_out)
{
    for (size_t i = 1; i < write_out->count; i++) {
        if (write_out->parts[i].kind == WRITE_OUT_VALUE &&
            write_out->parts[i].variable == WRITE_OUT_ONERROR &&
            !ends_in_newline(&write_out->parts[i - 1]))
            return false;
    }
    return write_out->count == 0 || ends_in_newline(&write_out->parts[write_out->count - 1]);
}

struct write_out *write_out_parse(const char *format, struct error *error)
{
    struct parser parser = {.at = format,
                            .result = xcalloc(1, sizeof(*parser.result)),
                            .text = xmalloc(strlen(format) + 1)};
    int status = read_format(&parser, error);

    free(parser.text);
    parser.result->ends_line = ends_line(parser.result);
    if (status == 0)
        return parser.result;
    write_out_free(parser.result);
    return NULL;
}

bool write_out_has_header(const struct write_out *write_out, const char *line, size_t length)
{
    if (write_out->needs & WRITE_OUT_HEADERS)
        return true;
    for (size_t i = 0; i < write_out->count; i++) {
        const struct write_out_part *part = &write_out->parts[i];
        size_t name = part->kind == WRITE_OUT_A_HEADER ? strlen(part->text) : 0;

        if (name && name < length && line[name] == ':' && strncasecmp(line, part->text, name) == 0)
            return true;
    }
    return false;
}

void write_out_free(struct write_out *write_out)
{
    if (!write_out)
        return;
    for (size_t i = 0; i < write_out->count; i++)
        free(write_out->parts[i].text);
    free(write_out->parts);
    free(write_out);
}
