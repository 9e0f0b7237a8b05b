/*
 * bounds - the most that a packed page asks of the responder.
 */
#include "build/pack/bounds.h"

#include "core/limits.h"
#include "core/stitch.h"

/* gzip's header and trailer. */
#define MEMBER_BYTES 18

/* The stitcher's own pieces: header and trailer. */
#define MEMBER_PIECES 2

/* A stored block's header before a request-time text. */
#define TEXT_HEADER 5

static void
add(struct tsr_bounds *sum, const struct tsr_bounds *b)
{
	sum->bytes += b->bytes;
	sum->raw += b->raw;
	sum->parts += b->parts;
	sum->scratch += b->scratch;
}

static void
raise(struct tsr_bounds *most, const struct tsr_bounds *b)
{
	most->bytes = b->bytes > most->bytes ? b->bytes : most->bytes;
	most->raw = b->raw > most->raw ? b->raw : most->raw;
	most->parts = b->parts > most->parts ? b->parts : most->parts;
	most->scratch = b->scratch > most->scratch ? b->scratch : most->scratch;
}

static struct tsr_bounds
fragment_bounds(const struct tsr_emit_set *set)
{
	struct tsr_bounds most = {0}, b = {0};
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		b.bytes = set->objects[i].bytes.n;
		b.raw = set->objects[i].raw_length;
		raise(&most, &b);
	}
	return most;
}

/* What a part adds; list are the bounds of the programs before. */
static struct tsr_bounds
part_bounds(const struct tsr_packed_page *page,
    const struct tsr_packed_part *part, const struct tsr_emit_set *sets,
    const struct tsr_bounds *list)
{
	const struct tsr_packed_slot *slot;
	struct tsr_bounds b = {0};
	uint32_t i;

	switch (part->kind) {
	case TSR_PART_UNIT:
		b.bytes = page->objects[part->a].bytes.n;
		break;
	case TSR_PART_SLOT:
		slot = &page->slots[part->a];
		for (i = 0; i < slot->count; i++)
			raise(&b, &list[slot->first + i]);
		break;
	case TSR_PART_FRAGMENT:
		b = fragment_bounds(&sets[part->a]);
		break;
	case TSR_PART_TEXT:
		b.bytes = b.scratch =
		    (uint64_t)page->texts[part->a].length + TEXT_HEADER;
		break;
	case TSR_PART_FIELD:
		b.bytes = b.scratch = (uint64_t)part->a + TEXT_HEADER;
		break;
	default:
		b.raw = part->a; /* the end of a region */
		break;
	}
	b.parts++;
	return b;
}

void
tsr_bounds_find(struct tsr_bounds *out, struct tsr_packed_page *page,
    const struct tsr_emit_set *sets, struct tsr_arena *scratch)
{
	struct tsr_arena_mark mark = tsr_arena_mark(scratch);
	struct tsr_bounds *list =
	    TSR_NEW_ARRAY(scratch, struct tsr_bounds, page->program_count);
	size_t i, p;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < page->program_count; i++) {
		struct tsr_packed_program *program = &page->programs[i];

		if (i >= page->first_edition)
			list[i].bytes = MEMBER_BYTES;
		for (p = 0; p < program->count; p++) {
			struct tsr_bounds b = part_bounds(
			    page, &program->parts[p], sets, list);

			add(&list[i], &b);
		}
		program->most = list[i].bytes > UINT32_MAX
		    ? UINT32_MAX
		    : (uint32_t)list[i].bytes;
		if (i >= page->first_edition)
			raise(out, &list[i]);
	}
	page->raw_most =
	    out->raw > UINT32_MAX ? UINT32_MAX : (uint32_t)out->raw;
	tsr_arena_rewind(scratch, mark);
}

struct cap {
	const char *rule, *what, *unit, *hint;
	uint64_t n, most;
};

static void
check_cap(
    struct tsr_diag *diag, const struct cap *cap, const struct tsr_page *page)
{
	struct tsr_message *m;

	if (cap->n <= cap->most)
		return;
	m = tsr_diag_add(diag, TSR_ERROR, cap->rule, TSR_NOWHERE,
	    "page %.*s %s: %llu %s, at most %llu", TSR_ARG(page->path),
	    cap->what, (unsigned long long)cap->n, cap->unit,
	    (unsigned long long)cap->most);
	m->file = tsr_arena_cstr(diag->arena, page->id);
	tsr_diag_hint(diag, "%s", cap->hint);
}

void
tsr_bounds_check(struct tsr_diag *diag, const struct tsr_bounds *bounds,
    const struct tsr_page *page)
{
	const struct cap caps[] = {
	    {"P002", "is too large", "bytes",
		"shorten its lists, or split the page", bounds->raw,
		TSR_PAGE_TEXT_MAX},
	    {"P003", "is too large compressed", "bytes",
		"shorten its lists, or split the page", bounds->bytes,
		TSR_REPLY_MAX},
	    {"P004", "is made of too many pieces", "pieces",
		"split the page, or use fewer slots",
		bounds->parts + MEMBER_PIECES, TSR_PARTS_MAX},
	    {"P005", "has too many request-time texts", "bytes",
		"show them in fewer places, or lower their \"maxLength\"",
		bounds->scratch, TSR_STITCH_SCRATCH},
	};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(caps); i++)
		check_cap(diag, &caps[i], page);
}
