// SPDX-License-Identifier: MIT

// pool checks the URLs of a list as programs for real use are often written:
// k workers take URLs from a channel, at most 64 KiB of each body is read, so
// that most connections are reused, and main puts the results into a map.
//
//	pool [-k N] [-m TIME] LIST
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
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

	urls := readList(flag.Arg(0))
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = *k
	transport.MaxIdleConnsPerHost = *k
	client := &http.Client{Transport: transport, Timeout: *limit}

	checked := map[string]result{}
	for r := range checkAll(urls, client, *k) {
		checked[r.url] = r
	}
	out := bufio.NewWriter(os.Stdout)
	for _, url := range urls {
		print(out, checked[url])
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func readList(path string) []string {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	var urls []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		urls = append(urls, lines.Text())
	}
	return urls
}

// checkAll starts k workers. It closes the results after the last one.
func checkAll(urls []string, client *http.Client, k int) <-chan result {
	todo, results := make(chan string, k), make(chan result, k)
	var workers sync.WaitGroup

	workers.Add(k)
	for i := 0; i < k; i++ {
		go func() {
			for url := range todo {
				results <- check(client, url)
			}
			workers.Done()
		}()
	}
	go func() {
		for _, url := range urls {
			todo <- url
		}
		close(todo)
		workers.Wait()
		close(results)
	}()
	return results
}

func check(client *http.Client, url string) result {
	begin := time.Now()
	response, err := client.Get(url)
	if err != nil {
		return result{url: url, err: err, took: time.Since(begin)}
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 64*1024))
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
