/* SPDX-License-Identifier: MIT */
#include "canaries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/check.h"
#include "input/target.h"

/* What is quoted of a canary that cannot be asked: the reason is to be read as well. */
#define QUOTED_BYTES 300

/* They have no place, but are read as what stands in a file. */
static const struct source nowhere = {.file = ""};

static int parse(struct target_parser *parser, const char *text, struct target **target,
                 struct error *error)
{
    *target = target_parse(parser, text, strlen(text), nowhere);
    if (!*target)
        return error_set(error, "%s", strerror(errno));
    if ((*target)->problem)
        return error_set(error, "'%.*s': %s", QUOTED_BYTES, (*target)->given, (*target)->problem);
    return 0;
}

int canaries_parse(struct settings *settings, struct error *error)
{
    const struct string_list *canaries = &settings->canaries;
    struct target_parser *parser = NULL;
    struct check *way;
    int status = 0;

    if (canaries->count == 0)
        return 0;
    settings->canary_targets = calloc(canaries->count, sizeof(struct target *));
    way = check_copy_way(&settings->check);
    if (way)
        parser = target_parser_new_with(settings, way);
    if (!parser || !settings->canary_targets)
        status = error_set(error, "out of memory");
    for (size_t i = 0; i < canaries->count && status == 0; i++)
        status = parse(parser, canaries->items[i], &settings->canary_targets[i], error);
    target_parser_free(parser);
    check_free(way);
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
