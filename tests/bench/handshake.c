/* SPDX-License-Identifier: MIT */
/*
 * handshake CA LEAF KEY ADDRESS COUNT
 *
 * Measures the cost of TLS alone for a client that connects to each server once: COUNT handshakes
 * in memory, each with its own SSL_CTX and a chain from LEAF to CA, verified with one shared store.
 * Prints the client's mean CPU time in microseconds: for creating and freeing the SSL_CTX, and for
 * the rest (from SSL_new to SSL_free, including session tickets).
 */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct times {
    double context_us, session_us;
};

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "handshake: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static X509_STORE *store_of(const char *file)
{
    X509_STORE *store = X509_STORE_new();

    if (!store || !X509_STORE_load_locations(store, file, NULL))
        fail(file);
    X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

static SSL_CTX *server_context(const char *leaf, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (!context || !SSL_CTX_use_certificate_chain_file(context, leaf) ||
        !SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM))
        fail(leaf);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

static SSL_CTX *client_context(X509_STORE *store)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (!context)
        fail("no SSL_CTX");
    SSL_CTX_set1_cert_store(context, store);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

static SSL *client_session(SSL_CTX *context, const char *address)
{
    SSL *client = SSL_new(context);

    if (!client || !X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(client), address))
        fail(address);
    SSL_set_connect_state(client);
    return client;
}

/* Connects client and server through a pair of buffers in memory. */
static void connect_both(SSL *client, SSL *server)
{
    BIO *near, *far;

    if (!BIO_new_bio_pair(&near, 0, &far, 0))
        fail("no buffers");
    SSL_set_bio(client, near, near);
    SSL_set_bio(server, far, far);
}

/* Runs client and server in turn until both have finished. Returns the client's CPU time. */
static double shake_hands(SSL *client, SSL *server)
{
    double client_us = 0;
    char byte;

    while (!SSL_is_init_finished(client) || !SSL_is_init_finished(server)) {
        double begin = cpu_us();
        int done = SSL_do_handshake(client);

        client_us += cpu_us() - begin;
        if (done != 1 && SSL_get_error(client, done) != SSL_ERROR_WANT_READ)
            fail("the client failed");
        done = SSL_do_handshake(server);
        if (done != 1 && SSL_get_error(server, done) != SSL_ERROR_WANT_READ)
            fail("the server failed");
    }
    client_us -= cpu_us();
    if (SSL_read(client, &byte, 1) > 0)
        fail("the server sent data");
    return client_us + cpu_us();
}

static void once(X509_STORE *store, SSL_CTX *serving, const char *address, struct times *times)
{
    double begin = cpu_us(), made, shaken, client_us;
    SSL_CTX *context = client_context(store);
    SSL *client, *server;

    made = cpu_us();
    client = client_session(context, address);
    shaken = cpu_us();
    server = SSL_new(serving);
    if (!server)
        fail("no SSL");
    SSL_set_accept_state(server);
    connect_both(client, server);
    client_us = shaken - made + shake_hands(client, server);
    SSL_free(server);

    shaken = cpu_us();
    SSL_free(client);
    times->session_us += client_us + cpu_us() - shaken;
    shaken = cpu_us();
    SSL_CTX_free(context);
    times->context_us += made - begin + cpu_us() - shaken;
}

int main(int argc, char **argv)
{
    struct times times = {0, 0};
    X509_STORE *store;
    SSL_CTX *serving;
    int count;

    if (argc != 6 || (count = atoi(argv[5])) < 1)
        fail("usage: handshake CA LEAF KEY ADDRESS COUNT");
    store = store_of(argv[1]);
    serving = server_context(argv[2], argv[3]);
    once(store, serving, argv[4], &times); /* not measured: OpenSSL initializes itself */
    times = (struct times){0, 0};
    for (int i = 0; i < count; i++)
        once(store, serving, argv[4], &times);
    printf("%.1f %.1f\n", times.context_us / count, times.session_us / count);
    SSL_CTX_free(serving);
    X509_STORE_free(store);
    return 0;
}
