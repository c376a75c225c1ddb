/* SPDX-License-Identifier: MIT */
/*
 * wire DELAY_MS
 *
 * A long line to a network namespace that this program makes: each packet that is sent into one end
 * comes out of the other end DELAY_MS later, so connecting takes as long as over a long way. The ends
 * are TUN devices with the name "wire", one in the namespace of the caller and one in the new one.
 * Prints a line once both exist, and ends when standard input does. The caller gives them addresses.
 * (tc-netem(8) delays packets too, but is a module that many kernels lack.)
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 1500, AT_ONCE = 64 };

struct packet {
    struct packet *next;
    long due_us;
    size_t bytes;
    char data[MTU];
};

/* One direction: the packets on their way, the oldest first. */
struct way {
    int from, to; /* descriptors of TUN devices, which do not block */
    struct packet *first, **end;
};

_Noreturn static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static long now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

/* In the namespace in which it is called. */
static int make_device(void)
{
    struct ifreq request = {.ifr_name = "wire", .ifr_flags = IFF_TUN | IFF_NO_PI};
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (device < 0 || ioctl(device, TUNSETIFF, &request))
        fail("/dev/net/tun");
    return device;
}

static void take_packets(struct way *way, long due_us)
{
    for (int i = 0; i < AT_ONCE; i++) {
        struct packet *packet = malloc(sizeof(*packet));
        ssize_t bytes = packet ? read(way->from, packet->data, MTU) : -1;

        if (bytes <= 0) {
            free(packet);
            return;
        }
        packet->next = NULL;
        packet->due_us = due_us;
        packet->bytes = (size_t)bytes;
        *way->end = packet;
        way->end = &packet->next;
    }
}

/* A packet that the device refuses is lost, as on any line. */
static void deliver_packets(struct way *way, long until_us)
{
    while (way->first && way->first->due_us <= until_us) {
        struct packet *packet = way->first;

        way->first = packet->next;
        if (!way->first)
            way->end = &way->first;
        if (write(way->to, packet->data, packet->bytes) < 0)
            fputs("wire: a packet was lost\n", stderr);
        free(packet);
    }
}

static struct timespec time_left(const struct way ways[2], long now)
{
    long left_us = 1000000;

    for (int i = 0; i < 2; i++) {
        if (ways[i].first && ways[i].first->due_us - now < left_us)
            left_us = ways[i].first->due_us - now;
    }
    if (left_us < 0)
        left_us = 0;
    return (struct timespec){left_us / 1000000, left_us % 1000000 * 1000};
}

static void carry(struct way ways[2], long delay_us)
{
    struct pollfd ready[] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}, {0, POLLIN, 0}};

    while (!ready[2].revents) {
        struct timespec left = time_left(ways, now_us());

        ppoll(ready, 3, &left, NULL);
        for (int i = 0; i < 2; i++) {
            take_packets(&ways[i], now_us() + delay_us);
            deliver_packets(&ways[i], now_us());
        }
    }
}

int main(int argc, char **argv)
{
    struct way ways[2] = {0};
    int here, there;

    if (argc != 2) {
        fputs("usage: wire DELAY_MS\n", stderr);
        return 2;
    }
    here = make_device();
    if (unshare(CLONE_NEWNET))
        fail("unshare");
    there = make_device();
    for (int i = 0; i < 2; i++) {
        ways[i].from = i ? here : there;
        ways[i].to = i ? there : here;
        ways[i].end = &ways[i].first;
    }
    puts("ready");
    fflush(stdout);
    carry(ways, atol(argv[1]) * 1000);
    return 0;
}
