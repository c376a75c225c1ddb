/* SPDX-License-Identifier: MIT */
#ifndef INPUT_FORMAT_NAMES_H
#define INPUT_FORMAT_NAMES_H

/* The list of formats, by their names in --format. The first is the default. */
#define FORMAT_LIST(X)                                                                             \
    X(text)                                                                                        \
    X(jsonl)                                                                                       \
    X(json)                                                                                        \
    X(csv) X(junit) X(tap) X(prometheus) X(nagios) X(github) X(markdown) X(badge) X(html) X(atom)

#define FORMAT_CONSTANT(name) FORMAT_##name,
enum format_name { FORMAT_LIST(FORMAT_CONSTANT) };
#undef FORMAT_CONSTANT

/* Those of --history. */
#define HISTORY_FORMAT_LIST(X) X(text) X(jsonl) X(json) X(csv) X(html)

#endif
