/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "engine/signals.h"
#include "fast_clock.h"

/*
 * Each test acts in a child process: signals that are blocked or ignored stay so. The child reports
 * through shared memory, as a tool may replace its exit status by TOOL_STATUS: the thread that
 * quick_exit() leaves looks like a leak.
 */

#define TOOL_STATUS 99
#define ENSURE_STATUS 98

static struct report {
    int failed_line;      /* of the first ENSURE() that failed; 0: none */
    int64_t began_us;     /* set by the test */
    int64_t ended_us;     /* when quick_exit() was called */
    int quick_status;     /* its argument; -1: it was not called */
    bool has_run_handler; /* that of at_quick_exit() */
} * report;

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            report->failed_line = __LINE__;                                                        \
            _exit(ENSURE_STATUS);                                                                  \
        }                                                                                          \
    } while (0)

_Noreturn void __real_quick_exit(int status);
_Noreturn void __wrap_quick_exit(int status);

_Noreturn void __wrap_quick_exit(int status)
{
    report->ended_us = clock_now_us();
    report->quick_status = status;
    __real_quick_exit(status);
}

static void run_handler(void)
{
    report->has_run_handler = true;
}

/* Runs a child that does this, with a clock that runs speed/slowness times as fast. Its status. */
static int run(void (*act)(void), int64_t speed, int64_t slowness)
{
    pid_t child;
    int status;

    *report = (struct report){.quick_status = -1};
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(HANG_S);
        clock_run(speed, slowness);
        ENSURE(at_quick_exit(run_handler) == 0);
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(report->failed_line, 0);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The child ends. */
static void expect_return(void (*act)(void), int64_t speed, int64_t slowness)
{
    assert_int_equal(run(act, speed, slowness), 0);
    assert_int_equal(report->quick_status, -1);
    assert_false(report->has_run_handler);
}

/* The child is ended with that status, at_least_us to below_us after began_us. */
static void expect_quick_exit(void (*act)(void), int64_t speed, int64_t slowness, int wanted,
                              int64_t at_least_us, int64_t below_us)
{
    int status = run(act, speed, slowness);

    assert_int_equal(report->quick_status, wanted);
    assert_true(report->has_run_handler);
    assert_true(status == wanted || status == TOOL_STATUS);
    assert_true(report->began_us > 0);
    assert_in_range(report->ended_us - report->began_us, at_least_us, below_us - 1);
}

static struct signals *start(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    report->began_us = clock_now_us();
    return signals;
}

static void expect_message(struct signals *signals, int wanted)
{
    int number = 0;

    ENSURE(chan_recv(signals_received(signals), &number) == 1);
    ENSURE(number == wanted);
}

static struct signals *start_and_receive(int number)
{
    struct signals *signals = start();

    kill(getpid(), number);
    expect_message(signals, number);
    return signals;
}

static _Noreturn void hang(void)
{
    for (;;)
        pause();
}

/* Returns once the thread has taken the signal, which is blocked here. */
static void send_and_await(int number)
{
    sigset_t pending;

    kill(getpid(), number);
    do {
        sched_yield();
        sigpending(&pending);
    } while (sigismember(&pending, number));
}

static void receive_sigint(void)
{
    signals_stop(start_and_receive(SIGINT));
}

static void receive_sighup(void)
{
    signals_stop(start_and_receive(SIGHUP));
}

static void receive_sigterm(void)
{
    signals_stop(start_and_receive(SIGTERM));
}

TEST(signals_are_messages)
{
    expect_return(receive_sigint, 1, 1);
    expect_return(receive_sigterm, 1, 1);
    expect_return(receive_sighup, 1, 1);
}

static void stop_without_a_signal(void)
{
    struct signals *signals = start();
    int number;

    ENSURE(chan_recv_many(signals_received(signals), &number, 1, 0) == -1);
    signals_stop(signals);
    signals_stop(NULL);
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGINT);
    kill(getpid(), SIGHUP);
}

TEST(signals_stay_blocked_after_stop)
{
    expect_return(stop_without_a_signal, 1, 1);
}

static void receive_two(void)
{
    start_and_receive(SIGINT);
    kill(getpid(), SIGTERM);
    hang();
}

/* The clock almost stands still: neither patience nor an echo's time passes. */
TEST(second_signal_ends_the_process_at_once)
{
    expect_quick_exit(receive_two, 1, 1000000, 128 + SIGINT, 0, SIGNALS_ECHO_US);
}

/* The second echo is only taken if the first one did not end the process. */
static void receive_echoes(void)
{
    struct signals *signals = start_and_receive(SIGINT);

    for (int i = 0; i < 10; i++)
        send_and_await(SIGINT);
    signals_stop(signals);
}

TEST(echo_is_not_a_second_signal)
{
    expect_return(receive_echoes, 1, 1000000);
}

static void repeat_a_signal(void)
{
    start_and_receive(SIGINT);
    for (;;)
        kill(getpid(), SIGINT);
}

TEST(same_signal_after_the_echo_time_ends_the_process)
{
    expect_quick_exit(repeat_a_signal, 1, 10, 128 + SIGINT, SIGNALS_ECHO_US, SIGNALS_PATIENCE_US);
}

/* The kernel and the shell both send it, in their own time. */
static void repeat_sighup(void)
{
    struct signals *signals = start_and_receive(SIGHUP);
    int64_t end_us = clock_now_us() + 2 * SIGNALS_ECHO_US;

    while (clock_now_us() < end_us)
        send_and_await(SIGHUP);
    signals_stop(signals);
}

TEST(further_hangups_are_no_second_signal)
{
    expect_return(repeat_sighup, 1, 1);
}

static void receive_one_and_hang(void)
{
    start_and_receive(SIGTERM);
    hang();
}

TEST(process_that_hangs_after_a_signal_is_ended)
{
    expect_quick_exit(receive_one_and_hang, 1, 1, 128 + SIGTERM, SIGNALS_PATIENCE_US,
                      2 * SIGNALS_PATIENCE_US);
}

/* signals_end_at() wakes the thread by SIGUSR2. */
static void set_the_end_after_a_signal(void)
{
    struct signals *signals = start_and_receive(SIGINT);

    signals_end_at(signals, clock_now_us() + 3600 * CLOCK_S, 77);
    hang();
}

TEST(own_wake_up_is_not_a_second_signal)
{
    expect_quick_exit(set_the_end_after_a_signal, 1, 1, 128 + SIGINT, SIGNALS_PATIENCE_US,
                      2 * SIGNALS_PATIENCE_US);
}

static void send_sigusr2_after_a_signal(void)
{
    start_and_receive(SIGINT);
    send_and_await(SIGUSR2);
    send_and_await(SIGUSR2);
    hang();
}

TEST(sigusr2_from_outside_is_not_a_second_signal)
{
    expect_quick_exit(send_sigusr2_after_a_signal, 1, 1, 128 + SIGINT, SIGNALS_PATIENCE_US,
                      2 * SIGNALS_PATIENCE_US);
}

static void send_sigusr2_before_a_signal(void)
{
    struct signals *signals = start();

    send_and_await(SIGUSR2);
    send_and_await(SIGUSR2);
    kill(getpid(), SIGTERM);
    expect_message(signals, SIGTERM);
    signals_stop(signals);
}

TEST(sigusr2_from_outside_is_not_a_first_signal)
{
    expect_return(send_sigusr2_before_a_signal, 1, 1);
}

static void hang_until_the_end(void)
{
    struct signals *signals = start();

    signals_end_at(signals, report->began_us + CLOCK_S / 5, 77);
    send_and_await(SIGUSR2);
    hang();
}

TEST(process_ends_at_its_time)
{
    expect_quick_exit(hang_until_the_end, 1, 1, 77, CLOCK_S / 5, CLOCK_S * 2);
}

static void move_the_end_forward(void)
{
    struct signals *signals = start();

    signals_end_at(signals, report->began_us + 3600 * CLOCK_S, 77);
    send_and_await(SIGUSR2);
    signals_end_at(signals, report->began_us + CLOCK_S / 5, 78);
    hang();
}

TEST(later_call_moves_the_end)
{
    expect_quick_exit(move_the_end_forward, 1, 1, 78, CLOCK_S / 5, CLOCK_S * 2);
}

static void stop_before_the_end(void)
{
    struct signals *signals = start();

    signals_end_at(signals, clock_now_us() + 3600 * CLOCK_S, 77);
    signals_stop(signals);
}

static void receive_before_the_end(void)
{
    struct signals *signals = start();

    signals_end_at(signals, clock_now_us() + 3600 * CLOCK_S, 77);
    kill(getpid(), SIGINT);
    expect_message(signals, SIGINT);
    signals_stop(signals);
}

TEST(end_that_is_not_reached_changes_nothing)
{
    expect_return(stop_before_the_end, 1, 1);
    expect_return(receive_before_the_end, 1, 1);
}

static void write_to_a_broken_pipe(void)
{
    struct signals *signals = start();
    int ends[2];

    ENSURE(pipe(ends) == 0);
    close(ends[0]);
    ENSURE(write(ends[1], "x", 1) == -1);
    signals_stop(signals);
}

TEST(broken_pipe_is_an_error_and_not_a_signal)
{
    expect_return(write_to_a_broken_pipe, 1, 1);
}

/* As with nohup and a shell's &. */
static void ignore_then_receive(int ignored, int other)
{
    struct signals *signals;

    signal(ignored, SIG_IGN);
    signals = start();
    kill(getpid(), ignored);
    kill(getpid(), other);
    expect_message(signals, other);
    signals_stop(signals);
}

static void ignore_sigint(void)
{
    ignore_then_receive(SIGINT, SIGTERM);
}

static void ignore_sighup(void)
{
    ignore_then_receive(SIGHUP, SIGTERM);
}

static void ignore_sigterm(void)
{
    ignore_then_receive(SIGTERM, SIGINT);
}

TEST(ignored_signals_stay_ignored)
{
    expect_return(ignore_sigint, 1, 1);
    expect_return(ignore_sigterm, 1, 1);
    expect_return(ignore_sighup, 1, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_messages),
        cmocka_unit_test(signals_stay_blocked_after_stop),
        cmocka_unit_test(second_signal_ends_the_process_at_once),
        cmocka_unit_test(echo_is_not_a_second_signal),
        cmocka_unit_test(same_signal_after_the_echo_time_ends_the_process),
        cmocka_unit_test(further_hangups_are_no_second_signal),
        cmocka_unit_test(process_that_hangs_after_a_signal_is_ended),
        cmocka_unit_test(own_wake_up_is_not_a_second_signal),
        cmocka_unit_test(sigusr2_from_outside_is_not_a_second_signal),
        cmocka_unit_test(sigusr2_from_outside_is_not_a_first_signal),
        cmocka_unit_test(process_ends_at_its_time),
        cmocka_unit_test(later_call_moves_the_end),
        cmocka_unit_test(end_that_is_not_reached_changes_nothing),
        cmocka_unit_test(broken_pipe_is_an_error_and_not_a_signal),
        cmocka_unit_test(ignored_signals_stay_ignored),
    };

    report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED)
        return 1;
    return RUN_TESTS(tests);
}
