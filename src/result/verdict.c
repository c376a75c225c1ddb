/* SPDX-License-Identifier: MIT */
#include "result/verdict.h"

enum verdict verdict_of_cause(enum cause cause)
{
    return cause_is_of_run(cause) ? VERDICT_UNKNOWN : VERDICT_FAILED;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_OK] = "OK",
                                        [VERDICT_WARN] = "WARN",
                                        [VERDICT_FLAKY] = "FLAKY",
                                        [VERDICT_FAILED] = "FAILED",
                                        [VERDICT_UNKNOWN] = "UNKNOWN"};

    return names[verdict];
}
