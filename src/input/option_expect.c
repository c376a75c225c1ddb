/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "base/tls_library.h"
#include "input/expectations.h"
#include "input/pattern.h"

/* A list's field, to which the argument is added. */
static int add(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    struct string_list *strings = (struct string_list *)(void *)((char *)of + spec->field);

    return string_list_add(strings, argument) ? error_set(error, "out of memory") : 0;
}

static void set(const struct option_spec *spec, void *of, const char *argument)
{
    *(const char **)(void *)((char *)of + spec->field) = argument;
}

int apply_statuses(const struct option_spec *spec, void *of, const char *argument,
                   struct error *error)
{
    if (statuses_check(argument, error))
        return -1;
    set(spec, of, argument);
    return 0;
}

int apply_content(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    if (!*argument)
        return error_set(error, "an empty text is in every body");
    return add(spec, of, argument, error);
}

int apply_pattern(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    return pattern_check(argument, error) ? -1 : add(spec, of, argument, error);
}

/* "Name: RE"; "Name:" is any header of that name. */
int apply_expected_header(const struct option_spec *spec, void *of, const char *argument,
                          struct error *error)
{
    size_t name = strcspn(argument, ":");
    const char *pattern = argument + name + 1;

    if (name == 0 || argument[name] == '\0' || strcspn(argument, " \t") < name)
        return error_set(error, "'%s' is not 'Name: RE' (try 'Content-Type: ^text/html')",
                         argument);
    pattern += strspn(pattern, " \t");
    if (*pattern && pattern_check(pattern, error))
        return -1;
    return add(spec, of, argument, error);
}

int apply_cert_expiry(const struct option_spec *spec, void *of, const char *argument,
                      struct error *error)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    int64_t warn_us, fail_us;

    if (!tls_library_is_openssl())
        return error_set(error, "the TLS library of this libcurl (%s) does not let us see them",
                         curl->ssl_version ? curl->ssl_version : "none");
    if (expiry_parse(argument, &warn_us, &fail_us) == 0) {
        set(spec, of, argument);
        return 0;
    }
    if (fail_us > warn_us)
        return error_set(error, "'%s' fails sooner than it warns (try 21,7)", argument);
    return error_set(error, "'%s' is not WARN[,FAIL] in days (try 21, 21d,7d, 36h)", argument);
}
