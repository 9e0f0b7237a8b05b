/*
 * The caps of what is left to the browser: what fits is left, one more is
 * refused at the condition or the page.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/render/fields.h"
#include "core/limits.h"

static const char attributes[] =
    "{\"n\": {\"type\": \"number\", \"source\": \"query:n\"},"
    " \"scroll\": {\"type\": \"number\", \"source\": \"browser:dwell\"}}";

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
};

static struct tsr_json *
read_json(struct world *w, struct tsr_span text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);

	assert_true(tsr_json_read(v, &w->arena, &w->diag, &w->sources,
	    tsr_sources_add(&w->sources, "x", text)));
	return v;
}

static void
begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_declare(
	    w->rules, read_json(w, TSR_LIT(attributes)), NULL);
}

static struct tsr_rule
rule(struct world *w, struct tsr_buf *text)
{
	struct tsr_rule out = {.starts = INT64_MIN, .ends = INT64_MAX,
	    .name = TSR_LIT("v")};

	out.audience = read_json(
	    w, tsr_arena_dup(&w->arena, tsr_buf_view(text)));
	tsr_buf_clear(text);
	return out;
}

/* Another rest for every n: if n > most, else if n > most - 1, ... */
static struct tsr_rule
many_residues(struct world *w, int most)
{
	struct tsr_rule out;
	struct tsr_buf text;
	int i;

	tsr_buf_init(&text, 1u << 16);
	for (i = most; i > 0; i--)
		tsr_buf_printf(&text,
		    "{%s\"$or\":[{\"n\":{\"$gt\":%d},\"scroll\":{\"$gt\":%d}},",
		    i < most ? tsr_arena_printf(&w->arena,
				   "\"n\":{\"$lte\":%d},", i + 1) : "", i, i);
	text.n--; /* the last comma */
	for (i = most; i > 0; i--)
		tsr_buf_text(&text, "]}");
	out = rule(w, &text);
	tsr_buf_free(&text);
	return out;
}

static void
test_limit_residues_of_one_condition(void **state)
{
	const struct tsr_rules_residue *list;
	struct tsr_rule r;
	struct world w;
	uint32_t decision;

	(void)state;
	begin(&w);
	r = many_residues(&w, TSR_RESIDUES_MAX);
	assert_true(tsr_rules_chain(&decision, w.rules, &r, 1));
	assert_int_equal(tsr_rules_residues(&list, w.rules, decision),
	    TSR_RESIDUES_MAX);
	r = many_residues(&w, TSR_RESIDUES_MAX + 1);
	assert_false(tsr_rules_chain(&decision, w.rules, &r, 1));
	assert_int_equal(w.diag.errors, 1);
	assert_string_equal(w.diag.list[0].rule, "R061");
	tsr_arena_free(&w.arena);
}

/* A slot with so many variants, each with a bit of its own. */
static struct tsr_slot
wide_slot(struct world *w, size_t n)
{
	struct tsr_rule *list = TSR_NEW_ARRAY(&w->arena, struct tsr_rule, n);
	struct tsr_slot slot = {.name = TSR_LIT("main")};
	struct tsr_buf text;
	size_t i;

	tsr_buf_init(&text, 1000);
	for (i = 0; i < n; i++) {
		tsr_buf_printf(&text, "{\"n\":{\"$exists\":true,\"$eq\":%zu},"
		    "\"scroll\":{\"$gt\":%zu}}", i, i);
		list[i] = rule(w, &text);
	}
	tsr_buf_free(&text);
	assert_true(tsr_rules_chain(&slot.decision, w->rules, list, n));
	slot.count = (uint32_t)n + 1;
	return slot;
}

static void
test_limit_mask_of_one_page(void **state)
{
	static const size_t counts[] = {TSR_MASK_MAX, TSR_MASK_MAX + 1};
	struct tsr_where where = {0};
	struct tsr_regions regions;
	struct tsr_choice *alone;
	struct tsr_slot slot;
	struct world w;
	size_t i, k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(counts); i++) {
		begin(&w);
		slot = wide_slot(&w, counts[i]);
		memset(&regions, 0, sizeof(regions));
		regions.arena = &w.arena;
		regions.diag = &w.diag;
		alone = TSR_NEW_ARRAY(
		    &w.arena, struct tsr_choice, counts[i] + 1);
		for (k = 0; k <= counts[i]; k++)
			alone[k].name = TSR_LIT("v");
		(void)tsr_region_add(&regions, w.rules, &slot, alone, where);
		assert_int_equal(regions.bit_count, TSR_MASK_MAX);
		assert_int_equal(w.diag.errors, i);
		if (i > 0)
			assert_string_equal(w.diag.list[0].rule, "C062");
		tsr_arena_free(&w.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit_residues_of_one_condition),
		cmocka_unit_test(test_limit_mask_of_one_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
