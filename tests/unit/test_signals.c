/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>

#include "engine/signals.h"
#include "fast_clock.h"

/*
 * Each test acts in a child: signals that are blocked or ignored stay so for the whole process.
 * The child's exit status is 0, or the number of its first line that was not as it should be.
 */

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            _exit(__LINE__);                                                                       \
    } while (0)

/* The wait status of a process that does that. */
static int run(void (*act)(void))
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        alarm(HANG_S);
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void expect_fine(void (*act)(void))
{
    int status = run(act);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void expect_message(struct signals *signals, int wanted)
{
    int number = 0;

    ENSURE(chan_recv(signals_received(signals), &number) == 1);
    ENSURE(number == wanted);
}

static void receive_sigint(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    kill(getpid(), SIGINT);
    expect_message(signals, SIGINT);
    signals_stop(signals);
}

static void receive_sigterm(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    kill(getpid(), SIGTERM);
    expect_message(signals, SIGTERM);
    signals_stop(signals);
}

TEST(signals_are_messages)
{
    expect_fine(receive_sigint);
    expect_fine(receive_sigterm);
}

static void stop_without_a_signal(void)
{
    struct signals *signals = signals_start();
    int number;

    ENSURE(signals);
    ENSURE(chan_recv_many(signals_received(signals), &number, 1, 0) == -1);
    signals_stop(signals);
    signals_stop(NULL);
    /* Blocked for good: this ends nothing. */
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGINT);
}

TEST(signals_stay_blocked)
{
    expect_fine(stop_without_a_signal);
}

static void receive_two(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    kill(getpid(), SIGINT);
    expect_message(signals, SIGINT);
    kill(getpid(), SIGTERM);
    for (;;)
        pause();
}

TEST(second_signal_ends_the_process)
{
    /* It waits for nothing else, and would for ever. */
    assert_int_not_equal(run(receive_two), 0);
}

/* The clock is slow, so that the second comes at once however slow the machine may be. */
static void receive_one_twice(void)
{
    struct signals *signals;

    clock_run(1, 1000000);
    signals = signals_start();
    ENSURE(signals);
    kill(getpid(), SIGINT);
    expect_message(signals, SIGINT);
    kill(getpid(), SIGINT);
    signals_stop(signals);
}

TEST(echo_of_a_signal_is_no_second_one)
{
    for (int i = 0; i < 20; i++)
        expect_fine(receive_one_twice);
}

/* The clock is fast: any time is longer than an echo takes. */
static void receive_one_and_later_again(void)
{
    struct signals *signals;

    clock_run(1000000, 1);
    signals = signals_start();
    ENSURE(signals);
    kill(getpid(), SIGINT);
    expect_message(signals, SIGINT);
    for (;;)
        kill(getpid(), SIGINT);
}

TEST(same_signal_later_ends_the_process)
{
    /* Its status is 128 and the signal's number, unless a tool reports threads left. */
    assert_int_not_equal(run(receive_one_and_later_again), 0);
}

static void receive_one_and_hang(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    kill(getpid(), SIGINT);
    expect_message(signals, SIGINT);
    for (;;)
        pause();
}

TEST(first_signal_ends_a_process_that_hangs)
{
    assert_int_not_equal(run(receive_one_and_hang), 0);
}

static void hang_until_the_end(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    signals_end_at(signals, clock_now_us() + CLOCK_MS, 77);
    for (;;)
        pause();
}

static void stop_before_the_end(void)
{
    struct signals *signals = signals_start();

    ENSURE(signals);
    signals_end_at(signals, clock_now_us() + 3600 * CLOCK_S, 77);
    signals_stop(signals);
}

TEST(process_ends_at_its_time)
{
    assert_int_not_equal(run(hang_until_the_end), 0);
    expect_fine(stop_before_the_end);
}

static void ignore_broken_pipes(void)
{
    struct signals *signals = signals_start();
    int ends[2];

    ENSURE(signals && pipe(ends) == 0);
    close(ends[0]);
    ENSURE(write(ends[1], "x", 1) == -1);
    signals_stop(signals);
}

TEST(broken_pipe_is_an_error_and_no_signal)
{
    expect_fine(ignore_broken_pipes);
}

/* As nohup and a shell's & do: who was told to ignore a signal goes on doing so. */
static void ignore_then_receive(int ignored, int other)
{
    struct signals *signals;

    signal(ignored, SIG_IGN);
    signals = signals_start();
    ENSURE(signals);
    kill(getpid(), ignored);
    kill(getpid(), other);
    expect_message(signals, other);
    signals_stop(signals);
}

static void ignore_sigint(void)
{
    ignore_then_receive(SIGINT, SIGTERM);
}

static void ignore_sigterm(void)
{
    ignore_then_receive(SIGTERM, SIGINT);
}

TEST(ignored_sigint_stays_ignored)
{
    expect_fine(ignore_sigint);
}

TEST(ignored_sigterm_stays_ignored)
{
    expect_fine(ignore_sigterm);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_messages),
        cmocka_unit_test(signals_stay_blocked),
        cmocka_unit_test(second_signal_ends_the_process),
        cmocka_unit_test(echo_of_a_signal_is_no_second_one),
        cmocka_unit_test(same_signal_later_ends_the_process),
        cmocka_unit_test(first_signal_ends_a_process_that_hangs),
        cmocka_unit_test(process_ends_at_its_time),
        cmocka_unit_test(broken_pipe_is_an_error_and_no_signal),
        cmocka_unit_test(ignored_sigint_stays_ignored),
        cmocka_unit_test(ignored_sigterm_stays_ignored),
    };

    return RUN_TESTS(tests);
}
