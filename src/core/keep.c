/*
 * keep - the visitor state between the cookie that came and the one that goes.
 */
#include "core/keep.h"

#include "core/experiment.h"
#include "core/journey.h"
#include "core/number.h"
#include "core/score.h"
#include "core/state_text.h"

uint32_t
tsr_keep_days(const struct tsr_table *t)
{
	struct tsr_span text = tsr_table_meta(t, TSR_LIT("state"));
	double days;

	if (text.n == 0 || !tsr_number_read(&days, text) || !(days >= 1) ||
	    !(days <= TSR_STATE_DAYS_MAX))
		return 0;
	return (uint32_t)days;
}

static struct tsr_span
cookie_name(const struct tsr_request *request)
{
	return request->plain ? TSR_LIT("tessera") : TSR_LIT("__Host-tessera");
}

/* Counters that the site does not declare any more give their places back. */
static void
drop_counters(struct tsr_state *state, const struct tsr_table *t)
{
	struct tsr_span names = tsr_table_meta(t, TSR_LIT("state.counters"));
	uint32_t i, n = 0;
	size_t from, end;

	for (i = 0; i < state->counter_count; i++) {
		for (from = 0; from < names.n; from = end + 1) {
			end = tsr_span_find(names, ' ', from);
			if (tsr_state_name(tsr_span_part(names, from,
				end - from)) == state->counters[i].name)
				break;
		}
		if (from < names.n)
			state->counters[n++] = state->counters[i];
	}
	state->counter_count = n;
}

/* Which buckets are of experiments that the release has no more? */
static void
mark_ended(struct tsr_state *state, const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_EXPT), i, k;
	const uint8_t *trial;

	for (k = 0; k < state->bucket_count; k++)
		state->buckets[k].ended = true;
	for (i = 0; i < count && state->bucket_count > 0; i++) {
		trial = tsr_table_record(
		    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
		if ((tsr_le16(trial + 18) &
			(TSR_TRIAL_STICKY | TSR_TRIAL_OFF)) != TSR_TRIAL_STICKY)
			continue;
		for (k = 0; k < state->bucket_count; k++)
			if (state->buckets[k].experiment ==
			    tsr_state_name(tsr_table_text(t, trial)))
				state->buckets[k].ended = false;
	}
}

static void
use(struct tsr_keep *keep, struct tsr_visit *visit)
{
	if (keep->state.purposes == 0)
		return;
	drop_counters(&keep->state, visit->table);
	tsr_score_clear(&keep->state, visit->table);
	mark_ended(&keep->state, visit->table);
	visit->state = visit->keep = &keep->state;
}

void
tsr_keep_begin(struct tsr_keep *keep, struct tsr_visit *visit,
    const uint8_t *page, bool get)
{
	const struct tsr_request *request = visit->request;
	uint32_t days = tsr_keep_days(visit->table);
	bool prefetch;

	keep->sets = keep->erases = false;
	keep->sent = tsr_span_of(NULL, 0);
	if (days == 0 || (tsr_le32(page + 20) & TSR_PAGE_PUBLIC) != 0 ||
	    visit->overrides != NULL || request->state != NULL)
		return;
	if (!tsr_request_cookie(&keep->sent, request, cookie_name(request)))
		keep->sent = tsr_span_of(NULL, 0);
	if ((visit->purposes & ~(1u << TSR_PURPOSE_NONE)) == 0) {
		keep->erases = get && keep->sent.p != NULL;
		return;
	}
	if (request->seal == NULL || tsr_journey_is_crawler(request))
		return;
	memset(&keep->state, 0, sizeof(keep->state));
	if (keep->sent.p != NULL)
		(void)tsr_state_read(
		    &keep->state, keep->sent, request->seal, request->now);
	(void)tsr_state_restrict(&keep->state, visit->purposes);
	prefetch = tsr_journey_is_prefetch(request);
	/* A view of an error page or one that nobody asked for counts not. */
	if (!prefetch && tsr_le32(page + 36) == 200) {
		tsr_journey_view(&keep->state, request, visit->purposes, days);
		keep->sets = get;
	}
	use(keep, visit);
}

/* Set-Cookie for a state that is not what was sent. */
static void
add_state(struct tsr_head *head, struct tsr_keep *keep,
    const struct tsr_request *request)
{
	uint8_t text[TSR_STATE_TEXT];
	struct tsr_span value;

	if (keep->state.purposes == 0)
		return;
	value = tsr_span_of(
	    text, tsr_state_write(text, &keep->state, request->seal));
	if (value.n > 0 && !tsr_span_eq(value, keep->sent))
		tsr_head_cookie(head, cookie_name(request), value,
		    keep->state.expires - keep->state.issued);
}

void
tsr_keep_end(struct tsr_head *head, struct tsr_keep *keep,
    const struct tsr_visit *visit)
{
	if (keep->erases)
		tsr_head_cookie(head, cookie_name(visit->request),
		    tsr_span_of(NULL, 0), 0);
	if (keep->sets)
		add_state(head, keep, visit->request);
}

bool
tsr_keep_open(struct tsr_keep *keep, const struct tsr_table *t,
    const struct tsr_request *request, unsigned purposes)
{
	keep->sets = keep->erases = false;
	keep->sent = tsr_span_of(NULL, 0);
	if (tsr_keep_days(t) == 0 || request->seal == NULL ||
	    !tsr_request_cookie(
		&keep->sent, request, cookie_name(request)) ||
	    tsr_state_read(&keep->state, keep->sent, request->seal,
		request->now) != TSR_OK)
		return false;
	(void)tsr_state_restrict(&keep->state, purposes);
	drop_counters(&keep->state, t);
	tsr_score_clear(&keep->state, t);
	mark_ended(&keep->state, t);
	return keep->state.purposes != 0;
}

void
tsr_keep_close(struct tsr_head *head, struct tsr_keep *keep,
    const struct tsr_request *request)
{
	add_state(head, keep, request);
}

void
tsr_keep_withdraw(struct tsr_head *head, const struct tsr_request *request,
    unsigned purposes)
{
	struct tsr_span sent, value = {NULL, 0};
	uint8_t text[TSR_STATE_TEXT];
	struct tsr_state state;
	uint32_t now = (uint32_t)(request->now / 1000);

	if (!tsr_request_cookie(&sent, request, cookie_name(request)))
		return;
	if (request->seal != NULL &&
	    tsr_state_read(&state, sent, request->seal, request->now) ==
		TSR_OK) {
		if (!tsr_state_restrict(&state, purposes))
			return;
		if (state.purposes != 0)
			value = tsr_span_of(text,
			    tsr_state_write(text, &state, request->seal));
	}
	tsr_head_cookie(head, cookie_name(request), value,
	    value.n > 0 && state.expires > now ? state.expires - now : 0);
}
