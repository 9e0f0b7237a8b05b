/*
 * preview_trace - which variant stands in each slot of a page.
 */
#include "cli/preview_trace.h"

#include "core/decide.h"

struct frame {
	uint32_t part, end;
};

static bool
enter(struct frame *out, const struct tsr_table *t, uint32_t program)
{
	const uint8_t *p = tsr_table_record(
	    t, TSR_SECTION_PROG, program, TSR_PROGRAM_SIZE);

	if (p == NULL || tsr_le32(p + 4) > UINT32_MAX - tsr_le32(p))
		return false;
	out->part = tsr_le32(p);
	out->end = out->part + tsr_le32(p + 4);
	return true;
}

/* The slot's place, and the program that was chosen for it. */
static bool
choose(struct tsr_preview_place *out, uint32_t *program,
    struct tsr_visit *visit, uint32_t number)
{
	const struct tsr_table *t = visit->table;
	const uint8_t *slot = tsr_table_record(
	    t, TSR_SECTION_SLOT, number, TSR_SLOT_SIZE), *chosen;
	uint32_t outcome;

	if (slot == NULL || tsr_le32(slot + 8) == 0)
		return false;
	outcome = tsr_decide_outcome(visit, tsr_le32(slot));
	if (outcome >= tsr_le32(slot + 8))
		outcome = tsr_le32(slot + 8) - 1;
	if (outcome > UINT32_MAX - tsr_le32(slot + 4))
		return false;
	*program = tsr_le32(slot + 4) + outcome;
	chosen = tsr_table_record(
	    t, TSR_SECTION_PROG, *program, TSR_PROGRAM_SIZE);
	if (chosen == NULL)
		return false;
	out->slot = tsr_table_text(t, slot + 12);
	out->shown = tsr_table_text(t, chosen + 8);
	out->number = number;
	out->position = tsr_le32(slot + 20);
	out->omitted = (tsr_le32(chosen + 20) & 1) != 0;
	return true;
}

size_t
tsr_preview_trace(struct tsr_preview_place *out, size_t cap,
    struct tsr_visit *visit, uint32_t program)
{
	struct frame stack[TSR_SLOT_DEPTH + 1];
	size_t depth = 0, count = 0, steps;
	const uint8_t *part;

	if (!enter(&stack[0], visit->table, program))
		return 0;
	for (steps = 0; steps < TSR_PARTS_MAX; steps++) {
		while (depth > 0 && stack[depth].part == stack[depth].end)
			depth--;
		if (stack[depth].part == stack[depth].end || count == cap)
			break;
		part = tsr_table_record(visit->table, TSR_SECTION_PART,
		    stack[depth].part++, TSR_PART_SIZE);
		if (part == NULL)
			break;
		if (part[0] != TSR_PART_SLOT)
			continue;
		if (depth == TSR_SLOT_DEPTH ||
		    !choose(&out[count], &program, visit, tsr_le32(part + 4)) ||
		    !enter(&stack[depth + 1], visit->table, program))
			break;
		out[count++].depth = (unsigned)depth++;
	}
	return count;
}
