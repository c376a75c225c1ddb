/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTION_H
#define INPUT_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "input/arg_file.h"
#include "input/check.h"

/*
 * One option: what it is called, where its value is stored, and how the value is read, compared,
 * copied and printed. The table of all options is in input/option_table.h.
 */

enum option_section {
    SECTION_INPUT,
    SECTION_REQUEST,
    SECTION_EXPECT, /* of the response: the request is the same with and without these */
    SECTION_LIMITS,
    SECTION_TLS,
    SECTION_NETWORK,
    SECTION_LOAD,
    SECTION_MERGE,
    SECTION_OUTPUT,
    SECTION_CRON, /* what is done with results, from run to run; the request is the same */
    SECTION_OTHER,
    SECTION_COUNT
};

/* What the program can do besides checking. Bits. */
enum option_mode {
    MODE_MERGE = 1,   /* --merge */
    MODE_HISTORY = 2, /* --history */
    MODE_DUMP = 4 /* --dump and --explain: the list as a run with the same options would check it */
};

/* Which struct has the option's field. */
enum option_scope {
    SCOPE_RUN,  /* struct settings */
    SCOPE_CHECK /* struct check: a line of a list may have the option as an attribute */
};

/* The type of the option's field, and what the argument sets it to. */
enum option_kind {
    OPTION_FLAG,   /* bool: true */
    OPTION_CLEAR,  /* bool: false */
    OPTION_VALUE,  /* int: minimum */
    OPTION_TIME,   /* int64_t: microseconds, at least minimum milliseconds */
    OPTION_COUNT,  /* long: a number from minimum to maximum */
    OPTION_SIZE,   /* int64_t: bytes from minimum to maximum, "512", "64k", "1M", "2G" */
    OPTION_CHOICE, /* int: minimum + the argument's index in words */
    OPTION_TEXT,  /* const char *: the argument itself, borrowed; if there are words, one of them */
    OPTION_OWNED, /* struct string_list of at most one string, which apply() makes */
    OPTION_LIST,  /* struct string_list: the argument is added */
    OPTION_PATTERN, /* struct pattern_list: the argument is compiled and added */
    OPTION_ACTION   /* part of struct settings that apply() knows; it cannot be copied or printed */
};

/* One use of an option, on the command line or as an attribute. */
struct option_use {
    const struct option_spec *spec;
    void *settings;       /* struct settings or struct check, by the option's scope */
    const char *argument; /* NULL if the option takes none */
    bool by_letter;       /* "-h", not "--help" */
    enum arg_files files; /* which files the argument may name */
    const char *distrust; /* why it may not use anything of this machine; NULL: it may */
};

/* Whether an argument is right. 0, or -1 with the reason: a phrase to follow the option's name. */
typedef int option_validate_function(const char *argument, struct error *error);

/*
 * Stores what the argument means. 0, or -1 with the reason, a phrase to follow the option's name,
 * and errno if error_is_shortage() of it.
 */
typedef int option_apply_function(const struct option_use *use, struct error *error);

/*
 * Whether the option, with this argument, has the program open a file or a socket of this machine,
 * or read its environment. A line of a list may have that only if the list is trusted
 * (src/input/list_trust.h).
 */
typedef bool option_uses_machine_function(const char *argument);

/*
 * A value as it may be printed: without secrets, and escaped. The caller frees it. origin is that
 * of string_list_origin(), "" if there is none.
 */
typedef char *option_show_function(const char *value, const char *origin);

/* Whether the curl command has an option of the same name and meaning, for --explain. */
enum option_curl {
    CURL_LACKS,
    CURL_HAS,
    CURL_DIFFERS /* curl has another default: --explain always prints it */
};

struct option_spec {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* its name in the help; a shell completes FILE and DIR; NULL: none */
    enum option_section section;
    enum option_kind kind;
    const char *help;    /* one sentence, without its full stop */
    const char *brief;   /* its line in -h, at most 47 characters; NULL: -h does not show it */
    const char *implied; /* the argument may be left out, or follows "=": what it is then; NULL: it
                            must be given */
    const char *in_curl; /* what curl's option of that name or letter does; NULL: the same */
    enum option_scope scope;
    size_t field; /* its offset in the scope's struct */
    long minimum;
    long maximum;
    const char *const *words; /* the possible arguments, with a NULL at the end; NULL: any */
    enum option_curl curl;
    bool server_specific; /* about particular servers, or about our identity: not for canaries */
    unsigned also_for;    /* modes in which it has a meaning, although its section has none */
    unsigned not_for;     /* modes in which it has no meaning, although its section has one */
    bool needs_state;     /* it has a meaning only with --state */
    int feature;          /* CURL_VERSION_... bits, of which libcurl needs one; 0: none needed */
    option_uses_machine_function *uses_machine; /* NULL: never */
    option_validate_function *validate;         /* NULL: the kind's own check is enough */
    option_apply_function *apply;               /* NULL: the kind says how */
    option_show_function *show;                 /* NULL: escape_text() */
};

/*
 * Applies one use of an option. 0; or -1 with the reason, without the option's name, and errno: one
 * for which error_is_shortage() is true if this machine is to blame, else EINVAL.
 */
int option_apply(const struct option_use *use, struct error *error);

/* The word's index among spec->words, in upper or lower case. 0, or -1 with the reason. */
int option_find_word(const struct option_spec *spec, const char *word, int *index,
                     struct error *error);

/* Whether the option has a meaning in that mode. */
bool option_is_for(const struct option_spec *spec, enum option_mode mode);

/* Whether the option may be given several times, and its arguments add up. */
bool option_is_repeatable(const struct option_spec *spec);

/* The functions below are for options with SCOPE_CHECK. */

/* Whether the check has the value that this option sets, perhaps by default. */
bool option_holds(const struct option_spec *spec, const struct check *check);

/* Whether the check has the value that this option sets, and it is not the default. */
bool option_is_set(const struct option_spec *spec, const struct check *check);

/*
 * Calls visit once for each argument that would give the check its value: once with NULL for an
 * option that takes none, once for each item of a list. The argument is valid during the call.
 */
typedef void option_visit_function(const struct option_spec *spec, const char *argument,
                                   const char *origin, void *context);
void option_visit(const struct option_spec *spec, const struct check *check,
                  option_visit_function *visit, void *context);

/* Sets the option's field to its default value. */
void option_reset(const struct option_spec *spec, struct check *check);

/*
 * For a check that is a bitwise copy: copies the field's value, so that both checks can be
 * released.
 */
void option_duplicate(const struct option_spec *spec, struct check *copy);

/* Frees what the field owns. */
void option_release(const struct option_spec *spec, struct check *check);

#endif
