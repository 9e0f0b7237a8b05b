/*
 * why_writer - sentences of /_tessera/why, as HTML or inside of JSON strings.
 */
#include "core/why_writer.h"

#include "core/jsontext.h"
#include "core/predicate.h"
#include "core/stitch.h"

/* Values that one sentence lists. */
#define VALUES_MAX 8

void
tsr_why_writer_init(struct tsr_why_writer *w, struct tsr_head *out,
    const struct tsr_table *t, struct tsr_span locale, bool json)
{
	w->out = out;
	w->t = t;
	w->locale = locale;
	w->words = tsr_why_meta(t, TSR_LIT("why"), locale);
	w->titles = tsr_why_meta(t, TSR_LIT("titles"), locale);
	w->json = json;
}

void
tsr_why_put(struct tsr_why_writer *w, struct tsr_span s)
{
	tsr_head_add(w->out, s);
}

void
tsr_why_text(struct tsr_why_writer *w, struct tsr_span s)
{
	struct tsr_jsontext json = {.room = w->out->p + w->out->n,
	    .cap = w->out->cap - w->out->n};

	if (w->out->full)
		return;
	if (!w->json) {
		w->out->n += tsr_escape_cut(json.room, json.cap, s, UINT32_MAX,
		    TSR_ESCAPE_ATTRIBUTE);
		return;
	}
	tsr_jsontext_quoted(&json, s);
	if (json.bad || json.n < 2) {
		w->out->full = true;
		return;
	}
	/* Without its quotes: a string is made of several texts. */
	memmove(json.room, json.room + 1, json.n - 2);
	w->out->n += json.n - 2;
}

void
tsr_why_say(struct tsr_why_writer *w, enum tsr_why_word which)
{
	tsr_why_text(w, tsr_why_word(which, w->words, w->locale));
}

void
tsr_why_title(struct tsr_why_writer *w, uint32_t attribute)
{
	const uint8_t *p = tsr_table_record(
	    w->t, TSR_SECTION_ATTR, attribute, TSR_ATTRIBUTE_SIZE);
	struct tsr_span title = tsr_why_entry(w->titles, attribute);

	if (p == NULL)
		return;
	if (title.n > 0)
		tsr_why_text(w, title);
	else if (p[17] == TSR_SOURCE_TIME)
		tsr_why_say(w, TSR_WHY_TIME);
	else
		tsr_why_text(w, tsr_table_text(w->t, p));
}

static void
put_operand(struct tsr_why_writer *w, const uint8_t *operand)
{
	struct tsr_jsontext number = {.room = NULL};
	uint8_t room[32];

	switch (operand[0]) {
	case TSR_OPERAND_STRING:
		tsr_why_say(w, TSR_WHY_OPEN);
		tsr_why_text(w, tsr_table_text(w->t, operand + 8));
		tsr_why_say(w, TSR_WHY_SHUT);
		break;
	case TSR_OPERAND_NUMBER:
		number.room = room;
		number.cap = sizeof(room);
		tsr_jsontext_number(&number, tsr_le_double(operand + 8));
		tsr_why_text(w, tsr_span_of(room, number.n));
		break;
	case TSR_OPERAND_BOOLEAN:
		tsr_why_say(w, operand[1] ? TSR_WHY_TRUE : TSR_WHY_FALSE);
		break;
	default:
		tsr_why_say(w, TSR_WHY_MISSING);
	}
}

/* A predicate that holds, in words. */
static void
put_held(struct tsr_why_writer *w, const uint8_t *p, bool time)
{
	static const uint8_t words[TSR_OPERATOR_COUNT] = {
	    [TSR_OPERATOR_EQ] = TSR_WHY_IS,
	    [TSR_OPERATOR_BARE] = TSR_WHY_IS,
	    [TSR_OPERATOR_IN] = TSR_WHY_ONE_OF,
	    [TSR_OPERATOR_LT] = TSR_WHY_LESS,
	    [TSR_OPERATOR_LTE] = TSR_WHY_AT_MOST,
	    [TSR_OPERATOR_GT] = TSR_WHY_MORE_THAN,
	    [TSR_OPERATOR_GTE] = TSR_WHY_AT_LEAST,
	};
	uint32_t first = tsr_le32(p + 8), count = tsr_le32(p + 12), i;
	uint8_t which = p[0] < TSR_OPERATOR_COUNT ? words[p[0]] : 0;
	const uint8_t *operand;

	if (count > 0 && count - 1 <= UINT32_MAX - first) {
		operand = tsr_table_record(w->t, TSR_SECTION_VALU,
		    first + count - 1, TSR_OPERAND_SIZE);
		if (operand != NULL && operand[0] == TSR_OPERAND_GROUP)
			which = 0;
	}
	/* Seconds since 1970 tell nobody anything, nor does who else is in. */
	if (which == 0 || count == 0 || time) {
		tsr_why_say(w, TSR_WHY_MATCHES);
		return;
	}
	tsr_why_say(w, (enum tsr_why_word)which);
	tsr_why_text(w, TSR_LIT(" "));
	if (p[0] != TSR_OPERATOR_IN)
		count = 1;
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		operand = tsr_table_record(
		    w->t, TSR_SECTION_VALU, first + i, TSR_OPERAND_SIZE);
		if (operand == NULL)
			break;
		if (i > 0)
			tsr_why_text(w, TSR_LIT(", "));
		if (i == VALUES_MAX) {
			tsr_why_text(w, TSR_LIT("\xe2\x80\xa6"));
			break;
		}
		put_operand(w, operand);
	}
}

void
tsr_why_found(struct tsr_why_writer *w, uint32_t attribute,
    const struct tsr_signal *signal)
{
	static const uint8_t words[] = {[TSR_SIGNAL_OTHER] = TSR_WHY_OTHER,
	    [TSR_SIGNAL_PRESENT] = TSR_WHY_PRESENT,
	    [TSR_SIGNAL_MISSING] = TSR_WHY_MISSING,
	    [TSR_SIGNAL_SHOWN] = TSR_WHY_SHOWN,
	    [TSR_SIGNAL_DRAWN] = TSR_WHY_DRAWN};
	const uint8_t *p = tsr_table_record(w->t, TSR_SECTION_PRED,
	    signal->predicate, TSR_PREDICATE_SIZE);
	const uint8_t *a = tsr_table_record(
	    w->t, TSR_SECTION_ATTR, attribute, TSR_ATTRIBUTE_SIZE);

	if (signal->kind == TSR_SIGNAL_HELD && p != NULL)
		put_held(w, p, a != NULL && a[17] == TSR_SOURCE_TIME);
	else if (signal->kind < TSR_SIGNAL_HELD)
		tsr_why_say(w, (enum tsr_why_word)words[signal->kind]);
}
