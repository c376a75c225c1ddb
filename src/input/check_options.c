/* SPDX-License-Identifier: MIT */
#include "check_options.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/shell_words.h"
#include "input/client_cert.h"
#include "input/option_table.h"

/* Longer texts are replaced by their hash in an identity. */
#define TEXT_BYTES_MAX 256

void check_release(struct check *check)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK)
            option_release(&option_specs[i], check);
    }
    free(check->texts);
    free(check->identity);
    free(check->request_identity);
}

void check_free(struct check *check)
{
    if (!check)
        return;
    check_release(check);
    free(check);
}

struct check *check_copy(const struct check *check, char *texts)
{
    struct check *copy = xmalloc(sizeof(*copy));

    *copy = *check;
    copy->texts = texts;
    copy->identity = NULL;
    copy->request_identity = NULL;
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK)
            option_duplicate(&option_specs[i], copy);
    }
    return copy;
}

static bool is_for_canaries(const struct option_spec *spec)
{
    return (spec->section == SECTION_LIMITS || spec->section == SECTION_TLS ||
            spec->section == SECTION_NETWORK) &&
           !spec->server_specific;
}

struct check *check_copy_for_canaries(const struct check *check)
{
    struct check *copy = check_copy(check, NULL);

    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK && !is_for_canaries(&option_specs[i]))
            option_reset(&option_specs[i], copy);
    }
    return copy;
}

/* The text as one word. Every line of a list may send the same long file: it is not repeated. */
static char *name_text(const char *text)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    char name[7 + 2 * sizeof(hash) + 1] = "sha256:";
    size_t length = strlen(text);

    if (length <= TEXT_BYTES_MAX)
        return shell_quote(text);
    SHA256((const unsigned char *)text, length, hash);
    for (size_t i = 0; i < sizeof(hash); i++)
        sprintf(name + 7 + 2 * i, "%02x", hash[i]);
    return xstrdup(name);
}

/* Adds "name ", "name=value ", or "name@=value " for a value that was read from elsewhere. */
static void add_argument(const struct option_spec *spec, const char *argument, const char *origin,
                         void *context)
{
    char *value = argument ? name_text(argument) : NULL;
    char *word = xasprintf("%s%s%s%s ", spec->name, *origin ? "@" : "", value ? "=" : "",
                           value ? value : "");

    string_list_add(context, word);
    free(word);
    free(value);
}

/* Whether the request depends on it: neither what is expected nor what is done with the result. */
static bool is_for_request(const struct option_spec *spec)
{
    return spec->section != SECTION_EXPECT && spec->section != SECTION_CRON;
}

static char *identify(const struct check *check, bool with_all)
{
    struct string_list words = {0};
    char *identity;

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope == SCOPE_CHECK && option_is_set(spec, check) &&
            (with_all || is_for_request(spec)))
            option_visit(spec, check, add_argument, &words);
    }
    identity = string_list_join(&words, "");
    string_list_release(&words);
    return identity;
}

char *check_identify(const struct check *check)
{
    return identify(check, true);
}

char *check_identify_request(const struct check *check)
{
    return identify(check, false);
}

static int validate_head(const struct check *check, struct error *error)
{
    const char *name = check->contains.count       ? "contains"
                       : check->not_contains.count ? "not-contains"
                       : check->regex.count        ? "regex"
                                                   : "not-regex";

    if (!check->head || !check_judges_content(check))
        return 0;
    errno = EINVAL;
    return error_set(error, "%s: the response to HEAD has no body to search (head)", name);
}

static int validate_cert(const struct check *check, struct error *error)
{
    struct error reason;

    /* curl ignores such a key without a message. */
    if (check->key && !check->cert) {
        errno = EINVAL;
        return error_set(error, "key: the certificate that it belongs to is missing (cert)");
    }
    if (!check->cert || client_cert_check(check->cert, check->key, &reason) == 0)
        return 0;
    return error_set(error, "%s: %s", check->key ? "key" : "cert", reason.text);
}

int check_validate(const struct check *check, const struct check *from, struct error *error)
{
    bool is_new_cert = !from || check->cert != from->cert || check->key != from->key;

    if (is_new_cert && validate_cert(check, error))
        return -1;
    return validate_head(check, error);
}
