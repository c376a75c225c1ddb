/* SPDX-License-Identifier: MIT */
#include "input/option_meanings.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "input/expectations.h"
#include "input/pattern.h"
#include "probe/trust.h"

/* A list's field, to which the argument is added. */
static int add(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    struct strings *strings = (struct strings *)(void *)((char *)of + spec->field);

    return strings_add(strings, argument) ? reason_set(reason, "out of memory") : 0;
}

static void set(const struct option_spec *spec, void *of, const char *argument)
{
    *(const char **)(void *)((char *)of + spec->field) = argument;
}

int apply_statuses(const struct option_spec *spec, void *of, const char *argument,
                   struct reason *reason)
{
    if (statuses_check(argument, reason))
        return -1;
    set(spec, of, argument);
    return 0;
}

int apply_content(const struct option_spec *spec, void *of, const char *argument,
                  struct reason *reason)
{
    if (!*argument)
        return reason_set(reason, "an empty text is in every body");
    return add(spec, of, argument, reason);
}

int apply_pattern(const struct option_spec *spec, void *of, const char *argument,
                  struct reason *reason)
{
    return pattern_check(argument, reason) ? -1 : add(spec, of, argument, reason);
}

/* "Name: RE"; "Name:" is any header of that name. */
int apply_expected_header(const struct option_spec *spec, void *of, const char *argument,
                          struct reason *reason)
{
    size_t name = strcspn(argument, ":");
    const char *pattern = argument + name + 1;

    if (name == 0 || argument[name] == '\0' || strcspn(argument, " \t") < name)
        return reason_set(reason, "'%s' is not 'Name: RE' (try 'Content-Type: ^text/html')",
                          argument);
    pattern += strspn(pattern, " \t");
    if (*pattern && pattern_check(pattern, reason))
        return -1;
    return add(spec, of, argument, reason);
}

int apply_cert_expiry(const struct option_spec *spec, void *of, const char *argument,
                      struct reason *reason)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    int64_t warn_us, fail_us;

    if (!trust_sees_certificates())
        return reason_set(reason, "the TLS library of this libcurl (%s) does not let us see them",
                          curl->ssl_version ? curl->ssl_version : "none");
    if (expiry_parse(argument, &warn_us, &fail_us) == 0) {
        set(spec, of, argument);
        return 0;
    }
    if (fail_us > warn_us)
        return reason_set(reason, "'%s' fails sooner than it warns (try 21,7)", argument);
    return reason_set(reason, "'%s' is not WARN[,FAIL] in days (try 21, 21d,7d, 36h)", argument);
}
