/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

static int create_code; /* what pthread_create() is to fail with; 0: it does not */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    return create_code ? create_code : __real_pthread_create(thread, attributes, body, argument);
}

/* POSIX: an error-checking mutex that another thread, or none, has locked cannot be unlocked. */
static void unlock_what_is_not_locked(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t mutex;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attributes);
    mutex_unlock(&mutex);
}

static void join_oneself(void)
{
    thread_join(pthread_self());
}

static void expect_abort(void (*act)(void), const char *call)
{
    struct child child;

    run_child(&child, act);
    assert_true(WIFSIGNALED(child.status));
    assert_int_equal(WTERMSIG(child.status), SIGABRT);
    if (!strstr(child.text, "urlcheck: tests/unit/test_thread.c:") || !strstr(child.text, call))
        fail_msg("%s", child.text);
}

TEST(bug_is_named_with_its_place)
{
    expect_abort(unlock_what_is_not_locked,
                 ": pthread_mutex_unlock(&mutex): Operation not permitted\n");
    expect_abort(join_oneself, ": pthread_join(pthread_self(), NULL): Resource deadlock avoided\n");
}

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_set;
};

static void shared_init(struct shared *shared)
{
    *shared = (struct shared){.is_set = false};
    mutex_init(&shared->mutex);
    cond_init(&shared->changed);
}

static void shared_release(struct shared *shared)
{
    cond_destroy(&shared->changed);
    mutex_destroy(&shared->mutex);
}

static void *set(void *argument)
{
    struct shared *shared = argument;

    mutex_lock(&shared->mutex);
    shared->is_set = true;
    cond_signal(&shared->changed);
    mutex_unlock(&shared->mutex);
    return NULL;
}

TEST(deadline_ends_the_wait)
{
    struct shared shared;
    int64_t deadline_us = clock_now_us() + 5 * CLOCK_MS;

    shared_init(&shared);
    mutex_lock(&shared.mutex);
    assert_false(cond_wait_until(&shared.changed, &shared.mutex, 0));
    while (cond_wait_until(&shared.changed, &shared.mutex, deadline_us))
        ;
    assert_true(clock_now_us() >= deadline_us);
    mutex_unlock(&shared.mutex);
    shared_release(&shared);
}

TEST(signal_ends_the_wait)
{
    static const int64_t far_us[] = {CLOCK_NEVER, 3600 * CLOCK_S};

    for (size_t i = 0; i < COUNT_OF(far_us); i++) {
        struct shared shared;
        int64_t deadline_us = far_us[i] == CLOCK_NEVER ? CLOCK_NEVER : clock_now_us() + far_us[i];
        pthread_t thread;

        shared_init(&shared);
        mutex_lock(&shared.mutex);
        assert_int_equal(thread_start(&thread, 0, set, &shared), 0);
        while (!shared.is_set)
            assert_true(cond_wait_until(&shared.changed, &shared.mutex, deadline_us));
        mutex_unlock(&shared.mutex);
        thread_join(thread);
        shared_release(&shared);
    }
}

TEST(no_thread_is_an_error_and_no_bug)
{
    static const int codes[] = {EAGAIN, ENOMEM};
    pthread_t thread;

    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        create_code = codes[i];
        assert_int_equal(thread_start(&thread, 0, set, NULL), -1);
        assert_int_equal(errno, codes[i]);
    }
    create_code = 0;
}

static void *stack_of(void *argument)
{
    pthread_attr_t attributes;

    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstacksize(&attributes, argument);
        pthread_attr_destroy(&attributes);
    }
    return NULL;
}

TEST(stack_is_as_large_as_requested)
{
    const size_t requested = 3 * 1024 * 1024;
    pthread_t thread;
    size_t bytes = 0;

    assert_int_equal(thread_start(&thread, requested, stack_of, &bytes), 0);
    thread_join(thread);
    assert_true(bytes >= requested && bytes < 2 * requested);
    thread_set_default_stack(requested);
    bytes = 0;
    assert_int_equal(pthread_create(&thread, NULL, stack_of, &bytes), 0);
    thread_join(thread);
    assert_true(bytes >= requested && bytes < 2 * requested);
}

#define TOUCHED_BYTES ((size_t)40 * 1024)

struct stack {
    size_t touched, left; /* pages of the stack in memory, before and after they are released */
    long kept;
};

/* How many pages are in memory of the stack of the calling thread, below its page in use. */
static size_t pages_below(void)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t used = (uintptr_t)__builtin_frame_address(0) / page * page - page;
    unsigned char in_memory[1024];
    pthread_attr_t attributes;
    size_t size, count, found = 0;
    void *bottom;

    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &bottom, &size);
    pthread_attr_destroy(&attributes);
    count = (used - (uintptr_t)bottom) / page;
    if (count > sizeof(in_memory) || mincore(bottom, count * page, in_memory) != 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        found += in_memory[i] & 1;
    return found;
}

static __attribute__((noinline)) void touch_stack(void)
{
    volatile char *room = __builtin_alloca(TOUCHED_BYTES);

    for (size_t i = 0; i < TOUCHED_BYTES; i++)
        room[i] = 1;
}

static void *release_stack(void *argument)
{
    struct stack *stack = argument;
    volatile long local = 4711;

    touch_stack();
    stack->touched = pages_below();
    thread_release_stack();
    stack->left = pages_below();
    stack->kept = local;
    return NULL;
}

/* The thread goes on with what it uses. */
TEST(unused_stack_is_released)
{
    struct stack stack = {0};
    pthread_t thread;

    assert_int_equal(thread_start(&thread, (size_t)128 * 1024, release_stack, &stack), 0);
    thread_join(thread);
    assert_int_equal(stack.kept, 4711);
    assert_true(stack.touched >= TOUCHED_BYTES / (size_t)sysconf(_SC_PAGESIZE) - 4);
#ifdef __GLIBC__
    if (stack.left > 2) /* what mincore() and the release itself touched */
        fail_msg("%zu of %zu pages are left", stack.left, stack.touched);
#endif
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bug_is_named_with_its_place),
        cmocka_unit_test(deadline_ends_the_wait),
        cmocka_unit_test(signal_ends_the_wait),
        cmocka_unit_test(no_thread_is_an_error_and_no_bug),
        cmocka_unit_test(stack_is_as_large_as_requested),
        cmocka_unit_test(unused_stack_is_released),
    };

    return RUN_TESTS(tests);
}
