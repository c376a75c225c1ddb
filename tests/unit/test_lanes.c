/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdatomic.h>

#include "engine/lanes.h"

struct block {
    size_t number;
    size_t lane;
    bool is_done;
};

static atomic_size_t done;

static void work(void *context, size_t lane, void *data)
{
    struct block *block = data;

    block->lane = lane;
    block->is_done = true;
    atomic_fetch_add((atomic_size_t *)context, 1);
}

TEST(blocks_come_back_in_order)
{
    struct lanes *lanes = lanes_new(3, work, &done);
    struct block blocks[64] = {0}, *block;
    size_t room = lanes_room(lanes), sent = 0, received = 0;

    assert_true(room >= 3 && room <= 64);
    for (; sent < room; sent++) {
        blocks[sent].number = sent;
        lanes_send(lanes, &blocks[sent]);
    }
    while ((block = lanes_receive(lanes))) {
        assert_true(block->is_done);
        assert_int_equal(block->number, received);
        assert_int_equal(block->lane, received % 3);
        received++;
        if (sent == 1000)
            continue;
        *block = (struct block){.number = sent++};
        lanes_send(lanes, block);
    }
    assert_int_equal(received, 1000);
    lanes_free(lanes);
}

TEST(what_was_sent_is_done_before_the_end)
{
    struct lanes *lanes = lanes_new(2, work, &done);
    struct block blocks[3] = {0};

    atomic_store(&done, 0);
    for (size_t i = 0; i < 3; i++)
        lanes_send(lanes, &blocks[i]);
    lanes_free(lanes);
    assert_int_equal(atomic_load(&done), 3);
    lanes_free(NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_back_in_order),
        cmocka_unit_test(what_was_sent_is_done_before_the_end),
    };

    return RUN_TESTS(tests);
}
