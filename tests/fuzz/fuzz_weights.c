/*
 * Any bytes as a weights file: what has the right form is rounded to units
 * that add up, and walks to its end; a table of any bytes does no harm.
 *
 * The first 2 x 80 bytes are experiments, 4 x 16 are arms, the rest a file.
 */
#include <stdlib.h>

#include "core/weights.h"

#define RECORDS (2 * TSR_EXPERIMENT_SIZE + 4 * TSR_ARM_SIZE)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_weights weights;
	struct tsr_span entries, file;
	struct tsr_weights_entry entry;
	struct tsr_table table = {0};
	uint32_t sum, i;

	if (size < RECORDS)
		return 0;
	table.sections[TSR_SECTION_EXPT].p = data;
	table.sections[TSR_SECTION_EXPT].count = 2;
	table.sections[TSR_SECTION_EARM].p = data + 2 * TSR_EXPERIMENT_SIZE;
	table.sections[TSR_SECTION_EARM].count = 4;
	file = tsr_span_of(data + RECORDS, size - RECORDS);
	table.sections[TSR_SECTION_STRS].p = file.p;
	table.sections[TSR_SECTION_STRS].n = file.n;
	memset(&weights, 0, sizeof(weights));
	if (tsr_weights_check(&entries, file) != TSR_OK)
		return 0;
	while (tsr_weights_next(&entry, &entries)) {
		for (sum = 0, i = 0; i < entry.count; i++)
			sum += entry.units[i];
		if (sum != TSR_WEIGHTS_ONE)
			abort();
		(void)tsr_weights_put(&weights, &table, &entry);
	}
	for (i = 0; i < TSR_ARMS_MAX; i++)
		if (weights.cuts[i].from > weights.cuts[i].to ||
		    weights.cuts[i].to > 10000)
			abort();
	return 0;
}
