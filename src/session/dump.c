/* SPDX-License-Identifier: MIT */
#include "session/dump.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "input/list.h"
#include "output/dump.h"
#include "output/explain.h"
#include "output/message.h"
#include "results/dedup.h"
#include "session/session.h"

/* What has come of the list so far. */
struct dump {
    struct dedup *seen;
    bool explains; /* with curl's commands */
    bool any_bad;
};

/* Prints the target, unless it was printed before. 0, or -1 with errno. */
static int print_once(struct dump *dump, const struct target *target)
{
    int is_new = target->key ? dedup_add(dump->seen, target->key, strlen(target->key)) : 1;

    if (target->problem)
        dump->any_bad = true;
    if (is_new <= 0)
        return is_new;
    if (dump->explains && target->problem) {
        message("%s", target->problem);
        return 0;
    }
    /* A list may come slowly: each line goes out as it comes. */
    (dump->explains ? explain_target : dump_target)(stdout, target);
    return fflush(stdout);
}

/* The exit status where a line could not be printed. A reader that has gone had what it wanted. */
static int judge_error(const struct dump *dump)
{
    if (errno != EPIPE)
        message("cannot write standard output: %s", strerror(errno));
    return errno != EPIPE ? EXIT_INTERNAL : dump->any_bad ? EXIT_SOME_FAILED : EXIT_ALL_OK;
}

/* Prints all of the list. Returns the exit status. */
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
    if (list_was_empty(list) && !settings->allow_empty) {
        message("no URLs given");
        return EXIT_USAGE;
    }
    return dump->any_bad ? EXIT_SOME_FAILED : EXIT_ALL_OK;
}

int dump_run(const struct settings *settings)
{
    struct dump dump = {.seen = dedup_new(), .explains = settings->explain};
    struct error error = {"out of memory"};
    struct list *list = dump.seen ? list_new(settings, &error) : NULL;
    int status = dump.seen ? EXIT_USAGE : EXIT_INTERNAL;

    signal(SIGPIPE, SIG_IGN);
    if (list)
        status = print_all(&dump, settings, list);
    else
        message("%s", error.text);
    list_free(list);
    dedup_free(dump.seen);
    return status;
}
