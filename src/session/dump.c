/* SPDX-License-Identifier: MIT */
#include "session/dump.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "input/list.h"
#include "output/dump.h"
#include "output/explain.h"
#include "output/message.h"
#include "results/dedup.h"
#include "session/exit_codes.h"

/* The state of one --dump or --explain. */
struct dump {
    struct dedup *dedup;
    bool explains; /* as curl commands */
    bool any_bad;
};

/* Prints the target unless it is a duplicate. 0, or -1 with errno. */
static int print_once(struct dump *dump, const struct target *target)
{
    if (target->problem)
        dump->any_bad = true;
    if (target->key && !dedup_add(dump->dedup, target->key, strlen(target->key)))
        return 0;
    if (!dump->explains)
        dump_target(stdout, target);
    else if (target->problem)
        message("%s", target->problem);
    else
        explain_target(stdout, target);
    /* The list may arrive slowly: each line is flushed. */
    return fflush(stdout) ? -1 : 0;
}

/* The exit status if a line could not be printed. A reader that has gone is no error. */
static int judge_error(const struct dump *dump)
{
    if (errno != EPIPE)
        message("cannot write standard output: %s", strerror(errno));
    return errno != EPIPE ? EXIT_INTERNAL : dump->any_bad ? EXIT_SOME_FAILED : EXIT_ALL_OK;
}

/* Prints the whole list. Returns the exit status. */
static int print_all(struct dump *dump, const struct settings *settings, struct list *list)
{
    struct target *target;
    struct error error;
    int got, status = 0;

    while ((got = list_next(list, &target, &error)) == 1) {
        status = print_once(dump, target);
        target_free(target);
        if (status)
            return judge_error(dump);
    }
    if (got < 0) {
        message("%s", error.text);
        return EXIT_INTERNAL;
    }
    if (!settings->allow_empty && list_was_empty(list, &error)) {
        message("%s", error.text);
        return EXIT_USAGE;
    }
    return dump->any_bad ? EXIT_SOME_FAILED : EXIT_ALL_OK;
}

int dump_run(const struct settings *settings)
{
    struct dump dump = {.dedup = dedup_new(), .explains = settings->explain};
    struct error error;
    struct list *list = list_new(settings, &error);
    int status = EXIT_USAGE;

    signal(SIGPIPE, SIG_IGN);
    if (list)
        status = print_all(&dump, settings, list);
    else
        message("%s", error.text);
    list_free(list);
    dedup_free(dump.dedup);
    if (!alloc_is_exhausted())
        return status;
    message("out of memory");
    return EXIT_INTERNAL;
}
