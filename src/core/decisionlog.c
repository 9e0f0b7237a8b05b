/*
 * decisionlog - one page view as one line of JSON.
 */
#include "core/decisionlog.h"

#include "core/decide.h"
#include "core/digits.h"
#include "core/experiment.h"
#include "core/jsontext.h"
#include "core/weights.h"
#include "core/why.h"

static void
put(struct tsr_jsontext *out, struct tsr_span s)
{
	if (out->bad || s.n > out->cap - out->n) {
		out->bad = true;
		return;
	}
	memcpy(out->room + out->n, s.p, s.n);
	out->n += s.n;
}

static bool
names_prefetch(struct tsr_span value)
{
	size_t i;

	for (i = 0; i < value.n; i++)
		if (tsr_span_starts(
			tsr_span_from(value, i), TSR_LIT("prefetch")) ||
		    tsr_span_starts(
			tsr_span_from(value, i), TSR_LIT("prerender")))
			return true;
	return false;
}

bool
tsr_decisionlog_wanted(const struct tsr_visit *visit)
{
	const struct tsr_request *request = visit->request;

	return visit->overrides == NULL &&
	    tsr_span_eq(tsr_request_param(request, TSR_LIT("REQUEST_METHOD")),
		TSR_LIT("GET")) &&
	    !names_prefetch(tsr_request_param(
		request, TSR_LIT("HTTP_SEC_PURPOSE"))) &&
	    !names_prefetch(
		tsr_request_param(request, TSR_LIT("HTTP_PURPOSE")));
}

static void
put_value(struct tsr_jsontext *out, const struct tsr_value *value)
{
	switch (value->kind) {
	case TSR_VALUE_BOOLEAN:
		put(out, value->boolean ? TSR_LIT("true") : TSR_LIT("false"));
		break;
	case TSR_VALUE_NUMBER:
		/* JSON has no infinity: it is written as a text. */
		if (value->number - value->number == 0)
			tsr_jsontext_number(out, value->number);
		else
			put(out, value->number > 0 ? TSR_LIT("\"Infinity\"")
						   : TSR_LIT("\"-Infinity\""));
		break;
	case TSR_VALUE_STRING:
		tsr_jsontext_quoted(out, value->string);
		break;
	case TSR_VALUE_JSON:
		tsr_jsontext_json(out, value->string);
		break;
	default:
		put(out, TSR_LIT("null"));
	}
}

static void
put_inputs(struct tsr_jsontext *out, const struct tsr_signal *signals,
    struct tsr_visit *visit)
{
	const struct tsr_value *value;
	const uint8_t *attribute;
	bool first = true;
	uint32_t i;

	put(out, TSR_LIT(",\"inputs\":{"));
	for (i = 0; i < TSR_ATTRIBUTES_MAX; i++) {
		attribute = tsr_table_record(
		    visit->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		/* What an experiment may ask for was perhaps not asked. */
		if (attribute == NULL || signals[i].kind == TSR_SIGNAL_NONE ||
		    visit->values[i].kind == TSR_VALUE_UNREAD)
			continue;
		if (!first)
			put(out, TSR_LIT(","));
		first = false;
		tsr_jsontext_quoted(
		    out, tsr_table_text(visit->table, attribute));
		put(out, TSR_LIT(":"));
		value = &visit->values[i];
		if (value->kind != TSR_VALUE_MISSING && !signals[i].valued)
			put(out, TSR_LIT("true"));
		else
			put_value(out, value);
	}
	put(out, TSR_LIT("}"));
}

static void
put_assignment(struct tsr_jsontext *out, const struct tsr_assignment *got)
{
	static const char reasons[TSR_ASSIGNED_COUNT][12] = {"off", "no-id",
	    "filtered", "condition", "outside", "hashed", "sticky", "blocked",
	    "forced"};
	const char *reason = reasons[got->reason];

	put(out, TSR_LIT(":{\"arm\":"));
	if (got->arm >= 0)
		tsr_jsontext_quoted(out, got->name);
	else
		put(out, TSR_LIT("null"));
	put(out, TSR_LIT(",\"reason\":\""));
	put(out, tsr_span_of(reason,
	    tsr_span_find(tsr_span_of(reason, sizeof(reasons[0])), 0, 0)));
	put(out, TSR_LIT("\",\"propensity\":"));
	if (got->reason == TSR_ASSIGNED_FORCED)
		put(out, TSR_LIT("1"));
	else if (got->arm >= 0 && got->buckets > 0 && got->to >= got->from)
		tsr_jsontext_number(out,
		    (double)(got->to - got->from) / (double)got->buckets);
	else
		put(out, TSR_LIT("null"));
	put(out, TSR_LIT("}"));
}

/* The experiments and holdouts that were asked for, and the weights. */
static void
put_experiments(struct tsr_jsontext *out, const struct tsr_signal *signals,
    struct tsr_visit *visit)
{
	const struct tsr_table *t = visit->table;
	uint32_t count = tsr_table_count(t, TSR_SECTION_EXPT), attribute, i;
	struct tsr_assignment got;
	uint8_t room[2 * TSR_WEIGHTS_HASH];
	const uint8_t *trial;
	bool first = true;

	put(out, TSR_LIT(",\"weights\":"));
	if (visit->request->weights != NULL) {
		put(out, TSR_LIT("\""));
		put(out, tsr_hex_digits(room,
		    tsr_span_of(visit->request->weights->hash,
			TSR_WEIGHTS_HASH)));
		put(out, TSR_LIT("\""));
	} else {
		put(out, TSR_LIT("null"));
	}
	put(out, TSR_LIT(",\"experiments\":{"));
	for (i = 0; i < count; i++) {
		trial = tsr_table_record(
		    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
		attribute = tsr_le32(trial + 20);
		if (attribute >= TSR_ATTRIBUTES_MAX ||
		    signals[attribute].kind == TSR_SIGNAL_NONE ||
		    visit->values[attribute].kind == TSR_VALUE_UNREAD)
			continue;
		if (!first)
			put(out, TSR_LIT(","));
		first = false;
		tsr_decide_arm(&got, visit, i);
		tsr_jsontext_quoted(out, tsr_table_text(t, trial));
		put_assignment(out, &got);
	}
	put(out, TSR_LIT("}"));
}

/* The slots and what they show; what was read for it. */
static void
put_slots(struct tsr_jsontext *out, struct tsr_signal *signals,
    struct tsr_choices *choices, struct tsr_visit *visit)
{
	const struct tsr_table *t = visit->table;
	const struct tsr_ask ask = tsr_ask_visit(visit);
	const uint8_t *slot, *program;
	struct tsr_chosen chosen;
	bool first = true;

	put(out, TSR_LIT(",\"slots\":["));
	while (!out->bad && tsr_choices_next(choices, &chosen)) {
		slot = tsr_table_record(
		    t, TSR_SECTION_SLOT, chosen.slot, TSR_SLOT_SIZE);
		program = tsr_table_record(
		    t, TSR_SECTION_PROG, chosen.program, TSR_PROGRAM_SIZE);
		tsr_why_follow(signals, t, &ask, tsr_le32(slot));
		put(out, first ? TSR_LIT("[") : TSR_LIT(",["));
		first = false;
		tsr_jsontext_quoted(out, tsr_table_text(t, slot + 12));
		put(out, TSR_LIT(","));
		tsr_jsontext_number(out, chosen.outcome);
		put(out, TSR_LIT(","));
		tsr_jsontext_quoted(out, tsr_table_text(t, program + 8));
		put(out, TSR_LIT("]"));
	}
	put(out, TSR_LIT("]"));
}

size_t
tsr_decisionlog_write(
    uint8_t *out, size_t n, struct tsr_visit *visit, uint32_t page)
{
	const uint8_t *record = tsr_table_record(
	    visit->table, TSR_SECTION_PAGE, page, TSR_PAGE_SIZE);
	const struct tsr_ask ask = tsr_ask_visit(visit);
	struct tsr_jsontext text = {.room = out, .cap = n};
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	struct tsr_choices choices;
	uint8_t id[64];

	if (record == NULL ||
	    !tsr_choices_init(&choices, visit->table, &ask, record))
		return 0;
	memset(signals, 0, sizeof(signals));
	tsr_why_follow(signals, visit->table, &ask, tsr_le32(record + 24));
	put(&text, TSR_LIT("{\"time\":"));
	tsr_jsontext_number(&text, (double)visit->request->now);
	put(&text, TSR_LIT(",\"release\":\""));
	put(&text, tsr_hex_digits(id, visit->table->id));
	put(&text, TSR_LIT("\",\"page\":"));
	tsr_jsontext_number(&text, page);
	put(&text, TSR_LIT(",\"path\":"));
	tsr_jsontext_quoted(&text, visit->path);
	put(&text, TSR_LIT(",\"edition\":"));
	tsr_jsontext_number(&text, choices.edition);
	put_slots(&text, signals, &choices, visit);
	tsr_why_close(signals, visit->table, &ask);
	put_experiments(&text, signals, visit);
	put_inputs(&text, signals, visit);
	put(&text, TSR_LIT("}\n"));
	return text.bad ? 0 : text.n;
}
