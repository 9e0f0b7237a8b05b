/*
 * visit - what one request knows: its attributes, predicates and decisions.
 */
#include "core/visit.h"

#include "core/attribute.h"
#include "core/consent.h"
#include "core/predicate.h"

struct tsr_span
tsr_request_param(const struct tsr_request *request, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < request->count; i++)
		if (tsr_span_eq(request->params[i].name, name))
			return request->params[i].value;
	return tsr_span_of(NULL, 0);
}

struct tsr_span
tsr_request_target(const struct tsr_request *request)
{
	struct tsr_span target =
	    tsr_request_param(request, TSR_LIT("REQUEST_URI"));

	if (target.n == 0)
		target = tsr_request_param(request, TSR_LIT("PATH_INFO"));
	return target.n == 0 ? TSR_LIT("/") : target;
}

void
tsr_visit_init(struct tsr_visit *visit, const struct tsr_table *table,
    const struct tsr_request *request, const uint8_t *page)
{
	uint32_t count = tsr_table_count(table, TSR_SECTION_ATTR), i;
	uint32_t predicates = tsr_table_count(table, TSR_SECTION_PRED);
	const uint8_t *locale = tsr_table_record(
	    table, TSR_SECTION_LOCL, tsr_le32(page + 16), TSR_LOCALE_SIZE);

	visit->table = table;
	visit->request = request;
	visit->record = page;
	visit->path = tsr_table_text(table, page);
	visit->page = tsr_table_text(table, page + 8);
	visit->locale = locale != NULL ? tsr_table_text(table, locale)
				       : tsr_span_of(NULL, 0);
	visit->state = request->state;
	visit->keep = NULL;
	visit->overrides = NULL;
	visit->profile = request->profile;
	visit->profile_count = request->profile_count;
	visit->profile_asked = request->profile != NULL;
	visit->assigning = false;
	visit->scratch_used = 0;
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++)
		visit->values[i].kind = TSR_VALUE_UNREAD;
	if (predicates > TSR_PREDICATES_MAX)
		predicates = TSR_PREDICATES_MAX;
	memset(visit->predicates, 0, (predicates + 3) / 4);
	visit->purposes = tsr_consent_read(table, request);
}

const struct tsr_value *
tsr_visit_value(struct tsr_visit *visit, uint32_t i)
{
	static const struct tsr_value missing = {.kind = TSR_VALUE_MISSING};
	const uint8_t *attribute = tsr_table_record(
	    visit->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);

	if (attribute == NULL || i >= TSR_ATTRIBUTES_MAX)
		return &missing;
	if (visit->values[i].kind != TSR_VALUE_UNREAD)
		return &visit->values[i];
	if (visit->overrides != NULL &&
	    visit->overrides[i].kind != TSR_VALUE_UNREAD)
		visit->values[i] = visit->overrides[i];
	else
		tsr_attribute_read(&visit->values[i], visit, attribute);
	return &visit->values[i];
}

bool
tsr_visit_predicate(struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *predicate = tsr_table_record(
	    visit->table, TSR_SECTION_PRED, i, TSR_PREDICATE_SIZE);
	unsigned shift = i % 4 * 2, known;

	if (predicate == NULL || i >= TSR_PREDICATES_MAX)
		return false;
	known = visit->predicates[i / 4] >> shift & 3;
	if (known == 0) {
		known = 1 + tsr_predicate_holds(visit->table, predicate,
		    tsr_visit_value(visit, tsr_le32(predicate + 4)));
		visit->predicates[i / 4] |= (uint8_t)(known << shift);
	}
	return known == 2;
}

uint32_t
tsr_visit_decide(struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *decision = tsr_table_record(
	    visit->table, TSR_SECTION_DECN, i, TSR_DECISION_SIZE), *node;
	uint32_t target, count, steps;

	if (decision == NULL)
		return 0;
	target = tsr_le32(decision);
	count = tsr_le32(decision + 4);
	for (steps = 0; (target & TSR_TARGET_OUTCOME) == 0; steps++) {
		node = tsr_table_record(
		    visit->table, TSR_SECTION_NODE, target, TSR_NODE_SIZE);
		if (node == NULL || steps == TSR_DECIDE_STEPS)
			return count > 0 ? count - 1 : 0;
		target = tsr_visit_predicate(visit, tsr_le32(node))
		    ? tsr_le32(node + 4) : tsr_le32(node + 8);
	}
	target &= ~TSR_TARGET_OUTCOME;
	if (target < count)
		return target;
	return count > 0 ? count - 1 : 0;
}

size_t
tsr_visit_segment_key(uint8_t *out, size_t n, struct tsr_visit *visit)
{
	uint32_t count = tsr_table_count(visit->table, TSR_SECTION_SKEY), i;

	for (i = 0; i < count && i < n; i++)
		out[i] = tsr_visit_predicate(visit, tsr_le32(tsr_table_record(
		    visit->table, TSR_SECTION_SKEY, i, 4))) ? '1' : '0';
	return i;
}
