/* SPDX-License-Identifier: MIT */
#include "input/check.h"

#include "base/clock.h"

struct check check_defaults(void)
{
    return (struct check){.max_time_us = 10 * CLOCK_S,
                          .max_redirects = 10,
                          .follow = true,
                          .user_agent = "urlcheck/" URLCHECK_VERSION};
}

/* 64 KiB keep the connection usable after most pages. */
int64_t check_body_bytes(const struct check *check)
{
    if (check->max_filesize)
        return check->max_filesize;
    return check_judges_content(check) ? 1024 * 1024 : 64 * 1024;
}

bool check_judges_content(const struct check *check)
{
    return check->contains.count || check->not_contains.count || check->regex.count ||
           check->not_regex.count;
}

bool check_may_be_repeated(const struct check *check)
{
    return !check->request && check->data.count == 0 && check->json.count == 0;
}
