/* SPDX-License-Identifier: MIT */
#ifndef RESULT_VERDICT_H
#define RESULT_VERDICT_H

/* The worse, the greater. FLAKY: it had FAILED, and did not when that was to be confirmed. */
enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FLAKY, VERDICT_FAILED };

/* "OK", "WARN", "FLAKY", "FAILED". */
const char *verdict_name(enum verdict verdict);

#endif
