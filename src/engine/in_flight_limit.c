/* SPDX-License-Identifier: MIT */
#include "in_flight_limit.h"

void in_flight_limit_init(struct in_flight_limit *limit, size_t maximum)
{
    *limit = (struct in_flight_limit){.maximum = maximum, .current = maximum};
}

bool in_flight_limit_succeed(struct in_flight_limit *limit)
{
    if (limit->current == limit->maximum || ++limit->successes < limit->successes_wanted)
        return false;
    limit->successes = 0;
    limit->current++;
    return true;
}

size_t in_flight_limit_decreased(const struct in_flight_limit *limit, size_t in_flight)
{
    /* Checks above the limit are draining, and do not count. */
    return (in_flight < limit->current ? in_flight : limit->current) * 3 / 4;
}

bool in_flight_limit_lower(struct in_flight_limit *limit, size_t target, size_t in_flight)
{
    limit->successes = 0;
    limit->successes_wanted =
        limit->successes_wanted ? limit->successes_wanted * 2 : IN_FLIGHT_SUCCESSES;
    if (target == 0)
        target = 1;
    if (limit->is_draining || target >= limit->current)
        return false;
    limit->current = target;
    limit->is_draining = in_flight > target;
    return true;
}

void in_flight_limit_update(struct in_flight_limit *limit, size_t in_flight)
{
    if (in_flight <= limit->current)
        limit->is_draining = false;
}
