/*
 * fields - the regions of a page that the browser may change, and its data.
 */
#include "build/render/fields.h"

#include "build/read/mistake.h"
#include "build/render/variant_file.h"
#include "build/rules/trigger.h"
#include "core/limits.h"

/* The JSON of a page's data is at most this long. */
#define DATA_MAX ((size_t)1 << 20)

void
tsr_regions_clear(struct tsr_regions *regions)
{
	regions->list = NULL;
	regions->count = regions->cap = 0;
	regions->said = false;
}

static uint32_t
bit_of(struct tsr_regions *regions, uint32_t decision, struct tsr_where where)
{
	size_t i;

	if (decision == TSR_RESIDUE_ALWAYS)
		return UINT32_MAX;
	for (i = 0; i < regions->bit_count; i++)
		if (regions->bits[i] == decision)
			return (uint32_t)i;
	if (i == TSR_MASK_MAX)
		tsr_diag_add(regions->diag, TSR_ERROR, TSR_M_MASK, where,
		    "this page leaves more than %d questions to the browser",
		    TSR_MASK_MAX);
	if (i >= TSR_MASK_MAX)
		return 0;
	regions->bits = tsr_arena_grow(regions->arena, regions->bits,
	    regions->bit_count, &regions->bit_cap, sizeof(*regions->bits));
	regions->bits[regions->bit_count++] = decision;
	return (uint32_t)i;
}

/* What begins with the bit that decides whether it counts; -1: it does. */
static void
write_bit(struct tsr_buf *out, uint32_t bit)
{
	if (bit == UINT32_MAX)
		tsr_buf_text(out, "[-1,");
	else
		tsr_buf_printf(out, "[%u,", bit);
}

/* ---- files ---- */

static void
add_empty(struct tsr_buf *out, struct tsr_span region)
{
	tsr_buf_text(out, "<template data-personalized-region=\"");
	tsr_buf_add(out, region);
	tsr_buf_text(out, "\"></template>");
}

/* The text of a choice; false when it has more than text. */
static bool
choice_text(struct tsr_buf *out, const struct tsr_choice *choice,
    struct tsr_span region)
{
	uint32_t r, i;

	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++) {
			if (choice->rows[r].items[i].kind != TSR_ITEM_TEXT)
				return false;
			tsr_buf_add(out, choice->rows[r].items[i].text);
		}
	if (out->n == 0)
		add_empty(out, region);
	return true;
}

static struct tsr_span
add_file(struct tsr_regions *regions, const struct tsr_choice *choice,
    struct tsr_span region, struct tsr_where where)
{
	struct tsr_variant_file *file;
	struct tsr_buf text;

	tsr_buf_init(&text, TSR_PAGE_TEXT_MAX);
	if (!choice_text(&text, choice, region)) {
		tsr_diag_add(regions->diag, TSR_ERROR, TSR_M_BROWSER, where,
		    "\"%.*s\" waits for the browser, so it cannot hold slots "
		    "with variants, fragments or request-time texts",
		    TSR_ARG(choice->name));
		tsr_diag_hint(regions->diag,
		    "it is fetched as a file that is the same for everyone");
	}
	regions->files = tsr_arena_grow(regions->arena, regions->files,
	    regions->file_count, &regions->file_cap, sizeof(*regions->files));
	file = &regions->files[regions->file_count++];
	file->variant = choice->name;
	tsr_variant_file_make(file, tsr_buf_view(&text), regions->arena);
	tsr_buf_free(&text);
	return file->name;
}

/* Something to be replaced: text alone cannot be found in the page again. */
static bool
has_element(const struct tsr_choice *choice)
{
	static const char mark[] = " data-personalized-region=\"";
	struct tsr_span text;
	uint32_t r, i;
	size_t at;

	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++) {
			text = choice->rows[r].items[i].text;
			if (choice->rows[r].items[i].kind != TSR_ITEM_TEXT)
				continue;
			for (at = 0; at + sizeof(mark) - 1 <= text.n; at++)
				if (memcmp(text.p + at, mark,
					sizeof(mark) - 1) == 0)
					return true;
		}
	return false;
}

static void
check_elements(struct tsr_regions *regions, const struct tsr_slot *slot,
    const struct tsr_choice *alone, struct tsr_where tag)
{
	uint32_t i;

	for (i = 0; i < slot->count; i++) {
		if (alone[i].count == 0 || has_element(&alone[i]))
			continue;
		tsr_diag_add(regions->diag, TSR_ERROR, TSR_M_BROWSER, tag,
		    "\"%.*s\" is text without an element, in a slot that the "
		    "browser may change", TSR_ARG(alone[i].name));
		tsr_diag_hint(regions->diag, "put it into a <p> or <span>");
	}
}

struct tsr_span
tsr_region_alone(
    struct tsr_span slot, struct tsr_span variant, struct tsr_arena *arena)
{
	const char *text = tsr_arena_printf(arena,
	    "%.*s\" data-variant=\"%.*s", TSR_ARG(slot), TSR_ARG(variant));

	return tsr_span_of(text, strlen(text));
}

struct tsr_span
tsr_region_add(struct tsr_regions *regions, const struct tsr_rules *rules,
    const struct tsr_slot *slot, const struct tsr_choice *alone,
    struct tsr_where tag)
{
	const struct tsr_rules_residue *residues;
	struct tsr_region *region;
	struct tsr_region_rule *rule;
	const struct tsr_choice *choice;
	struct tsr_span out;
	size_t i, n = tsr_rules_residues(&residues, rules, slot->decision);
	struct tsr_buf name;

	if (regions->count == 0)
		regions->tag = tag;
	check_elements(regions, slot, alone, tag);
	regions->list = tsr_arena_grow(regions->arena, regions->list,
	    regions->count, &regions->cap, sizeof(*regions->list));
	region = &regions->list[regions->count];
	region->count = n;
	region->rules =
	    TSR_NEW_ARRAY(regions->arena, struct tsr_region_rule, n);
	for (i = 0; i < n; i++) {
		rule = &region->rules[i];
		rule->residue = &residues[i];
		rule->bit = bit_of(regions, residues[i].decision, tag);
		choice = &alone[residues[i].outcome];
		rule->file = add_file(regions, choice,
		    tsr_region_alone(slot->name, choice->name, regions->arena),
		    tag);
		regions->files[regions->file_count - 1].slot = slot->name;
	}
	tsr_buf_init(&name, 1000);
	tsr_buf_add(&name, slot->name);
	tsr_buf_printf(
	    &name, "\" data-tessera=\"%zu/", regions->count++);
	out = tsr_arena_dup(regions->arena, tsr_buf_view(&name));
	tsr_buf_free(&name);
	return out;
}

void
tsr_regions_triggers(struct tsr_regions *regions,
    const struct tsr_trigger_page *page, struct tsr_where tag)
{
	struct tsr_buf out;
	uint32_t bit;
	size_t i;

	regions->triggers = tsr_span_of(NULL, 0);
	if (page == NULL || page->count == 0)
		return;
	tsr_buf_init(&out, DATA_MAX);
	for (i = 0; i < page->count; i++) {
		bit = bit_of(regions, page->list[i].decision, tag);
		tsr_buf_text(&out, i > 0 ? "," : "");
		write_bit(&out, bit);
		tsr_buf_printf(&out, "%u,%u]", page->list[i].trigger,
		    page->list[i].number);
	}
	regions->triggers =
	    tsr_arena_dup(regions->arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
}

void
tsr_region_finish(struct tsr_item *item, const struct tsr_rules *rules,
    struct tsr_span region, struct tsr_arena *arena)
{
	bool *can = TSR_NEW_ARRAY(arena, bool, item->count);
	struct tsr_choice *last = &item->choices[item->count - 1], *c;
	struct tsr_buf text;
	uint32_t i;

	tsr_buf_init(&text, 4096);
	add_empty(&text, region);
	tsr_rules_can(can, rules, item->decision);
	for (i = item->count; i > 0; i--) {
		c = &item->choices[i - 1];
		if (!can[i - 1]) {
			c->omitted = last->omitted;
			c->rows = last->rows;
			c->count = last->count;
		} else if (c->omitted) {
			c->count = 1;
			c->rows = TSR_NEW(arena, struct tsr_row);
			c->rows->count = 1;
			c->rows->items = TSR_NEW(arena, struct tsr_item);
			c->rows->items->kind = TSR_ITEM_TEXT;
			c->rows->items->text =
			    tsr_arena_dup(arena, tsr_buf_view(&text));
		}
	}
	tsr_buf_free(&text);
}

/* ---- the data ---- */

static void
write_rule(struct tsr_buf *out, const struct tsr_region_rule *rule)
{
	write_bit(out, rule->bit);
	tsr_json_write(out, &rule->residue->form);
	tsr_buf_text(out, ",\"/");
	tsr_buf_add(out, rule->file);
	tsr_buf_text(out, "\"]");
}

void
tsr_regions_write(
    struct tsr_buf *out, const struct tsr_regions *regions, uint32_t locale)
{
	struct tsr_buf json;
	size_t i, k;

	tsr_buf_init(&json, DATA_MAX);
	tsr_buf_printf(&json, "{\"locale\":%u,\"regions\":[", locale);
	for (i = 0; i < regions->count; i++) {
		tsr_buf_text(&json, i > 0 ? ",[" : "[");
		for (k = 0; k < regions->list[i].count; k++) {
			if (k > 0)
				tsr_buf_byte(&json, ',');
			write_rule(&json, &regions->list[i].rules[k]);
		}
		tsr_buf_byte(&json, ']');
	}
	tsr_buf_text(&json, "],\"triggers\":[");
	tsr_buf_add(&json, regions->triggers);
	tsr_buf_text(&json, "]}");
	/* Nothing that could end or open a script element. */
	for (i = 0; i < json.n; i++)
		if (json.p[i] == '<')
			tsr_buf_text(out, "\\u003c");
		else
			tsr_buf_byte(out, json.p[i]);
	out->full |= json.full;
	tsr_buf_free(&json);
}

void
tsr_regions_check(struct tsr_regions *regions)
{
	if (regions->count == 0 || regions->said)
		return;
	tsr_diag_add(regions->diag, TSR_ERROR, TSR_M_NO_DATA, regions->tag,
	    "a variant of this slot waits for the browser, but the layout does "
	    "not say {{>tessera}}");
	tsr_diag_hint(regions->diag, "put it behind all slots, before </body>");
}

/* Characters of base64 that stand for whole bytes. */
static uint32_t
mask_length(uint32_t bits)
{
	return ((bits + 7) / 8 * 8 + 5) / 6;
}

void
tsr_regions_give(struct tsr_page *page, const struct tsr_regions *regions)
{
	uint32_t i, k;

	page->bits = regions->bits;
	page->bit_count = (uint32_t)regions->bit_count;
	page->files = regions->files;
	page->file_count = (uint32_t)regions->file_count;
	for (i = 0; i < page->edition_count; i++)
		for (k = 0; k < page->editions[i].rows->count; k++) {
			struct tsr_item *item =
			    &page->editions[i].rows->items[k];

			if (item->kind != TSR_ITEM_DATA ||
			    item->field != TSR_FIELD_MASK)
				continue;
			item->bits = page->bits;
			item->bit_count = page->bit_count;
			item->length = mask_length(page->bit_count);
		}
}
