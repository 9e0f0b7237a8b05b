/*
 * reply - a whole answer in one piece of memory, ready to be sent.
 */
#include "serve/reply.h"

#include <time.h>

#include "core/header.h"

/* "Server-Timing: tessera;dur=1.234" and its line end, at most. */
#define TIMING_MAX 64

static uint64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * Tell the visitor's own figures how long the answer took: of a page that
 * nobody else gets, and that is not there already.
 */
static void
add_timing(struct tsr_answer *answer, const struct tsr_table *table, uint64_t ns)
{
	const uint8_t *page = tsr_table_record(
	    table, TSR_SECTION_PAGE, answer->page, TSR_PAGE_SIZE);
	struct tsr_head head = {answer->head, answer->head_length,
	    sizeof(answer->head), false};
	uint64_t us = ns / 1000;
	uint8_t digits[3];

	if (answer->status != 200 || page == NULL ||
	    (tsr_le32(page + 20) & TSR_PAGE_PUBLIC) != 0 ||
	    head.n < 2 || head.n + TIMING_MAX > sizeof(answer->head))
		return;
	head.n -= 2; /* the empty line */
	tsr_head_add(&head, TSR_LIT("Server-Timing: tessera;dur="));
	tsr_head_uint(&head, us / 1000);
	digits[0] = (uint8_t)('0' + us / 100 % 10);
	digits[1] = (uint8_t)('0' + us / 10 % 10);
	digits[2] = (uint8_t)('0' + us % 10);
	tsr_head_add(&head, TSR_LIT("."));
	tsr_head_add(&head, tsr_span_of(digits, sizeof(digits)));
	tsr_head_add(&head, TSR_LIT("\r\n\r\n"));
	answer->head_length = head.n;
}

/* Copy the answer's head and body into the area. */
static enum tsr_err
copy(struct tsr_reply *reply)
{
	const struct tsr_answer *answer = &reply->answer;
	size_t n = answer->head_length, want = answer->length;

	if (answer->no_body)
		want = 0;
	if (want > TSR_REPLY_AREA - n)
		return TSR_LONG;
	memcpy(reply->area, answer->head, n);
	if (want > 0) {
		tsr_body_start(&reply->body, answer);
		if (tsr_body_read(reply->area + n, want, &reply->body) != want)
			return TSR_CHECKSUM;
	}
	reply->bytes = tsr_span_of(reply->area, n + want);
	return TSR_OK;
}

enum tsr_err
tsr_reply_make(struct tsr_reply *reply, const struct tsr_release *release,
    const struct tsr_request *request)
{
	uint64_t began = clock_ns();

	tsr_answer_make(&reply->answer, reply->pieces, &release->store, request,
	    NULL);
	add_timing(&reply->answer, &release->store.table, clock_ns() - began);
	return copy(reply);
}

void
tsr_reply_error(struct tsr_reply *reply, uint32_t status)
{
	tsr_answer_error(&reply->answer, reply->pieces, status);
	(void)copy(reply);
}
