/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <curl/curl.h>
#include <string.h>

#include "base/tls_library.h"
#include "base/units.h"
#include "input/expectations.h"
#include "input/pattern.h"

/* The options about the expected response. */

int validate_statuses(const char *argument, struct error *error)
{
    return statuses_check(argument, error);
}

int validate_content(const char *argument, struct error *error)
{
    return *argument ? 0 : error_set(error, "every body contains an empty text");
}

/* "Name: RE"; without an expression any header of that name matches. */
int apply_expected_header(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;
    const char *argument = use->argument;
    size_t name = strcspn(argument, ": \t");
    struct pattern *pattern;

    if (name == 0 || argument[name] != ':')
        return error_set(error, "'%s' is not 'Name: RE' (try 'Content-Type: ^text/html')",
                         argument);
    pattern = pattern_new(argument, name + 1 + strspn(argument + name + 1, " \t"), error);
    if (!pattern)
        return -1;
    pattern_list_add(&check->expect_header, pattern);
    return 0;
}

int validate_cert_expiry(const char *argument, struct error *error)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    int64_t warn_us, fail_us;

    if (!tls_library_is_openssl())
        return error_set(error, "the TLS library of this libcurl (%s) does not show certificates",
                         curl->ssl_version ? curl->ssl_version : "none");
    if (expiry_parse(argument, &warn_us, &fail_us) == 0)
        return 0;
    if (warn_us == TIME_TOO_LONG_US || fail_us == TIME_TOO_LONG_US)
        return error_set(error, "'%s' is too long: %d days is the most", argument, TIME_DAYS_MAX);
    if (fail_us > warn_us)
        return error_set(error, "'%s' fails sooner than it warns (try 21,7)", argument);
    return error_set(error, "'%s' is not WARN[,FAIL] in days (try 21, 21d,7d, 36h)", argument);
}
