/* SPDX-License-Identifier: MIT */
#ifndef INPUT_FORMAT_NAMES_H
#define INPUT_FORMAT_NAMES_H

/* The one list of formats, by the words that they are asked for with; the first is the default. */
#define FORMAT_LIST(X) X(text) X(jsonl)

#endif
