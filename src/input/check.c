/* SPDX-License-Identifier: MIT */
#include "input/check.h"

#include "base/clock.h"

struct check check_defaults(void)
{
    return (struct check){.max_time_us = 10 * CLOCK_S,
                          .max_redirects = 10,
                          .follow = true,
                          .max_filesize = 1024 * 1024,
                          .user_agent = "urlcheck/" URLCHECK_VERSION};
}

bool check_judges_content(const struct check *check)
{
    return check->contains.count || check->not_contains.count || check->regex.count ||
           check->not_regex.count;
}
