/*
 * answer - the request function, many times: for instruction counts and times.
 *
 * usage: answer RELEASE PATH COUNT [decide]
 * Answers GET PATH for a visitor with cookies COUNT times and copies the body.
 * With "decide" the body is not copied. Prints nanoseconds a request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "serve/body.h"
#include "serve/release.h"

#define P(n, v) {TSR_LIT(n), TSR_LIT(v)}

static struct tsr_answer answer;
static struct tsr_body body;
static struct tsr_span pieces[TSR_PARTS_MAX];
static uint8_t out[TSR_REPLY_MAX];

int
main(int argc, char **argv)
{
	struct tsr_param params[] = {
	    P("REQUEST_METHOD", "GET"),
	    P("REQUEST_URI", ""),
	    P("QUERY_STRING", ""),
	    P("HTTP_HOST", "www.fellwander.example"),
	    P("HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64) Chrome/126"),
	    P("HTTP_ACCEPT", "text/html,application/xhtml+xml,*/*;q=0.8"),
	    P("HTTP_ACCEPT_ENCODING", "gzip, deflate, br, zstd"),
	    P("HTTP_ACCEPT_LANGUAGE", "en-GB,en;q=0.9,de;q=0.8"),
	    P("HTTP_CF_IPCOUNTRY", "DE"), P("REMOTE_ADDR", "127.0.0.1"),
	    P("HTTP_SEC_CH_UA_MOBILE", "?0"),
	    P("HTTP_COOKIE",
		"consent=functional+analytics+personalization; returning=1; "
		"first_name=Ada; cart=2"),
	};
	struct tsr_request request = {.params = params,
	    .count = TSR_COUNT_OF(params), .now = 1781524800000};
	struct tsr_release release;
	struct timespec a, b;
	size_t i, count = 0, n = 0;
	const char *c;
	enum tsr_err err;

	if (argc < 4)
		return 2;
	params[1].value = tsr_span_of(argv[2], strlen(argv[2]));
	for (c = argv[3]; *c != '\0'; c++)
		count = count * 10 + (size_t)(*c - '0');
	err = tsr_release_open(&release, argv[1], TSR_RELEASE_QUICK, NULL);
	if (err != TSR_OK) {
		fprintf(stderr, "%s: %s\n", argv[1], tsr_err_text(err));
		return 3;
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < count; i++) {
		tsr_answer_make(&answer, pieces, &release.store, &request, NULL);
		if (argc == 4) {
			tsr_body_start(&body, &answer);
			n += tsr_body_read(out, sizeof(out), &body);
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%u, %zu bytes, %zu pieces, %.0f ns\n", answer.status,
	    answer.length, answer.stitch.count,
	    ((double)(b.tv_sec - a.tv_sec) * 1e9 +
		(double)(b.tv_nsec - a.tv_nsec)) /
		(double)(count == 0 ? 1 : count));
	tsr_release_close(&release);
	return 0;
}
