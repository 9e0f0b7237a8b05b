/*
 * Any bytes as a batch of events, from a browser or a server, at any step:
 * entries lie within the text, lines end where they should and hold no other
 * line end, the message to the writer reads back, and so do lines of counts.
 */
#include <stdlib.h>

#include "lib/small.h"
#include "serve/eventmail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tsr_small s;
static struct tsr_collect collect;

static void
check_counts(struct tsr_span line)
{
	struct tsr_event_batch batch;
	struct tsr_event_counter c;

	if (tsr_event_open(&batch, &s.release.store.table,
		TSR_EVENT_FORM_LINE, line) != TSR_EVENT_FINE ||
	    !batch.has_id)
		abort();
	while (tsr_event_counter(&c, &batch))
		if (c.fault != TSR_EVENT_FINE || c.n == 0)
			abort();
}

static void
check_entries(void)
{
	static uint8_t message[TSR_EVENTMAIL_MAX];
	struct tsr_eventmail_question q;
	struct tsr_eventmail_entry entry;
	size_t n = tsr_eventmail_write(message, 1, &collect), count = 0;

	memcpy(message + n, collect.text, collect.n);
	if (!tsr_eventmail_open(&q, tsr_span_of(message, n + collect.n)))
		abort();
	for (; tsr_eventmail_next(&entry, &q); count++) {
		if (entry.stream == TSR_COLLECT_COUNTS)
			check_counts(entry.bytes);
		if (entry.bytes.n == 0 ||
		    tsr_span_find(entry.bytes, '\n', 0) != entry.bytes.n - 1)
			abort();
	}
	if (count != collect.count)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *headers[] = {"HTTP_ORIGIN=https://www.example.org",
	    "HTTP_COOKIE=consent=functional+analytics+personalization", NULL};
	struct tsr_item item = tsr_small_text("<h1>Home</h1>");
	static struct tsr_choice edition;

	if (s.pieces == NULL) {
		tsr_small_init(&s, "{}");
		edition = tsr_small_choice(&s, "edition", &item, 1);
		(void)tsr_small_page(&s, "/", &edition, 1, 0);
		tsr_small_open(&s);
		s.request.collect = &collect;
	}
	if (size == 0)
		return 0;
	if ((data[0] & 1) != 0)
		headers[1] = NULL;
	s.request.body = tsr_span_of(data + 1, size - 1);
	collect.step = TSR_COLLECT_ASK;
	tsr_small_ask(&s, "POST", "/_tessera/events", headers);
	if (collect.step == TSR_COLLECT_WAIT) {
		check_entries();
		collect.step = TSR_COLLECT_DONE;
		collect.fresh = UINT64_MAX;
		tsr_small_ask(&s, "POST", "/_tessera/events", headers);
		if (s.answer.status != 204)
			abort();
	}
	return 0;
}
