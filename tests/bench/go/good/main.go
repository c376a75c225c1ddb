// SPDX-License-Identifier: MIT

// good checks the URLs of a list like ../seed, but written for real use: at
// most k requests in flight, bodies read to the end and closed, so that
// connections are reused, and a time limit.
//
//	good [-k N] [-m TIME] [LIST]
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

type result struct {
	url    string
	status int
	took   time.Duration
	err    error
}

func main() {
	k := flag.Int("k", 64, "requests in flight")
	limit := flag.Duration("m", 10*time.Second, "time limit for one request")
	flag.Parse()

	list := os.Stdin
	if flag.NArg() > 0 {
		file, err := os.Open(flag.Arg(0))
		if err != nil {
			log.Fatal(err)
		}
		list = file
	}

	results := make(chan result, *k)
	go checkAll(list, newClient(*k, *limit), *k, results)

	out := bufio.NewWriter(os.Stdout)
	checked := map[string]result{}
	for r := range results {
		checked[r.url] = r
		print(out, r)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// newClient keeps up to k connections. Dials do not use the request's context:
// before version 1.23, Go cancels a handshake as soon as another connection
// serves the request, and so never gets enough connections.
func newClient(k int, limit time.Duration) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = k
	transport.MaxIdleConnsPerHost = k
	transport.MaxConnsPerHost = k
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: limit}}
	transport.DialTLSContext = func(_ context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		return dialer.DialContext(ctx, network, address)
	}
	return &http.Client{Transport: transport, Timeout: limit}
}

// checkAll starts a goroutine for each URL, at most k at once, and closes
// results after the last result.
func checkAll(list io.Reader, client *http.Client, k int, results chan<- result) {
	places := make(chan struct{}, k)
	urls := bufio.NewScanner(list)
	for urls.Scan() {
		places <- struct{}{}
		go func(url string) {
			results <- check(client, url)
			<-places
		}(urls.Text())
	}
	if err := urls.Err(); err != nil {
		log.Fatal(err)
	}
	for i := 0; i < k; i++ {
		places <- struct{}{}
	}
	close(results)
}

func check(client *http.Client, url string) result {
	begin := time.Now()
	response, err := client.Get(url)
	if err != nil {
		return result{url: url, err: err, took: time.Since(begin)}
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return result{url, response.StatusCode, time.Since(begin), err}
}

func print(out io.Writer, r result) {
	switch {
	case r.err != nil:
		fmt.Fprintf(out, "FAILED -     %.3fs  %s  %v\n", r.took.Seconds(), r.url, r.err)
	case r.status >= 400:
		fmt.Fprintf(out, "FAILED %d   %.3fs  %s\n", r.status, r.took.Seconds(), r.url)
	default:
		fmt.Fprintf(out, "OK     %d   %.3fs  %s\n", r.status, r.took.Seconds(), r.url)
	}
}
