/* SPDX-License-Identifier: MIT */
#include "canaries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "check_options.h"
#include "target_parser.h"

/* How much of a refused canary is quoted, so that the reason after it can be seen. */
#define QUOTED_BYTES 300

/* A line of a list, for the parser, but without a place in one. */
static const struct source no_place = {.file = ""};

static int parse(struct target_parser *parser, const char *text, struct target **target,
                 struct error *error)
{
    *target = target_parse(parser, text, strlen(text), no_place);
    if (!*target)
        return error_set(error, "%s", strerror(errno));
    if ((*target)->problem)
        return error_set(error, "'%.*s': %s", QUOTED_BYTES, (*target)->given, (*target)->problem);
    return 0;
}

int canaries_parse(struct settings *settings, struct error *error)
{
    const struct string_list *canaries = &settings->canaries;
    struct target_parser *parser;
    struct check *check;
    int status = 0;

    if (canaries->count == 0)
        return 0;
    settings->canary_targets = xcalloc(canaries->count, sizeof(struct target *));
    check = check_copy_for_canaries(&settings->check);
    parser = target_parser_new(settings, check);
    for (size_t i = 0; i < canaries->count && status == 0; i++)
        status = parse(parser, canaries->items[i], &settings->canary_targets[i], error);
    target_parser_free(parser);
    check_free(check);
    return status;
}

void canaries_release(struct settings *settings)
{
    for (size_t i = 0; settings->canary_targets && i < settings->canaries.count; i++)
        target_free(settings->canary_targets[i]);
    free(settings->canary_targets);
    settings->canary_targets = NULL;
    string_list_release(&settings->canaries);
}
