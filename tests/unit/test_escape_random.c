/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/escape.h"

/*
 * Any bytes in: valid UTF-8 on one line out, nothing hostile, no password. The judge here is not
 * the code under test: it reads UTF-8 by the table of the Unicode Standard (3-7), byte by byte.
 */

#define RUNS 20000

/* The ranges of the second byte; all that follow are 80 to BF. */
static const struct form {
    unsigned char first, last, low, high;
    size_t length;
} forms[] = {
    {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* The length of the character at text; 0 if it is no UTF-8. */
static size_t character_length(const unsigned char *text)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        const struct form *form = &forms[i];

        if (*text < form->first || *text > form->last)
            continue;
        if (form->length > 1 && (text[1] < form->low || text[1] > form->high))
            return 0;
        for (size_t k = 2; k < form->length; k++) {
            if (text[k] < 0x80 || text[k] > 0xbf)
                return 0;
        }
        return form->length;
    }
    return 0;
}

static bool is_hostile(const unsigned char *text)
{
    static const char *const ranges[][2] = {
        {"\x01", "\x1f"},                 /* C0 */
        {"\x7f", "\x7f"},                 /* DEL */
        {"\xc2\x80", "\xc2\x9f"},         /* C1 */
        {"\xd8\x9c", "\xd8\x9c"},         /* U+061C */
        {"\xc2\xa0", "\xc2\xa0"},         /* U+00A0 */
        {"\xc2\xad", "\xc2\xad"},         /* U+00AD */
        {"\xe2\x80\x80", "\xe2\x80\x8f"}, /* U+2000 to U+200F */
        {"\xe2\x80\xa8", "\xe2\x80\xaf"}, /* U+2028 to U+202F */
        {"\xe2\x81\x9f", "\xe2\x81\xaf"}, /* U+205F to U+206F */
        {"\xe3\x80\x80", "\xe3\x80\x80"}, /* U+3000 */
    };

    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        size_t length = strlen(ranges[i][0]);

        if (strncmp((const char *)text, ranges[i][0], length) >= 0 &&
            strncmp((const char *)text, ranges[i][1], length) <= 0)
            return true;
    }
    return false;
}

/* What is wrong with an escaped text; NULL if nothing is. */
static const char *find_fault(const char *escaped)
{
    const unsigned char *text = (const unsigned char *)escaped;

    while (*text) {
        size_t length = character_length(text);

        if (length == 0)
            return "not UTF-8";
        if (is_hostile(text))
            return "a hostile character";
        text += length;
    }
    return NULL;
}

/* Bytes that are likely to matter, instead of some of the random ones. */
static const char spice[] = "@:/?##@:/ \\.http\xc2\x85\xe2\x80\xae\xed\xa0\x80\xf4\x90\n\x1b";

static size_t add_random(char *text, size_t length, uint64_t *random)
{
    size_t count = random_below(random, 30);

    while (count-- > 0) {
        char c = random_below(random, 2) ? spice[random_below(random, sizeof(spice) - 1)]
                                         : (char)(1 + random_below(random, 255));

        text[length++] = c;
    }
    text[length] = '\0';
    return length;
}

static void judge(char *(*escape)(const char *), const char *text, unsigned run)
{
    char *escaped = escape(text);
    char *twice = escape(escaped);
    const char *fault = find_fault(escaped);

    if (!fault && escape == escape_url && strchr(escaped, ' '))
        fault = "a space in a URL";
    if (!fault && strstr(text, "secret") && strstr(escaped, "secret"))
        fault = "a password";
    if (!fault && strstr(escaped, "##"))
        fault = "##";
    if (!fault && strcmp(twice, escaped) != 0)
        fault = "not the same when escaped again";
    if (fault)
        fail_msg("seed %u: %s", run, fault);
    free(escaped);
    free(twice);
}

TEST(any_bytes_become_harmless)
{
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t random = random_seed(run);
        char text[64];

        add_random(text, 0, &random);
        judge(escape_text, text, run);
        judge(escape_url, text, run);
    }
}

TEST(password_among_any_bytes_is_hidden)
{
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t random = random_seed(run);
        char text[128];
        size_t length = add_random(text, 0, &random);

        length += (size_t)sprintf(text + length, "http://user:secret@");
        add_random(text, length, &random);
        judge(escape_text, text, run);
        judge(escape_url, text, run);
    }
}

/* In malformed text, all between the user and the last @ is hidden. */
TEST(password_of_any_bytes_is_hidden)
{
    static const char *const begins[] = {"http://user:", "user:", "HTTP:/user:", "//user:"};

    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t random = random_seed(run);
        char text[160], *hidden;
        size_t length = (size_t)sprintf(text, "%s", begins[run % COUNT_OF(begins)]);

        length = add_random(text, length, &random);
        length += (size_t)sprintf(text + length, "secret");
        length = add_random(text, length, &random);
        strcpy(text + length, "@host/");
        hidden = escape_hide_userinfo(text);
        if (strstr(hidden, "secret"))
            fail_msg("seed %u: a password", run);
        free(hidden);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_become_harmless),
        cmocka_unit_test(password_among_any_bytes_is_hidden),
        cmocka_unit_test(password_of_any_bytes_is_hidden),
    };

    return RUN_TESTS(tests);
}
