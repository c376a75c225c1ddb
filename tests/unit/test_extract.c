/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>
#include <strings.h>

#include "input/extract.h"

/*
 * What the cases of tests/cli/extract cannot show: the parts in which a text comes make no difference,
 * no bytes do harm (under ASan: each part ends where its memory ends), and the time is linear.
 */

/* What the texts are made of. */
static const char *const pieces[] = {
    "http://",
    "https://",
    "http:\\/\\/",
    "HTTPS://",
    "https:&#x2F;/",
    "a.test",
    "例.jp",
    "[::1]",
    ":80",
    ":PORT",
    "/x",
    "/x_(y)",
    "?q=",
    "?a[]=1",
    "#f",
    "%20",
    "%s",
    "{id}",
    "${V}",
    "<id>",
    "\"",
    "'",
    "`",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "](",
    "{",
    "}",
    "\\\"",
    "\\u0026",
    "\\ud83d\\ude00",
    "\\",
    "\\(",
    "\\)",
    "\\n",
    "&amp;",
    "&amp;amp;",
    "&quot;",
    "&#x41;",
    "&",
    ";",
    ",",
    ".",
    "!",
    "*",
    "**",
    "*/",
    "_",
    "|",
    "$",
    "+",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\n ",
    "=\n",
    "=3D",
    "=E6=97=A5",
    "。",
    "を",
    "\xe9",
    "\xe6\x97",
    "\x80",
    "\xff",
    "\x1b[34m",
    "\x01",
    "href=\"",
    "xmlns=\"",
    "<!DOCTYPE ",
    "<?xml ",
    "\n--",
    "git+https",
    "]: ",
    "\nContent-Transfer-Encoding: quoted-printable\n",
};

static const char *const names[] = {"a.txt", "a.md", "a.html", "a.xml", "a.csv", "a.vcf", "a.adoc"};

/* The URLs of a text, one per line. */
struct findings {
    char text[65536];
    size_t length;
};

static void add(struct findings *findings, const struct extracted *found)
{
    int length =
        snprintf(findings->text + findings->length, sizeof(findings->text) - findings->length,
                 "%zu %.*s\n", found->line, (int)found->length, found->url);

    findings->length += (size_t)length;
    assert_in_range(findings->length, 0, sizeof(findings->text) - 1);
}

/* A URL is in one line, and has no character that would have ended it. */
static void expect_sound(const struct extracted *found)
{
    assert_false(found->is_cut);
    assert_in_range(found->length, 8, 4096);
    assert_int_equal(strncasecmp(found->url, "http", 4), 0);
    for (size_t i = 0; i < found->length; i++) {
        unsigned char c = (unsigned char)found->url[i];

        assert_true(c > ' ' && c != 0x7f && c != '"' && c != '<' && c != '>');
    }
}

/* Passes the text in parts of up to part bytes more each time, as a list does. */
static void extract(const char *name, const char *text, size_t length, size_t part,
                    struct findings *findings)
{
    struct extractor extractor = {.line = 0};
    size_t done = 0, known = 0;

    findings->length = 0;
    findings->text[0] = '\0';
    extractor_begin(&extractor, name);
    for (bool is_end = false; !is_end;) {
        struct extracted found;

        known = known + part < length ? known + part : length;
        is_end = known == length;
        do {
            /* Its own memory: reading beyond it is an error that ASan sees. */
            char *copy = malloc(known - done + 1);
            struct extract_text view = {copy, known - done, is_end};

            memcpy(copy, text + done, known - done);
            copy = realloc(copy, known - done ? known - done : 1);
            view.start = copy;
            done += extractor_next(&extractor, &view, false, &found);
            free(copy);
            assert_in_range(done, 0, known);
            if (found.url) {
                expect_sound(&found);
                add(findings, &found);
            }
        } while (found.url);
    }
    assert_int_equal(done, length);
    extractor_release(&extractor);
}

static size_t make_text(char *text, size_t size)
{
    size_t count = (size_t)rand() % 60;
    size_t length = 0;

    while (count-- > 0) {
        const char *piece = pieces[(size_t)rand() % (rand() % 3 ? COUNT_OF(pieces) : 6)];

        if (rand() % 40 == 0) {
            text[length++] = (char)rand();
        } else if (length + strlen(piece) < size) {
            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
        }
    }
    return length;
}

TEST(parts_make_no_difference)
{
    static struct findings whole, parts;
    static char text[4096];
    size_t urls = 0;

    srand(1);
    for (size_t run = 0; run < 3000; run++) {
        size_t length = make_text(text, sizeof(text) - 1);
        const char *name = names[run % COUNT_OF(names)];
        size_t part = 1 + (size_t)rand() % 40;

        extract(name, text, length, length + 1, &whole);
        extract(name, text, length, part, &parts);
        if (strcmp(whole.text, parts.text) != 0)
            fail_msg("%s, parts of %zu: '%.*s' gives\n%sand not\n%s", name, part, (int)length, text,
                     parts.text, whole.text);
        urls += whole.length > 0;
    }
    assert_in_range(urls, 1000, 3000);
}

TEST(random_bytes)
{
    static struct findings findings;
    static char text[2048];

    srand(2);
    for (size_t run = 0; run < 500; run++) {
        for (size_t i = 0; i < sizeof(text); i++)
            text[i] = (char)(rand() % 3 ? rand() : "http://[]()\"'&;\\"[rand() % 15]);
        extract(names[run % COUNT_OF(names)], text, sizeof(text), 700, &findings);
    }
}

/* If the rest of the text were read for each URL, this would take hours: see HANG_S. */
TEST(text_without_blanks_takes_linear_time)
{
    static const char *const units[] = {"http://a,",  "'http://a", "(http://a",       "http://a/[",
                                        "\"http://a", "http://a!", "href=\"http://a", "http://a/("};
    enum { LENGTH = 500000 };
    char *text = malloc(LENGTH);

    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct extractor extractor = {.line = 0};
        size_t unit = strlen(units[i]), done = 0;

        for (size_t k = 0; k < LENGTH; k++)
            text[k] = units[i][k % unit];
        extractor_begin(&extractor, "a");
        while (done < LENGTH) {
            size_t length = LENGTH - done < 65536 ? LENGTH - done : 65536;
            struct extract_text view = {text + done, length, done + length == LENGTH};
            struct extracted found;

            done += extractor_next(&extractor, &view, true, &found);
            assert_in_range(found.length, 0, 3 * view.length);
        }
        extractor_release(&extractor);
    }
    free(text);
}

TEST(long_url_is_cut_and_its_rest_is_skipped)
{
    static char text[70000];
    struct extractor extractor = {.line = 0};
    struct extracted found;
    struct extract_text view = {text, 65536, false};
    size_t done;

    memset(text, 'x', sizeof(text));
    memcpy(text, "http://a/", 9);
    memcpy(text + 69000, " http://b/ \n", 12);
    extractor_begin(&extractor, "a");
    done = extractor_next(&extractor, &view, true, &found);
    assert_true(found.url && found.is_cut);
    view = (struct extract_text){text + done, sizeof(text) - done, true};
    extractor_next(&extractor, &view, false, &found);
    assert_true(found.url && !found.is_cut);
    assert_int_equal(found.length, 9);
    assert_memory_equal(found.url, "http://b/", 9);
    extractor_release(&extractor);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_make_no_difference),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(text_without_blanks_takes_linear_time),
        cmocka_unit_test(long_url_is_cut_and_its_rest_is_skipped),
    };

    return RUN_TESTS(tests);
}
