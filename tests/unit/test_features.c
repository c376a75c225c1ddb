/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "input/check_options.h"
#include "input/option_table.h"

/* Options that need a feature which this libcurl lacks. */

static int features;

curl_version_info_data *__wrap_curl_version_info(CURLversion version);

curl_version_info_data *__wrap_curl_version_info(CURLversion version)
{
    static curl_version_info_data data;

    (void)version;
    data = (curl_version_info_data){.version = "7.80.0", .features = features};
    return &data;
}

TEST(missing_feature_is_refused_before_the_argument_is_read)
{
    static const char *const wanting[] = {"http2",       "http3",   "compressed", "cacert",
                                          "capath",      "cert",    "key",        "pinnedpubkey",
                                          "unix-socket", "tlsv1.2", "tlsv1.3"};

    features = 0;
    for (size_t i = 0; i < COUNT_OF(wanting); i++) {
        const struct option_spec *spec = option_find(wanting[i], strlen(wanting[i]));
        struct check check = check_defaults();
        struct error error;

        assert_int_equal(
            option_apply(
                &(struct option_use){.spec = spec, .settings = &check, .argument = "nowhere"},
                &error),
            -1);
        assert_string_equal(error.text, "this libcurl (7.80.0) was built without it");
        check_release(&check);
    }
}

TEST(one_of_the_features_is_enough)
{
    const struct option_spec *spec = option_find("compressed", 10);
    struct check check = check_defaults();
    struct error error;

    features = CURL_VERSION_ZSTD;
    assert_int_equal(
        option_apply(&(struct option_use){.spec = spec, .settings = &check, .argument = NULL},
                     &error),
        0);
    assert_true(check.compressed);
    spec = option_find("http3", 5);
    assert_int_equal(
        option_apply(&(struct option_use){.spec = spec, .settings = &check, .argument = NULL},
                     &error),
        -1);
    features = CURL_VERSION_HTTP3;
    assert_int_equal(
        option_apply(&(struct option_use){.spec = spec, .settings = &check, .argument = NULL},
                     &error),
        0);
    assert_int_equal(check.http_version, HTTP_3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_feature_is_refused_before_the_argument_is_read),
        cmocka_unit_test(one_of_the_features_is_enough),
    };

    return RUN_TESTS(tests);
}
