// SPDX-License-Identifier: MIT

// seed is the exercise that urlcheck grew from, as it is usually written: one
// goroutine per URL, without a limit, and the body is not closed. The only
// change is that the list comes from a file.
//
//	seed LIST
package main

import (
	"bufio"
	"fmt"
	"log"
	"net/http"
	"os"
)

type result struct {
	url    string
	status string
}

func checkURL(url string, results chan<- result) {
	response, err := http.Get(url)
	if err != nil {
		results <- result{url, "FAILED - -"}
		return
	}
	results <- result{url, fmt.Sprintf("OK %d -", response.StatusCode)}
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var urls []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		urls = append(urls, lines.Text())
	}

	results := make(chan result)
	for _, url := range urls {
		go checkURL(url, results)
	}
	checked := map[string]string{}
	for range urls {
		r := <-results
		checked[r.url] = r.status
	}
	out := bufio.NewWriter(os.Stdout)
	for url, status := range checked {
		fmt.Fprintln(out, status, url)
	}
	out.Flush()
}
