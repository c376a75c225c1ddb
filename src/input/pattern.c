/* SPDX-License-Identifier: MIT */
#include "input/pattern.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * glibc's regcomp() recurses for each parenthesis, alternative and repetition, these multiplied by
 * what repeats them: on a stack of 64 KiB 400 optional letters go well, and 50 parentheses.
 */
#define NESTING_MAX 20
#define WEIGHT_MAX 1000
/* Counts up to this are cheap in an automaton that begins anew at each byte: see prefix_of(). */
#define CHEAP_COUNT 12
#define NOT_CHEAP                                                                                  \
    "a count over 12 beside *, + or {N,} would take minutes (try without one of the two)"

/* What a pattern comes to. */
struct shape {
    unsigned long weights[NESTING_MAX + 1]; /* of each open parenthesis, that without any first */
    unsigned long last;                     /* of what a repetition would repeat */
    int depth;
    bool has_unbounded;
    unsigned long count_max;
    const char *problem; /* NULL: none */
};

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

static void add(struct shape *shape, unsigned long weight)
{
    shape->weights[shape->depth] += weight;
    shape->last = weight;
    if (shape->weights[shape->depth] > WEIGHT_MAX)
        shape->problem = "too large";
}

static void repeat(struct shape *shape, unsigned long times, bool unbounded)
{
    unsigned long last = shape->last;

    if (times > shape->count_max)
        shape->count_max = times;
    shape->has_unbounded = shape->has_unbounded || unbounded;
    /* A product of two that are not over their bounds does not overflow. */
    add(shape, times > WEIGHT_MAX ? WEIGHT_MAX + 1 : times ? last * (times - 1) + times : 1);
    shape->last += last;
}

/* "{2,4}"; c is behind the brace. Returns what is behind the other one. */
static const char *scan_count(const char *c, struct shape *shape)
{
    char *end;
    unsigned long times = strtoul(c, &end, 10);
    bool unbounded = false;

    if (*end == ',') {
        unsigned long most = strtoul(end + 1, &end, 10);

        unbounded = end[-1] == ',';
        times = most > times ? most : times;
    }
    repeat(shape, times, unbounded);
    return *end == '}' ? end + 1 : end;
}

/* "[^]a[:digit:]]"; c is behind the bracket. Returns what is behind the other one. */
static const char *scan_bracket(const char *c, struct shape *shape)
{
    c += *c == '^';
    c += *c == ']';
    for (; *c && *c != ']'; c++) {
        const char close[] = {c[1], ']', '\0'};

        if (!is_ascii(*c))
            shape->problem = "a letter beyond ASCII cannot stand within [] (try (a|b))";
        if (*c == '[' && c[1] && strchr(".:=", c[1]) && strstr(c + 2, close))
            c = strstr(c + 2, close) + 1;
    }
    add(shape, 1);
    return *c ? c + 1 : c;
}

static void scan_parenthesis(char c, struct shape *shape)
{
    if (c == '(' && shape->depth == NESTING_MAX) {
        shape->problem = "too many parentheses within each other";
    } else if (c == '(') {
        shape->weights[++shape->depth] = 1;
    } else if (shape->depth == 0) {
        shape->problem = "a ) without its ( (try \\))";
    } else {
        unsigned long weight = shape->weights[shape->depth--];

        add(shape, weight);
    }
}

static const char *scan_one(const char *c, struct shape *shape)
{
    switch (*c) {
    case '[': return scan_bracket(c + 1, shape);
    case '{': return scan_count(c + 1, shape);
    case '(':
    case ')': scan_parenthesis(*c, shape); return c + 1;
    case '*':
    case '+': repeat(shape, 1, true); return c + 1;
    case '?': repeat(shape, 1, false); return c + 1;
    case '\\':
        if (isdigit((unsigned char)c[1]))
            shape->problem = "no back-references in an extended regular expression";
        add(shape, 1);
        return c[1] ? c + 2 : c + 1;
    default:
        if (!is_ascii(*c) && c[1] && strchr("*+?{", c[1]))
            shape->problem = "a letter beyond ASCII is repeated within () (try (a)*)";
        add(shape, 1);
        return c + 1;
    }
}

static struct shape scan(const char *pattern)
{
    struct shape shape = {0};

    while (*pattern && !shape.problem)
        pattern = scan_one(pattern, &shape);
    if (!shape.problem && shape.has_unbounded && shape.count_max > CHEAP_COUNT)
        shape.problem = NOT_CHEAP;
    return shape;
}

/*
 * glibc looks for a match from each byte of a line in turn: `foo.*bar` is tried at each foo up to
 * the line's end, which takes minutes for a megabyte. As `^.*(foo.*bar)` it is tried once, by an
 * automaton that has to remember all that may have begun. What counts far, as `x.{50}y`, would have
 * it remember too much; without * and + there is no need of it, and with them it is refused.
 */
static const char *prefix_of(const struct shape *shape)
{
    return shape->has_unbounded ? "^.*(" : "(";
}

/* Runs in the C locale: elsewhere . stops at bytes that are no UTF-8. 0 or REG_... */
static int compile(regex_t *compiled, const char *pattern, const struct shape *shape)
{
    char *whole;
    int code = REG_ESPACE;

    if (asprintf(&whole, "%s%s)", prefix_of(shape), pattern) >= 0) {
        code = regcomp(compiled, whole, REG_EXTENDED | REG_NOSUB);
        free(whole);
    }
    return code;
}

/* Matches the line from begin to end, where there is room for a NUL. 0, REG_NOMATCH or REG_... */
static int search_line(const regex_t *compiled, char *begin, char *end, int flags)
{
    char replaced;
    int code;

    if (end > begin && end[-1] == '\r')
        end--;
    replaced = *end;
    *end = '\0';
    code = regexec(compiled, begin, 0, NULL, flags);
    *end = replaced;
    return code;
}

static int search(const regex_t *compiled, char *text, size_t length, bool cut)
{
    size_t at = 0;
    int code;

    for (char *nul = text; (nul = memchr(nul, '\0', length - (size_t)(nul - text)));)
        *nul = '\n';
    do {
        char *end = memchr(text + at, '\n', length - at);
        int flags = !end && cut ? REG_NOTEOL : 0;

        if (!end)
            end = text + length;
        code = search_line(compiled, text + at, end, flags);
        at = (size_t)(end - text) + 1;
    } while (code == REG_NOMATCH && at < length);
    return code;
}

int pattern_check(const char *pattern, struct error *error)
{
    const struct shape shape = scan(pattern);
    locale_t c_locale, before;
    regex_t compiled;
    char text[128];
    int code;

    errno = EINVAL;
    if (!*pattern)
        return error_set(error, "an empty regular expression matches everything");
    if (shape.problem)
        return error_set(error, "'%.100s': %s", pattern, shape.problem);
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    before = uselocale(c_locale);
    code = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB);
    if (code)
        regerror(code, &compiled, text, sizeof(text));
    else
        regfree(&compiled);
    uselocale(before);
    freelocale(c_locale);
    errno = code == REG_ESPACE ? ENOMEM : EINVAL;
    return code ? error_set(error, "'%.100s': %s", pattern, text) : 0;
}

int pattern_search(const char *pattern, char *text, size_t length, bool cut)
{
    const struct shape shape = scan(pattern);
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = uselocale(c_locale);
    regex_t compiled;
    int code = compile(&compiled, pattern, &shape);

    if (code == 0) {
        code = search(&compiled, text, length, cut);
        regfree(&compiled);
    }
    uselocale(before);
    freelocale(c_locale);
    if (code == 0 || code == REG_NOMATCH)
        return code == 0;
    errno = ENOMEM;
    return -1;
}
