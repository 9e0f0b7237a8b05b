/*
 * Scores of any bytes: verified or not, events are counted and values asked.
 *
 * The first byte cuts the rest into the four sections; what is left are fields.
 */
#include <assert.h>

#include "core/jsonread.h"
#include "core/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	enum tsr_section section;
	size_t size;
} parts[] = {{TSR_SECTION_SCOR, TSR_SCORE_SIZE},
    {TSR_SECTION_VECT, TSR_VECTOR_SIZE}, {TSR_SECTION_GAIN, TSR_GAIN_SIZE},
    {TSR_SECTION_TIER, TSR_TIER_SIZE}};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span in = tsr_span_of(data, size), part, fields;
	struct tsr_state state = {.purposes = 8};
	struct tsr_table t;
	uint32_t value;
	size_t i, n;

	if (size < 2)
		return 0;
	memset(&t, 0, sizeof(t));
	in = tsr_span_from(in, 2);
	for (i = 0; i < TSR_COUNT_OF(parts); i++) {
		n = (data[i / 2] >> i % 2 * 4 & 15) * parts[i].size;
		if (tsr_span_cut(&part, &in, n) != TSR_OK)
			return 0;
		t.sections[parts[i].section].p = part.p;
		t.sections[parts[i].section].n = n;
		t.sections[parts[i].section].count =
		    (uint32_t)(n / parts[i].size);
	}
	t.sections[TSR_SECTION_STRS].p = data;
	t.sections[TSR_SECTION_STRS].n = size;
	(void)tsr_score_verify(&t);
	if (!tsr_jsonread_check(&fields, in))
		fields = tsr_span_of(NULL, 0);
	for (i = 0; i < 20; i++)
		tsr_score_take(&state, &t, tsr_span_of(data, i % 3), fields,
		    (int64_t)i * 100000000);
	value = tsr_score_value(&t, 0, &state, INT64_MAX);
	assert(value <= 100 || value == UINT32_MAX);
	(void)tsr_score_tier(&t, 0, value);
	tsr_score_clear(&state, &t);
	return 0;
}
