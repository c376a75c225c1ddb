/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "output/html_page.h"
#include "printed.h"

static char *page_of(enum html_kind kind)
{
    const struct html_page page = {.kind = kind, .title = "<b> & more", .color = "123456"};
    struct text text = {0};

    html_page_begin(&text, &page);
    html_page_end(&text, &page);
    return ended(&text);
}

/* What is between two marks, from the first one on. The caller frees it. */
static char *between(const char *page, const char *first, const char *last)
{
    const char *begin = strstr(page, first), *end;

    assert_non_null(begin);
    begin += strlen(first);
    end = strstr(begin, last);
    assert_non_null(end);
    return strndup(begin, (size_t)(end - begin));
}

static void expect_hash(const char *page, const char *element, const char *directive)
{
    char tags[2][32], wanted[256];
    unsigned char digest[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
    unsigned length;
    char *text;

    snprintf(tags[0], sizeof(tags[0]), "<%s>", element);
    snprintf(tags[1], sizeof(tags[1]), "</%s>", element);
    text = between(page, tags[0], tags[1]);
    assert_true(strlen(text) > 1000);
    assert_int_equal(EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL), 1);
    EVP_EncodeBlock(base64, digest, (int)length);
    snprintf(wanted, sizeof(wanted), "; %s 'sha256-%s'; ", directive, (const char *)base64);
    assert_non_null(strstr(page, wanted));
    free(text);
}

TEST(policy_has_the_hashes)
{
    char *pages[] = {page_of(HTML_REPORT), page_of(HTML_STATUS)};

    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        expect_hash(pages[i], "style", "style-src");
        expect_hash(pages[i], "script", "script-src");
        free(pages[i]);
    }
}

TEST(policy_comes_before_what_it_applies_to)
{
    char *page = page_of(HTML_REPORT), *head = between(page, "<head>", "<style>");

    assert_non_null(strstr(head, "content=\"default-src 'none'; "));
    assert_true(strstr(head, "Content-Security-Policy") < strstr(head, "<link"));
    free(head);
    free(page);
}

TEST(title_is_text)
{
    char *page = page_of(HTML_REPORT);

    assert_non_null(strstr(page, "<title>&lt;b&gt; &amp; more</title>"));
    free(page);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_has_the_hashes),
        cmocka_unit_test(policy_comes_before_what_it_applies_to),
        cmocka_unit_test(title_is_text),
    };

    return RUN_TESTS(tests);
}
