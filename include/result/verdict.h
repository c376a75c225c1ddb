/* SPDX-License-Identifier: MIT */
#ifndef RESULT_VERDICT_H
#define RESULT_VERDICT_H

/* From good to bad: a greater value is worse. FLAKY: failed, then passed a confirmation. */
enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FLAKY, VERDICT_FAILED };

/* The word for users: "OK", "WARN", "FLAKY", "FAILED". Static. */
const char *verdict_name(enum verdict verdict);

#endif
