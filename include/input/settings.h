/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SETTINGS_H
#define INPUT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "input/check.h"
#include "input/pattern.h"
#include "input/write_out.h"

struct target;

enum shell { SHELL_NONE, SHELL_BASH, SHELL_ZSH, SHELL_FISH };
enum help { HELP_NONE, HELP_BRIEF, HELP_ALL };
enum exit_on { EXIT_ON_FAILED, EXIT_ON_CHANGES, EXIT_ON_TROUBLE };

/* If another run has the same state file: nothing, wait until it ends, or end at once. */
enum lock { LOCK_NONE, LOCK_WAIT, LOCK_SKIP };

enum choice { CHOICE_AUTO, CHOICE_ALWAYS, CHOICE_NEVER };

/* In which order results are printed. ORDER_AUTO: as they come on a terminal, else as in the input. */
enum order { ORDER_AUTO, ORDER_INPUT, ORDER_ARRIVAL };

/* Where URLs come from, in the order of the command line. */
struct input {
    enum input_kind { INPUT_OPERAND, INPUT_FILE } kind;
    const char *text; /* the URL, or the file's name: "-" is standard input */
    int fd; /* of a file that can be read several times: it is read from its beginning; 0: none */
};

/* One --format NAME[:FILE]. */
struct output_request {
    int format;       /* enum format_name (input/format_names.h) */
    const char *file; /* NULL: --output's, else standard output; points into text */
    char *text;       /* owned */
};

/* At most count starts in any period; count 0: no limit. */
struct rate {
    size_t count;
    int64_t period_us;
};

/* A success that takes longer than factor times the median of the last count successes of its URL is WARN. */
struct slower_than {
    double factor; /* 0: not judged */
    size_t count;
};

/* Part `index`, from 1 to count, of the list; count 0: the whole list. */
struct shard {
    size_t index;
    size_t count;
};

/* The whole command line. Texts are borrowed from argv and the environment. */
struct settings {
    struct check check; /* the check of lines without attributes */

    struct input *inputs;
    size_t input_count;
    const char *url_taken_by; /* of standard input: the option whose argument is a URL; or NULL */
    struct shard shard;
    bool null_separated;
    bool extract; /* files are any text, and their URLs are checked (src/input/extract.h) */
    struct pattern_list include; /* not empty: only URLs that match one of them are checked */
    struct pattern_list exclude; /* URLs that match one of them are not checked */
    bool allow_empty;
    bool trust_list; /* lines of every list may use files and variables of this machine */
    bool strict;
    int exit_on; /* enum exit_on */
    const char *proto_default;

    bool merge;         /* no checks: inputs are files with results of other runs */
    const char *expect; /* the list that their results are of; NULL: not given */
    long min_places;    /* how many places must say FAILED */
    int64_t
        merge_window_us; /* results that are older than the newest one by more do not count; 0: all do */
    const char *not_merge;  /* an option that was given and has no meaning with merge; NULL: none */
    const char *only_merge; /* one that has a meaning with merge only; NULL: none */

    long parallel_max;
    long parallel_max_host;   /* 0: no limit */
    struct rate rate;         /* of starts */
    long retry;               /* how often a check is repeated after a transient failure */
    int64_t retry_delay_us;   /* before the first retry */
    long confirm;             /* how often a FAILED URL is checked again at the end */
    int64_t confirm_delay_us; /* least time between the failure and its confirmation */
    int64_t deadline_us;      /* for the whole run, from its beginning; 0: none */
    bool fail_early;
    long min_ok; /* how many URLs must be OK; 0: all */
    bool wait;   /* FAILED URLs are checked again until they are OK */
    struct string_list canaries;
    struct target **canary_targets; /* one for each canary (src/input/canaries.h) */

    const char *state; /* the file that remembers results (state/state.h); NULL: none */
    int64_t keep_us;   /* results that are older are removed from it */
    const char
        *only_state; /* the first option given that has a meaning only with state; NULL: none */
    struct slower_than slower_than;
    int64_t history_us;      /* no checks: what the state file has of this time; 0: not given */
    const char *not_history; /* an option that was given and has no meaning with it; NULL: none */
    bool changes;            /* print only what has changed since earlier runs */
    long failure_threshold;  /* so many runs in a row must find a URL FAILED before it is down */
    long success_threshold;  /* so many must not before it is up again */
    int64_t remind_us;       /* what is still down is printed again after this time; 0: never */
    int lock;                /* enum lock */
    struct string_list ping_url; /* at most one (input/ping_url.h); a secret */

    struct string_list read_files; /* what options name that the run reads: data=@FILE, cert=FILE */
    struct output_request *outputs;
    size_t output_count;
    const char *output_file;
    struct write_out *write_out; /* owned; NULL: not given */
    bool is_write_out_from_stdin;
    bool is_public;    /* pages and feeds show neither URLs nor messages */
    const char *place; /* where this run looks from; NULL: the host name */
    int order;         /* enum order */
    bool quiet;
    bool silent;
    bool verbose;
    int color; /* enum choice */
    bool timestamp;
    bool no_progress;
    bool summary;

    enum help help;
    bool version;
    bool dump;
    bool explain;
    const char *not_dump; /* an option that was given and has no meaning with them; NULL: none */
    int completion;       /* enum shell: print completions for this one */
};

/* Appends to settings->inputs; text is borrowed. */
void settings_add_input(struct settings *settings, enum input_kind kind, const char *text);

/* Whether this run reports what has changed: --changes prints it, --exit-on changes exits with 1. */
bool settings_report_changes(const struct settings *settings);

/* The message about a list that turned out to be empty. Returns -1. */
int settings_no_urls(const struct settings *settings, struct error *error);

#endif
