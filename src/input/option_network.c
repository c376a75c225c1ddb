/* SPDX-License-Identifier: MIT */
#include "input/option_meanings.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_address(const char *text, size_t length)
{
    unsigned char bytes[16];
    char address[64];
    bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';

    if (length >= sizeof(address))
        return false;
    snprintf(address, sizeof(address), "%.*s", (int)(length - 2 * bracketed), text + bracketed);
    return inet_pton(AF_INET6, address, bytes) == 1 ||
           (!bracketed && inet_pton(AF_INET, address, bytes) == 1);
}

/* "ADDRESS[,ADDRESS]..." */
static bool are_addresses(const char *text)
{
    size_t length = strcspn(text, ",");

    while (text[length] == ',' && is_address(text, length)) {
        text += length + 1;
        length = strcspn(text, ",");
    }
    return text[length] == '\0' && is_address(text, length);
}

/* "HOST:PORT:ADDRESS[,ADDRESS]...", perhaps with a "+" before it. */
int apply_resolve(const struct option_spec *spec, void *of, const char *argument,
                  struct reason *reason)
{
    struct check *check = of;
    const char *port = strchr(argument, ':');
    char *end;
    long number = port ? strtol(port + 1, &end, 10) : 0;

    (void)spec;
    if (!port || port == argument || number < 1 || number > 65535 || *end != ':' ||
        !are_addresses(end + 1))
        return reason_set(reason, "'%s' is not HOST:PORT:ADDRESS", argument);
    return strings_add(&check->resolve, argument) ? reason_set(reason, "out of memory") : 0;
}

int apply_http2(const struct option_spec *spec, void *of, const char *argument,
                struct reason *reason)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    struct check *check = of;

    (void)argument;
    if (!(curl->features & CURL_VERSION_HTTP2))
        return reason_set(reason, "this libcurl (%s) was built without it", curl->version);
    check->http_version = (int)spec->minimum;
    return 0;
}

/* '' is no proxy. What is refused is not quoted: there may be a password in it. */
int apply_proxy(const struct option_spec *spec, void *of, const char *argument,
                struct reason *reason)
{
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    struct check *check = of;
    CURLU *url = curl_url();
    CURLUcode code = CURLUE_OUT_OF_MEMORY;

    (void)spec;
    if (url && *argument)
        code = curl_url_set(url, CURLUPART_URL, argument, flags);
    else if (url)
        code = CURLUE_OK;
    curl_url_cleanup(url);
    if (code == CURLUE_OUT_OF_MEMORY)
        errno = ENOMEM;
    if (code != CURLUE_OK)
        return reason_set(reason, "the proxy's URL is not a URL (try http://HOST:PORT)");
    check->proxy = argument;
    return 0;
}

/* Whether a file that can be read twice has a certificate in it (RFC 7468). */
static bool holds_certificate(FILE *file)
{
    struct stat status;
    char line[256];

    if (fstat(fileno(file), &status) || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return true;
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, "-----BEGIN ", 11) == 0 && strstr(line, "CERTIFICATE-----"))
            return true;
    }
    return false;
}

int apply_ca_file(const struct option_spec *spec, void *of, const char *argument,
                  struct reason *reason)
{
    struct check *check = of;
    FILE *file = fopen(argument, "re");
    bool is_right;

    (void)spec;
    if (!file)
        return reason_set_errno(reason, "cannot read '%s'", argument);
    is_right = holds_certificate(file);
    fclose(file);
    if (!is_right)
        return reason_set(reason, "no certificate in '%s'", argument);
    check->ca_file = argument;
    return 0;
}
