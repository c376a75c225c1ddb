/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "command_line.h"
#include "session/ping.h"

/* Pings that there is no time for (WRAPPED = signals_end_us message). */

int64_t __wrap_signals_end_us(const struct signals *signals);
void __wrap_message(const char *format, ...);

static char printed[512];

/* The process is to end now. */
int64_t __wrap_signals_end_us(const struct signals *signals)
{
    (void)signals;
    return clock_now_us();
}

void __attribute__((format(printf, 1, 2))) __wrap_message(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(printed, sizeof(printed), format, arguments);
    va_end(arguments);
}

TEST(ping_without_time_is_reported)
{
    struct signals *signals = signals_start();
    struct pinger *pinger;

    accept("--ping-url http://127.0.0.1:1/secret http://a/");
    pinger = pinger_start(&settings, signals);
    pinger_finish(pinger, 0, "report\n");
    signals_stop(signals);
    assert_string_equal(printed, "--ping-url http://127.0.0.1:1/***: no time was left");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        OPTIONS_TEST(ping_without_time_is_reported),
    };

    return RUN_TESTS(tests);
}
