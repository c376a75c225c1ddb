/* SPDX-License-Identifier: MIT */
#include "percentile.h"

/*
 * Hoare's quickselect (Communications of the ACM 4, 1961, algorithm 65): as quicksort, but goes on only in
 * the part that has the wanted rank.
 */
static int64_t select_rank(int64_t *values, size_t count, size_t rank)
{
    size_t low = 0, high = count - 1;

    while (low < high) {
        int64_t pivot = values[low + (high - low) / 2];
        size_t left = low, right = high;

        for (;;) {
            int64_t swapped;

            while (values[left] < pivot)
                left++;
            while (values[right] > pivot)
                right--;
            if (left >= right)
                break;
            swapped = values[left];
            values[left++] = values[right];
            values[right--] = swapped;
        }
        if (rank <= right)
            high = right;
        else
            low = right + 1;
    }
    return values[rank];
}

int64_t percentile(int64_t *values, size_t count, unsigned percent)
{
    size_t rank = (count * percent + 99) / 100;

    return count ? select_rank(values, count, rank ? rank - 1 : 0) : 0;
}
