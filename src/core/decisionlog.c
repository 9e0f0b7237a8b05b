/*
 * decisionlog - one page view as one line of JSON.
 */
#include "core/decisionlog.h"

#include "core/choices.h"
#include "core/jsontext.h"
#include "core/predicate.h"

/*
 * Attributes that decisions read, one bit each; and those of which more was
 * asked than whether they are there.
 */
struct read {
	uint8_t bits[TSR_ATTRIBUTES_MAX / 8];
	uint8_t values[TSR_ATTRIBUTES_MAX / 8];
};

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

static void
put_hex(struct tsr_jsontext *out, struct tsr_span bytes)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t pair[2];
	size_t i;

	for (i = 0; i < bytes.n; i++) {
		pair[0] = (uint8_t)digits[bytes.p[i] >> 4];
		pair[1] = (uint8_t)digits[bytes.p[i] & 15];
		put(out, tsr_span_of(pair, 2));
	}
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

/* Which attributes one decision read on its way. */
static void
follow(struct read *read, struct tsr_visit *visit, uint32_t decision)
{
	const struct tsr_ask ask = tsr_ask_visit(visit);
	struct tsr_path path;
	const uint8_t *predicate;
	uint32_t attribute;

	tsr_path_init(&path, visit->table, &ask, decision);
	while (tsr_path_next(&path)) {
		predicate = tsr_table_record(visit->table, TSR_SECTION_PRED,
		    path.predicate, TSR_PREDICATE_SIZE);
		attribute = predicate != NULL ? tsr_le32(predicate + 4)
					      : TSR_ATTRIBUTES_MAX;
		if (attribute >= TSR_ATTRIBUTES_MAX)
			continue;
		read->bits[attribute / 8] |= (uint8_t)(1u << attribute % 8);
		if (predicate[0] != TSR_OPERATOR_EXISTS)
			read->values[attribute / 8] |=
			    (uint8_t)(1u << attribute % 8);
	}
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
put_inputs(struct tsr_jsontext *out, const struct read *read,
    struct tsr_visit *visit)
{
	const struct tsr_value *value;
	const uint8_t *attribute;
	bool first = true;
	uint32_t i;

	put(out, TSR_LIT(",\"inputs\":{"));
	for (i = 0; i < TSR_ATTRIBUTES_MAX; i++) {
		if ((read->bits[i / 8] & 1u << i % 8) == 0)
			continue;
		attribute = tsr_table_record(
		    visit->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (attribute == NULL)
			continue;
		if (!first)
			put(out, TSR_LIT(","));
		first = false;
		tsr_jsontext_quoted(
		    out, tsr_table_text(visit->table, attribute));
		put(out, TSR_LIT(":"));
		value = tsr_visit_value(visit, i);
		if (value->kind != TSR_VALUE_MISSING &&
		    (read->values[i / 8] & 1u << i % 8) == 0)
			put(out, TSR_LIT("true"));
		else
			put_value(out, value);
	}
	put(out, TSR_LIT("}"));
}

/* The slots and what they show; what was read for it. */
static void
put_slots(struct tsr_jsontext *out, struct read *read,
    struct tsr_choices *choices, struct tsr_visit *visit)
{
	const struct tsr_table *t = visit->table;
	const uint8_t *slot, *program;
	struct tsr_chosen chosen;
	bool first = true;

	put(out, TSR_LIT(",\"slots\":["));
	while (!out->bad && tsr_choices_next(choices, &chosen)) {
		slot = tsr_table_record(
		    t, TSR_SECTION_SLOT, chosen.slot, TSR_SLOT_SIZE);
		program = tsr_table_record(
		    t, TSR_SECTION_PROG, chosen.program, TSR_PROGRAM_SIZE);
		follow(read, visit, tsr_le32(slot));
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
	struct read read = {{0}, {0}};
	struct tsr_choices choices;

	if (record == NULL ||
	    !tsr_choices_init(&choices, visit->table, &ask, record))
		return 0;
	follow(&read, visit, tsr_le32(record + 24));
	put(&text, TSR_LIT("{\"time\":"));
	tsr_jsontext_number(&text, (double)visit->request->now);
	put(&text, TSR_LIT(",\"release\":\""));
	put_hex(&text, visit->table->id);
	put(&text, TSR_LIT("\",\"page\":"));
	tsr_jsontext_number(&text, page);
	put(&text, TSR_LIT(",\"path\":"));
	tsr_jsontext_quoted(&text, visit->path);
	put(&text, TSR_LIT(",\"edition\":"));
	tsr_jsontext_number(&text, choices.edition);
	put_slots(&text, &read, &choices, visit);
	put_inputs(&text, &read, visit);
	put(&text, TSR_LIT("}\n"));
	return text.bad ? 0 : text.n;
}
