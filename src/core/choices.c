/*
 * choices - the way through a page's decisions, step by step.
 */
#include "core/choices.h"

#include "core/decide.h"

static bool
visit_holds(void *ctx, uint32_t predicate)
{
	return tsr_decide_predicate(ctx, predicate);
}

struct tsr_ask
tsr_ask_visit(struct tsr_visit *visit)
{
	struct tsr_ask ask = {visit, visit_holds};

	return ask;
}

void
tsr_path_init(struct tsr_path *path, const struct tsr_table *table,
    const struct tsr_ask *ask, uint32_t decision)
{
	const uint8_t *d = tsr_table_record(
	    table, TSR_SECTION_DECN, decision, TSR_DECISION_SIZE);

	path->table = table;
	path->ask = *ask;
	path->target = d != NULL ? tsr_le32(d) : TSR_TARGET_OUTCOME;
	path->outcomes = d != NULL ? tsr_le32(d + 4) : 1;
	path->steps = 0;
	path->predicate = 0;
	path->held = false;
}

bool
tsr_path_next(struct tsr_path *path)
{
	const uint8_t *node;

	if ((path->target & TSR_TARGET_OUTCOME) != 0)
		return false;
	node = tsr_table_record(
	    path->table, TSR_SECTION_NODE, path->target, TSR_NODE_SIZE);
	if (node == NULL || path->steps++ == TSR_DECIDE_STEPS) {
		path->target = UINT32_MAX;
		return false;
	}
	path->predicate = tsr_le32(node);
	path->held = path->ask.holds(path->ask.ctx, path->predicate);
	path->target = tsr_le32(node + (path->held ? 4 : 8));
	return true;
}

uint32_t
tsr_path_outcome(const struct tsr_path *path)
{
	uint32_t outcome = path->target & ~TSR_TARGET_OUTCOME;

	if ((path->target & TSR_TARGET_OUTCOME) != 0 &&
	    outcome < path->outcomes)
		return outcome;
	return path->outcomes > 0 ? path->outcomes - 1 : 0;
}

static uint32_t
decide(const struct tsr_choices *choices, uint32_t decision)
{
	struct tsr_path path;

	tsr_path_init(&path, choices->table, &choices->ask, decision);
	while (tsr_path_next(&path))
		;
	return tsr_path_outcome(&path);
}

/* Program number `outcome` of count from first; false: there is none. */
static bool
pick(uint32_t *program, uint32_t outcome, uint32_t first, uint32_t count)
{
	if (count == 0)
		return false;
	if (outcome >= count)
		outcome = count - 1;
	if (outcome > UINT32_MAX - first)
		return false;
	*program = first + outcome;
	return true;
}

static bool
enter(struct tsr_choices *choices, size_t depth, uint32_t program)
{
	const uint8_t *p = tsr_table_record(
	    choices->table, TSR_SECTION_PROG, program, TSR_PROGRAM_SIZE);

	if (p == NULL || tsr_le32(p + 4) > UINT32_MAX - tsr_le32(p))
		return false;
	choices->stack[depth].part = tsr_le32(p);
	choices->stack[depth].end = tsr_le32(p) + tsr_le32(p + 4);
	choices->depth = depth;
	return true;
}

bool
tsr_choices_init(struct tsr_choices *choices, const struct tsr_table *table,
    const struct tsr_ask *ask, const uint8_t *page)
{
	choices->table = table;
	choices->ask = *ask;
	choices->steps = 0;
	choices->edition = decide(choices, tsr_le32(page + 24));
	return pick(&choices->program, choices->edition, tsr_le32(page + 28),
		   tsr_le32(page + 32)) &&
	    enter(choices, 0, choices->program);
}

static bool
choose(struct tsr_choices *choices, struct tsr_chosen *out, uint32_t slot)
{
	const uint8_t *s = tsr_table_record(
	    choices->table, TSR_SECTION_SLOT, slot, TSR_SLOT_SIZE);

	if (s == NULL || choices->depth == TSR_SLOT_DEPTH)
		return false;
	out->slot = slot;
	out->depth = (unsigned)choices->depth;
	out->outcome = decide(choices, tsr_le32(s));
	return pick(&out->program, out->outcome, tsr_le32(s + 4),
		   tsr_le32(s + 8)) &&
	    enter(choices, choices->depth + 1, out->program);
}

bool
tsr_choices_next(struct tsr_choices *choices, struct tsr_chosen *out)
{
	const uint8_t *part;

	while (choices->steps++ < TSR_PARTS_MAX) {
		while (choices->depth > 0 &&
		    choices->stack[choices->depth].part ==
			choices->stack[choices->depth].end)
			choices->depth--;
		if (choices->stack[choices->depth].part ==
		    choices->stack[choices->depth].end)
			return false;
		part = tsr_table_record(choices->table, TSR_SECTION_PART,
		    choices->stack[choices->depth].part++, TSR_PART_SIZE);
		if (part == NULL)
			return false;
		if (part[0] == TSR_PART_SLOT)
			return choose(choices, out, tsr_le32(part + 4));
	}
	return false;
}
