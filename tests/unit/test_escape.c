/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/escape.h"

typedef char *escaper(const char *text);

static void expect(escaper *escape, const char *text, const char *wanted)
{
    char *escaped = escape(text);
    char *twice;

    assert_string_equal(escaped, wanted);
    /* Escaping again changes nothing: messages quote text that was escaped before. */
    twice = escape(escaped);
    assert_string_equal(twice, escaped);
    free(twice);
    free(escaped);
}

/* As text and as a URL alike. */
static void expect_both(const char *text, const char *wanted)
{
    expect(escape_text, text, wanted);
    expect(escape_url, text, wanted);
}

TEST(plain_text_stays)
{
    static const char *const texts[] = {
        "",
        "a",
        "https://example.com/a/b?c=d&e=f#g",
        "http-5xx: HTTP 503",
        "back\\slash and \"quotes\" 'and' %41 $HOME",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect(escape_text, texts[i], texts[i]);
}

TEST(spaces_stay_in_text_alone)
{
    expect(escape_text, "a b  c ", "a b  c ");
    expect(escape_url, "http://a/b c ", "http://a/b\\x20c\\x20");
}

TEST(userinfo_is_hidden)
{
    expect_both("http://user:secret@host/", "http://***@host/");
    expect_both("https://user@host", "https://***@host");
    expect_both("https://:secret@host/p?q#f", "https://***@host/p?q#f");
    expect_both("HTTPS://user:@host:443/", "HTTPS://***@host:443/");
    expect_both("x-y+z.1://u:secret@[::1]:80/", "x-y+z.1://***@[::1]:80/");
    expect_both("http://@host/", "http://***@host/");
}

TEST(last_at_ends_userinfo)
{
    expect_both("http://user:sec@ret@host/", "http://***@host/");
    expect_both("http://a@b@c@d/x@y", "http://***@d/x@y");
    expect_both("http://us:er:sec:ret@host", "http://***@host");
}

TEST(userinfo_is_hidden_without_a_scheme)
{
    expect_both("user:secret@host/path", "***@host/path");
    expect_both("user@host", "***@host");
    expect_both("user:secret@host:80", "***@host:80");
}

TEST(one_to_three_slashes_count)
{
    expect_both("http:/user:secret@host/", "http:/***@host/");
    expect_both("http://user:secret@host/", "http://***@host/");
    expect_both("http:///user:secret@host/", "http:///***@host/");
}

TEST(every_url_of_a_text_counts)
{
    expect_both("http://a:b@c/,https://d:e@f/", "http://***@c/,https://***@f/");
    expect(escape_text, "from http://a:b@c/d to https://e:f@g/h, at last",
           "from http://***@c/d to https://***@g/h, at last");
    expect(escape_text, "http://c/?next=http://a:secret@d/", "http://c/?next=http://***@d/");
    expect(escape_text, "(redirected to http://a:secret@d)", "(redirected to http://***@d)");
}

TEST(at_after_the_authority_stays)
{
    expect_both("http://host/@user", "http://host/@user");
    expect_both("http://host?a@b", "http://host?a@b");
    expect_both("http://host#a@b", "http://host#a@b");
    expect_both("host/a@b", "host/a@b");
    expect_both("https://host/user:word@other", "https://host/user:word@other");
    expect(escape_text, "ask me@home", "ask me@home");
    expect(escape_text, "mailto:a@b.c", "mailto:a@b.c");
    expect(escape_url, "MAILTO:a@b.c,d@e.f?cc=g@h.i", "MAILTO:a@b.c,d@e.f?cc=g@h.i");
    expect(escape_text, "not 'mailto:a@b.c'", "not 'mailto:a@b.c'");
    expect(escape_text, "mailto:u:p@b.c", "***@b.c");
    expect(escape_text, "not 'mailto:u:p@b.c'", "not '***@b.c'");
    expect(escape_text, "mailto:@b.c", "***@b.c");
    expect(escape_text, "http://mailto:p@b.c", "http://***@b.c");
    expect(escape_text, "mailto:a@b.c/http://u:p@h", "mailto:a@b.c/http://***@h");
}

TEST(controls_become_visible)
{
    char text[2] = "", wanted[5];

    for (int c = 1; c < 0x20; c++) {
        text[0] = (char)c;
        snprintf(wanted, sizeof(wanted), "\\x%02x", c);
        expect_both(text, wanted);
    }
    expect_both("\x7f", "\\x7f");
    expect_both("a\x1b[31mb\r\nc\td", "a\\x1b[31mb\\x0d\\x0ac\\x09d");
}

static void encode(unsigned code, char text[5])
{
    size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    text[count] = '\0';
    for (size_t i = count; --i > 0; code >>= 6)
        text[i] = (char)(0x80 | (code & 0x3f));
    text[0] = (char)(count == 1 ? code : (0xf0 << (4 - count) & 0xff) | code);
}

static void expect_range(unsigned first, unsigned last, bool hostile)
{
    for (unsigned code = first; code <= last; code++) {
        char text[5], wanted[16];

        encode(code, text);
        snprintf(wanted, sizeof(wanted), "\\u{%x}", code);
        expect_both(text, hostile ? wanted : text);
    }
}

TEST(hostile_characters_become_visible)
{
    expect_range(0x80, 0x9f, true);     /* C1 */
    expect_range(0x61c, 0x61c, true);   /* ARABIC LETTER MARK */
    expect_range(0x200e, 0x200f, true); /* LRM, RLM */
    expect_range(0x2028, 0x2029, true); /* separators */
    expect_range(0x202a, 0x202e, true); /* embeddings, overrides */
    expect_range(0x2066, 0x2069, true); /* isolates */
}

TEST(invisible_characters_become_visible)
{
    expect_range(0xa0, 0xa0, true);       /* NO-BREAK SPACE */
    expect_range(0xad, 0xad, true);       /* SOFT HYPHEN */
    expect_range(0x2000, 0x200d, true);   /* EN QUAD to ZERO WIDTH JOINER */
    expect_range(0x202f, 0x202f, true);   /* NARROW NO-BREAK SPACE */
    expect_range(0x205f, 0x2065, true);   /* MEDIUM MATHEMATICAL SPACE, WORD JOINER */
    expect_range(0x3000, 0x3000, true);   /* IDEOGRAPHIC SPACE */
    expect_range(0x3164, 0x3164, true);   /* HANGUL FILLER */
    expect_range(0xfe00, 0xfe0f, true);   /* variation selectors */
    expect_range(0xfeff, 0xfeff, true);   /* BYTE ORDER MARK */
    expect_range(0xe0000, 0xe0fff, true); /* tags */
}

TEST(their_neighbours_stay)
{
    expect_range(0xa1, 0xac, false);
    expect_range(0xae, 0x34e, false);
    expect_range(0x350, 0x61b, false);
    expect_range(0x61d, 0x700, false);
    expect_range(0x2010, 0x2027, false);
    expect_range(0x2030, 0x205e, false);
    expect_range(0x2070, 0x2100, false);
    expect_range(0x3001, 0x3163, false);
    expect_range(0xd7f0, 0xd7ff, false);
    expect_range(0xe000, 0xe010, false);
    expect_range(0xfffc, 0xfffd, false);
    expect_range(0xfffe, 0xffff, true);
    expect_range(0x1f600, 0x1f64f, false);
    expect_range(0xe1000, 0xe1010, false);
    expect_both("\xf0\x90\x80\x80", "\xf0\x90\x80\x80");
    expect_both("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf");
    expect_both("h\xc3\xa9h\xc3\xa9", "h\xc3\xa9h\xc3\xa9");
}

TEST(broken_utf8_becomes_visible)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"\x80", "\\x80"},                                     /* a continuation byte alone */
        {"a\xbfz", "a\\xbfz"},                                 /* */
        {"\xc0\x80", "\\xc0\\x80"},                            /* overlong, two bytes */
        {"\xc1\xbf", "\\xc1\\xbf"},                            /* */
        {"\xc0\xaf", "\\xc0\\xaf"},                            /* overlong / */
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},                   /* overlong, three bytes */
        {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},                   /* */
        {"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},          /* overlong, four bytes */
        {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"},          /* */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                   /* the first surrogate */
        {"\xed\xbf\xbf", "\\xed\\xbf\\xbf"},                   /* the last surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},          /* U+110000 */
        {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},          /* */
        {"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"}, /* five bytes */
        {"\xfe\xff", "\\xfe\\xff"},                            /* never in UTF-8 */
        {"\xc3", "\\xc3"},                                     /* cut off at the end */
        {"\xe2\x82", "\\xe2\\x82"},                            /* */
        {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},                   /* */
        {"\xc3(", "\\xc3("},                                   /* cut off by another */
        {"\xe2\x82(", "\\xe2\\x82("},                          /* */
        {"\xf0\x9f\x98\xc3\xa9", "\\xf0\\x9f\\x98\xc3\xa9"},   /* */
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_both(cases[i].text, cases[i].wanted);
}

TEST(userinfo_may_be_of_any_bytes)
{
    expect_both("http://us\ner:\xffsecret\xe2\x80\xae@host", "http://***@host");
    expect_both("\x01user:secret@host", "***@host");
    expect_both("http://us er:sec ret@host/", "http://***@host/");
    expect_both("http://localhost\\@evil/", "http://***@evil/");
}

/* A URL has no spaces: any text is taken for one word. */
TEST(space_does_not_save_userinfo_of_a_url)
{
    expect(escape_url, "user:sec ret@host/", "***@host/");
    expect(escape_url, "us er:secret@host/a b", "***@host/a\\x20b");
}

static void expect_hidden(const char *text, const char *wanted)
{
    char *hidden = escape_hide_userinfo(text);

    assert_string_equal(hidden, wanted);
    free(hidden);
}

TEST(what_is_no_url_hides_all_up_to_the_last_at)
{
    expect_hidden("http://host/a b", "http://host/a b");
    expect_hidden("no at", "no at");
    expect_hidden("", "");
    expect_hidden("http://user:sec ret@host/", "http://***@host/");
    expect_hidden("http://user:sec/ret@host/", "http://***@host/");
    expect_hidden("http://user:sec?r#et@host/", "http://***@host/");
    expect_hidden("user:sec/ret@host", "***@host");
    expect_hidden("user:sec ret@host:99999/", "***@host:99999/");
    expect_hidden("http:/user:secret@host@/", "http:/***@/");
    expect_hidden("http:///user:secret@ho st/", "http:///***@ho st/");
    expect_hidden("http://a/ http://user:secret@b/", "http://***@b/");
    expect_hidden("//user:secret@ho st/", "//***@ho st/");
}

/* A colon and a slash begin an authority only after a scheme. */
TEST(what_only_looks_like_a_scheme_hides_nothing)
{
    expect_hidden("user:secret@host:/pa th", "***@host:/pa th");
    expect_hidden("user:secret@host/a b://c", "***@host/a b://c");
    expect_hidden("user:sec:/ret@ho st", "***@ho st");
    expect_hidden("user:sec://ret@ho st", "***@ho st");
}

/* CI systems take it for the beginning of a command. */
TEST(two_hashes_are_divided)
{
    expect_both("##[error]x", "#\\x23[error]x");
    expect_both("http://host/?a=##vso[b]", "http://host/?a=#\\x23vso[b]");
    expect_both("###", "#\\x23#");
    expect_both("a####b", "a#\\x23#\\x23b");
    expect_both("#a#", "#a#");
    expect_both("http://u:p@host/##'u:p@x", "http://***@host/#\\x23'***@x");
}

/* A server chooses what it redirects to. A new search at each quote would take minutes. */
TEST(time_is_linear)
{
    size_t length = 8 << 20;
    char *text = malloc(length + 1), *copy;

    assert_non_null(text);
    memset(text, '\'', length);
    text[length] = '\0';
    copy = escape_text(text);
    assert_string_equal(copy, text);
    free(copy);
    for (size_t i = 0; i < length; i++)
        text[i] = "' "[i % 2];
    text[length - 1] = '@';
    copy = escape_text(text);
    free(copy);
    free(text);
}

TEST(excerpts_are_cut_between_characters)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {"abcd", "abcd"},
        {"abcde", "abcd..."},
        {"\u00e4\u20ac\U0001F600b", "\u00e4\u20ac\U0001F600b"},
        {"\u00e4\u20ac\U0001F600bc", "\u00e4\u20ac\U0001F600b..."},
        {"\033", "\\x1b"},
        {"user:secret@b", "***@..."},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *excerpt = escape_excerpt(cases[i].text, 4);

        assert_string_equal(excerpt, cases[i].wanted);
        free(excerpt);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays),
        cmocka_unit_test(spaces_stay_in_text_alone),
        cmocka_unit_test(userinfo_is_hidden),
        cmocka_unit_test(last_at_ends_userinfo),
        cmocka_unit_test(userinfo_is_hidden_without_a_scheme),
        cmocka_unit_test(one_to_three_slashes_count),
        cmocka_unit_test(every_url_of_a_text_counts),
        cmocka_unit_test(at_after_the_authority_stays),
        cmocka_unit_test(controls_become_visible),
        cmocka_unit_test(hostile_characters_become_visible),
        cmocka_unit_test(invisible_characters_become_visible),
        cmocka_unit_test(their_neighbours_stay),
        cmocka_unit_test(broken_utf8_becomes_visible),
        cmocka_unit_test(userinfo_may_be_of_any_bytes),
        cmocka_unit_test(space_does_not_save_userinfo_of_a_url),
        cmocka_unit_test(what_is_no_url_hides_all_up_to_the_last_at),
        cmocka_unit_test(what_only_looks_like_a_scheme_hides_nothing),
        cmocka_unit_test(two_hashes_are_divided),
        cmocka_unit_test(time_is_linear),
        cmocka_unit_test(excerpts_are_cut_between_characters),
    };

    return RUN_TESTS(tests);
}
