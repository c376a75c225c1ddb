/* SPDX-License-Identifier: MIT */
/*
 * floor [-f] K LIST
 *
 * The least that libcurl can cost: K threads with an easy handle each take the next URL of the list
 * from a counter and request it; nothing is scheduled, judged or limited. Prints "OK STATUS TIME URL"
 * or "FAILED STATUS TIME URL" for each URL at the end. -f: each host appears once, so connections
 * are not kept.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIVE_BYTES = 16 * 1024, MAX_TIME_S = 60 };

struct answer {
    char *url;
    CURLcode code;
    long status;
    curl_off_t time_us;
};

static struct answer *answers;
static size_t count;
static atomic_size_t next;
static long forbids_reuse;

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

static size_t ignore(char *bytes, size_t size, size_t items, void *data)
{
    (void)bytes, (void)data;
    return size * items;
}

static CURL *make_handle(void)
{
    CURL *easy = curl_easy_init();

    if (!easy)
        fail("no handle");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)MAX_TIME_S);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, forbids_reuse);
    curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("CURL_CA_BUNDLE"));
    return easy;
}

static void *work(void *unused)
{
    CURL *easy = make_handle();

    for (size_t i; (i = atomic_fetch_add(&next, 1)) < count;) {
        curl_easy_setopt(easy, CURLOPT_URL, answers[i].url);
        answers[i].code = curl_easy_perform(easy);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answers[i].status);
        curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &answers[i].time_us);
    }
    curl_easy_cleanup(easy);
    return unused;
}

static void read_list(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t room = 0, size = 0;
    char *line = NULL;

    if (!file)
        fail(path);
    while (getline(&line, &size, file) > 0) {
        if (count == room) {
            room = room ? 2 * room : 1024;
            answers = realloc(answers, room * sizeof(*answers));
            if (!answers)
                fail("no memory");
        }
        line[strcspn(line, "\n")] = '\0';
        answers[count++] = (struct answer){.url = strdup(line)};
    }
    free(line);
    fclose(file);
}

static void run(size_t threads)
{
    pthread_t *ids = calloc(threads, sizeof(*ids));

    for (size_t i = 0; ids && i < threads; i++) {
        if (pthread_create(&ids[i], NULL, work, NULL))
            fail("no thread");
    }
    for (size_t i = 0; ids && i < threads; i++)
        pthread_join(ids[i], NULL);
    free(ids);
}

int main(int argc, char **argv)
{
    forbids_reuse = argc > 1 && strcmp(argv[1], "-f") == 0;
    if (argc != 3 + forbids_reuse)
        fail("usage: floor [-f] K LIST");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    read_list(argv[argc - 1]);
    run((size_t)atoi(argv[argc - 2]));
    for (size_t i = 0; i < count; i++) {
        const struct answer *answer = &answers[i];

        printf("%s %ld %.3fs %s\n", answer->code == CURLE_OK ? "OK" : "FAILED", answer->status,
               (double)answer->time_us / 1e6, answer->url);
        free(answer->url);
    }
    free(answers);
    curl_global_cleanup();
    return 0;
}
