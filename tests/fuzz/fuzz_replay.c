/*
 * fuzz_replay - lines of a decision log: as they come, and one of ours with
 * bytes laid over it. What replay makes of a line it makes of that, too.
 */
#include <stdlib.h>

#include "cli/replay_line.h"
#include "core/decisionlog.h"
#include "lib/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tsr_sample sample;
static struct tsr_replay replay;
static uint8_t ours[TSR_LOG_LINE];
static size_t ours_n;

static void
begin(void)
{
	struct tsr_param params[] = {
	    {TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET")},
	    {TSR_LIT("REQUEST_URI"), TSR_LIT("/a/b")},
	    {TSR_LIT("QUERY_STRING"), TSR_LIT("q=abc&visits=7")},
	    {TSR_LIT("HTTP_COOKIE"), TSR_LIT("plan=gold; visits=7")},
	    {TSR_LIT("HTTP_X_COUNTRY"), TSR_LIT("AT")}};
	struct tsr_request request = {
	    .params = params, .count = 5, .now = TSR_SMALL_NOW};
	struct tsr_answer *answer = &sample.small.answer;

	tsr_sample_init(&sample);
	tsr_sample_request(&sample.small, &sample.release.store, &request);
	ours_n = tsr_decisionlog_write(
	    ours, sizeof(ours), &answer->visit, answer->page);
	if (ours_n == 0 || !tsr_span_eq(tsr_span_of(ours, ours_n),
		tsr_replay_line(&replay, &sample.table,
		    tsr_span_of(ours, ours_n))))
		abort();
}

/* From an allocation of its own size: nothing is read past the line. */
static void
check(const uint8_t *line, size_t n)
{
	uint8_t *copy = malloc(n + 1), *made;
	struct tsr_span again;

	if (n > 0)
		memcpy(copy + 1, line, n);
	again = tsr_replay_line(
	    &replay, &sample.table, tsr_span_of(copy + 1, n));
	made = malloc(again.n + 1);
	if (again.n > 0)
		memcpy(made + 1, again.p, again.n);
	if (again.n > 0 &&
	    !tsr_span_eq(tsr_span_of(made + 1, again.n),
		tsr_replay_line(&replay, &sample.table,
		    tsr_span_of(made + 1, again.n))))
		abort();
	free(made);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t line[TSR_LOG_LINE];
	size_t at;

	if (ours_n == 0)
		begin();
	check(data, size);
	if (size < 3)
		return 0;
	at = tsr_le16(data) % ours_n;
	memcpy(line, ours, ours_n);
	size = size - 2 < ours_n - at ? size - 2 : ours_n - at;
	memcpy(line + at, data + 2, size);
	check(line, ours_n);
	return 0;
}
