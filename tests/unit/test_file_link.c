/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "output/file_link.h"

/* The link from a page to a feed. NULL: there is none. */
static void expect(const char *page, const char *feed, const char *wanted)
{
    struct output_request outputs[] = {{.format = FORMAT_html, .file = page},
                                       {.format = FORMAT_jsonl, .file = "other"},
                                       {.format = FORMAT_atom, .file = feed}};
    const struct settings settings = {.outputs = outputs, .output_count = COUNT_OF(outputs)};
    char *link = file_link(&settings, FORMAT_html, FORMAT_atom);

    if (wanted)
        assert_string_equal(link, wanted);
    else
        assert_null(link);
    free(link);
}

TEST(link_to_a_neighbour)
{
    expect("status.html", "outages.atom", "outages.atom");
    expect("./status.html", "outages.atom", "outages.atom");
    expect("/srv/www/status.html", "/srv/www/outages.atom", "outages.atom");
    expect("a/status.html", "a/out ages?.atom", "out%20ages%3F.atom");
    expect("a/b.html", "a/c:d.atom", "c%3Ad.atom");
}

TEST(link_to_another_folder)
{
    expect("/srv/www/status/index.html", "/srv/www/feeds/a.atom", "../feeds/a.atom");
    expect("index.html", "feeds/a.atom", "feeds/a.atom");
    expect("a/b/index.html", "feed.atom", "../../feed.atom");
    expect("/srv/www2/index.html", "/srv/www/feed.atom", "../www/feed.atom");
    expect("../a/index.html", "../a/feed.atom", "feed.atom");
}

TEST(no_link)
{
    expect("../a/index.html", "feed.atom", NULL);
    expect("/srv/index.html", "feed.atom", NULL);
    expect("index.html", "/dev/stdout", NULL);
    expect("-", "feed.atom", NULL);
    expect(NULL, "feed.atom", NULL);
}

TEST(file_of_option_o)
{
    struct output_request outputs[] = {{.format = FORMAT_html},
                                       {.format = FORMAT_atom, .file = "w/feed.atom"}};
    const struct settings settings = {.outputs = outputs,
                                      .output_count = COUNT_OF(outputs),
                                      .output_file = "w/index.html"};
    char *link = file_link(&settings, FORMAT_atom, FORMAT_html);
    char *own = file_link_own(&settings, FORMAT_atom);

    assert_string_equal(link, "index.html");
    assert_string_equal(own, "feed.atom");
    assert_null(file_link_own(&settings, FORMAT_csv));
    free(link);
    free(own);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(link_to_a_neighbour),
        cmocka_unit_test(link_to_another_folder),
        cmocka_unit_test(no_link),
        cmocka_unit_test(file_of_option_o),
    };

    return RUN_TESTS(tests);
}
