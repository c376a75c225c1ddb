/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTIONS_TABLE_H
#define INPUT_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "input/reason.h"
#include "input/settings.h"

enum option_section {
    SECTION_INPUT,
    SECTION_REQUEST,
    SECTION_LIMITS,
    SECTION_TLS,
    SECTION_NETWORK,
    SECTION_LOAD,
    SECTION_OUTPUT,
    SECTION_OTHER,
    SECTION_COUNT
};

/* What an option's argument is, and so what its field in struct settings is. */
enum option_kind {
    OPTION_FLAG,  /* bool: becomes true */
    OPTION_CLEAR, /* bool: becomes false */
    OPTION_VALUE, /* int: becomes minimum */
    OPTION_TIME,  /* int64_t, microseconds, over 0 */
    OPTION_COUNT, /* long, from minimum to maximum */
    OPTION_TEXT,  /* const char *: the argument itself, borrowed */
    OPTION_CALL   /* apply() does it */
};

/* An option as apply() gets it: its argument, and settings to fill. 0, or -1 with the reason. */
typedef int option_apply(struct settings *settings, const char *argument, struct reason *reason);

struct option_spec {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* its name in the help; NULL: takes none */
    enum option_section section;
    enum option_kind kind;
    size_t field; /* offset in struct settings */
    option_apply *apply;
    long minimum;
    long maximum;
    const char *help; /* one sentence, without its full stop */
};

extern const struct option_spec option_specs[];
extern const size_t option_spec_count;

/* The heading of a section. */
const char *option_section_title(enum option_section section);

/* Appends to settings->inputs; text is borrowed. 0, or -1 with errno ENOMEM. */
int settings_add_input(struct settings *settings, enum input_kind kind, const char *text);

#endif
