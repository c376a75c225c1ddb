/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTIONS_TABLE_H
#define INPUT_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * The one table of options. From it come the command line's parsing, the attributes of a list's
 * lines, help, man page, completions and --dump: a new option is an entry here and, where its kind
 * does not say it all, a function in option_meanings.h.
 */

enum option_section {
    SECTION_INPUT,
    SECTION_REQUEST,
    SECTION_EXPECT, /* of the answer: what is asked is the same with and without them */
    SECTION_LIMITS,
    SECTION_TLS,
    SECTION_NETWORK,
    SECTION_LOAD,
    SECTION_OUTPUT,
    SECTION_OTHER,
    SECTION_COUNT
};

/* What an option is about, and so what its field is in. */
enum option_scope {
    SCOPE_RUN,  /* struct settings */
    SCOPE_CHECK /* struct check: a line of a list may carry it as an attribute */
};

/* What an option's field is, and what its argument becomes there. */
enum option_kind {
    OPTION_FLAG,   /* bool: becomes true */
    OPTION_CLEAR,  /* bool: becomes false */
    OPTION_VALUE,  /* int: becomes minimum */
    OPTION_TIME,   /* int64_t, microseconds, from a millisecond on */
    OPTION_COUNT,  /* long, from minimum to maximum */
    OPTION_SIZE,   /* int64_t, bytes, from minimum to maximum: "512", "64k", "1M", "2G" */
    OPTION_CHOICE, /* int: minimum + the place of the argument among the words */
    OPTION_TEXT, /* const char *: the argument itself, borrowed; if there are words, one of them */
    OPTION_LIST, /* struct string_list: the argument is added */
    OPTION_KEPT, /* struct string_list, of at most one: a copy of what apply() makes of the argument */
    OPTION_ACTION /* of the run: apply() knows */
};

struct option_spec;

/*
 * What an option means, where its kind does not say it: checks the argument and fills in what
 * `of` (struct settings or struct check, as the scope says) has for it. A text that is kept, and
 * not copied, must be the argument's own. 0; or -1 with the reason, a phrase to stand behind the
 * option's name, and errno if that is a want of this machine's (ENOMEM, EMFILE, ENFILE).
 */
typedef int option_apply_function(const struct option_spec *spec, void *of, const char *argument,
                                  struct error *error);

/*
 * How a value is shown to people: a copy to be freed, or NULL with errno ENOMEM. origin: as
 * string_list_origin() tells it, "" where there is none.
 */
typedef char *option_show_function(const char *value, const char *origin);

/* Whether --explain may tell curl of it, as curl has an option of the same name. */
enum option_curl {
    CURL_LACKS,
    CURL_HAS,
    CURL_DIFFERS /* and what holds by default here does not there: it is told always */
};

struct option_spec {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* its name in the help; a shell completes FILE and DIR; NULL: none */
    enum option_section section;
    enum option_kind kind;
    const char *help; /* one sentence, without its full stop */
    enum option_scope scope;
    size_t field; /* offset in what the scope says */
    long minimum; /* of a time: milliseconds */
    long maximum;
    const char *const *words; /* the arguments that there are, NULL behind the last; NULL: others */
    enum option_curl curl;
    bool of_server; /* of particular servers, or who we are to them: none of a canary's business */
    int feature; /* CURL_VERSION_... bits, one of which libcurl must have; 0: any libcurl will do */
    option_apply_function *apply; /* NULL: the kind says all */
    option_show_function *show;   /* of what may be secret; NULL: as it is, escaped */
};

#define OPTION_SPECS_MAX 128

extern const struct option_spec option_specs[];
extern const size_t option_spec_count;

/* The heading of a section. */
const char *option_section_title(enum option_section section);

/* The option of that name; NULL: there is none. */
const struct option_spec *option_find(const char *name, size_t length);

/*
 * Applies an option to what its scope says, as the command line and lines of lists alike do.
 * 0; or -1 with the reason, without the option's name, and errno: EINVAL, or ENOMEM, EMFILE,
 * ENFILE: then not the argument is to blame but this machine.
 */
int option_apply(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error);

/*
 * What no option can tell alone: whether the client certificate and its key are there and fit. Call
 * it when all options of a check have been applied. As option_apply(); the reason names the option.
 */
int options_fit(const struct check *check, struct error *error);

/* The word's place among those of an option that has some. 0, or -1 with the reason: which are. */
int option_find_word(const struct option_spec *spec, const char *word, int *place,
                     struct error *error);

/* Where the option's value is. */
const void *option_field(const struct option_spec *spec, const void *of);

/* Whether the check, for an option of that scope, says otherwise than by default. */
bool option_is_set(const struct option_spec *spec, const struct check *check);

/* Makes the check say what it says by default. */
void option_reset(const struct option_spec *spec, struct check *check);

/* Appends to settings->inputs; text is borrowed. 0, or -1 with errno ENOMEM. */
int settings_add_input(struct settings *settings, enum input_kind kind, const char *text);

#endif
