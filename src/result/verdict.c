/* SPDX-License-Identifier: MIT */
#include "result/verdict.h"

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_OK] = "OK",
                                        [VERDICT_WARN] = "WARN",
                                        [VERDICT_FLAKY] = "FLAKY",
                                        [VERDICT_FAILED] = "FAILED"};

    return names[verdict];
}
