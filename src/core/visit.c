/*
 * visit - what one request knows of its visitor, as far as it was asked.
 */
#include "core/visit.h"

#include "core/consent.h"

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
