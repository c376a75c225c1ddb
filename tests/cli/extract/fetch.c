/* Fetches. See https://www.example.com/docs/fetch.html.
 * Based on https://www.example.com/rfc/rfc9110 (section 8), https://www.example.com/a_b*/
#include <stdio.h>
//https://www.example.com/no-blank
#define HOMEPAGE "https://home.example.com/"
#define API "https://api.example.com/v1/%s?page=%d"
static const char *const urls[] = {"https://a.example.com/x,y", "http://b.example.com/?q=1&r=2",};

int main(void)
{
    char url[99];
    snprintf(url, sizeof(url), "http://%s:%d/", "localhost", 80);
    printf("Usage: fetch URL\nhttps://usage.example.com/help\n\tsee\thttps://tab.example.com\t\n");
    printf("<a href=\"https://escaped.example.com/a.\">x</a> %s\n", HOMEPAGE "docs");
    puts("Report bugs to <https://bugs.example.com/>, or call 'https://single.example.com/it'.");
    return 0; /* http:// and https:// alone are none */
}
