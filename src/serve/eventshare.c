/*
 * eventshare - what workers and the writer of the log keep in common memory.
 */
#include "serve/eventshare.h"

#include "core/header.h"
#include "serve/memory.h"

/* Trouble of one kind is said once in so many ms. */
#define SAY_MS 60000

struct tsr_eventshare *
tsr_eventshare_open(uint32_t of_each, uint32_t of_all)
{
	struct tsr_eventshare *share = tsr_memory_share(sizeof(*share));
	unsigned i;

	if (share == NULL)
		return NULL;
	for (i = 0; i < TSR_EVENTTROUBLE_COUNT; i++)
		atomic_store(&share->said[i], -SAY_MS);
	tsr_rates_init(&share->rates, of_each, of_all);
	return share;
}

void
tsr_eventshare_add(struct tsr_eventshare *share, unsigned count, uint64_t n)
{
	if (n > 0)
		atomic_fetch_add_explicit(
		    &share->counts[count], n, memory_order_relaxed);
}

bool
tsr_eventshare_says(
    struct tsr_eventshare *share, enum tsr_eventtrouble trouble, int64_t now)
{
	long long last = atomic_load(&share->said[trouble]);

	return now - last >= SAY_MS && atomic_compare_exchange_strong(
					   &share->said[trouble], &last, now);
}

void
tsr_eventshare_found(
    struct tsr_eventshare *share, const struct tsr_collect *collect)
{
	unsigned i;

	tsr_eventshare_add(share, TSR_EVENTCOUNT_BATCHES, 1);
	tsr_eventshare_add(
	    share, TSR_EVENTCOUNT_LIMITED, collect->status == 429);
	/* FINE is 0. */
	for (i = 1; i < TSR_EVENT_FAULT_COUNT; i++)
		if (!tsr_event_aside((enum tsr_event_fault)i))
			tsr_eventshare_add(share, TSR_EVENTCOUNT_REFUSED + i,
			    collect->faults[i]);
	/* Events of such kinds are kept aside: the writer counts them. */
	tsr_eventshare_add(share, TSR_EVENTCOUNT_REFUSED + TSR_EVENT_NO_KIND,
	    collect->unknown);
}

/* ---- numbers for operators ---- */

static const char names[TSR_EVENTCOUNT_REFUSED][12] = {"batches", "accepted",
    "duplicates", "aside", "restricted", "limited", "unwritten", "groups",
    "errors"};

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static void
put(struct tsr_head *head, struct tsr_span name, uint64_t n, bool first)
{
	tsr_head_add(head, first ? TSR_LIT("\"") : TSR_LIT(",\""));
	tsr_head_add(head, name);
	tsr_head_add(head, TSR_LIT("\":"));
	tsr_head_uint(head, n);
}

size_t
tsr_eventshare_json(uint8_t *out, size_t n, const struct tsr_eventshare *share)
{
	struct tsr_head head = {out, 0, n, false};
	bool first = true;
	uint64_t count;
	unsigned i;

	for (i = 0; i < TSR_EVENTCOUNT_REFUSED; i++)
		put(&head, text_of(names[i]), atomic_load(&share->counts[i]),
		    i == 0);
	tsr_head_add(&head, TSR_LIT(",\"refused\":{"));
	for (i = 0; i < TSR_EVENT_FAULT_COUNT; i++) {
		count = atomic_load(&share->counts[TSR_EVENTCOUNT_REFUSED + i]);
		if (count == 0)
			continue;
		put(&head,
		    text_of(tsr_event_fault_name((enum tsr_event_fault)i)),
		    count, first);
		first = false;
	}
	tsr_head_add(&head, TSR_LIT("}"));
	return head.full ? 0 : head.n;
}
