/* SPDX-License-Identifier: MIT */
#ifndef INPUT_REASON_H
#define INPUT_REASON_H

/* Why something from outside was refused: a phrase for people, filled in by the one who refuses. */
struct reason {
    char text[512];
};

/* Writes the phrase (cut where it is too long) and returns -1, so that it can be returned. */
int reason_set(struct reason *reason, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, for what errno says, which is kept: "cannot read 'x': No such file or directory". */
int reason_set_errno(struct reason *reason, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
