/*
 * The caps of packed lists: from how many values on, how long an id may be,
 * how many classes have the same length, and how far steps go.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/rules/group_pack.h"
#include "core/decision.h"
#include "core/group.h"
#include "lib/decisions.h"

static const char attributes[] =
    "{\"q\": {\"type\": \"string\", \"source\": \"query:q\"},"
    " \"n\": {\"type\": \"number\", \"source\": \"query:n\"}}";

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	struct decisions table;
	uint32_t decision;
};

static const struct tsr_json *
read_json(struct world *w, struct tsr_span text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);

	assert_true(tsr_json_read(v, &w->arena, &w->diag, &w->sources,
	    tsr_sources_add(&w->sources, "x", text)));
	return v;
}

/* {NAME: {"$in": [...]}}, its list in text. */
static void
compile(struct world *w, const char *name, const struct tsr_buf *list)
{
	struct tsr_rule rule = {.starts = INT64_MIN, .ends = INT64_MAX};
	struct tsr_buf text;

	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_declare(w->rules, read_json(w,
	    tsr_span_of(attributes, sizeof(attributes) - 1)), NULL);
	tsr_buf_init(&text, 1u << 24);
	tsr_buf_printf(&text, "{\"%s\": {\"$in\": [", name);
	tsr_buf_add(&text, tsr_buf_view(list));
	tsr_buf_text(&text, "]}}");
	rule.audience = read_json(w, tsr_buf_view(&text));
	tsr_buf_free(&text);
	assert_true(tsr_rules_chain(&w->decision, w->rules, &rule, 1));
	decisions_open(&w->table, w->rules, &w->arena);
	assert_int_equal(tsr_decision_verify(&w->table.table), TSR_OK);
}

static void
close_world(struct world *w)
{
	decisions_close(&w->table);
	tsr_arena_free(&w->arena);
}

static uint32_t
groups(const struct world *w)
{
	return tsr_table_count(&w->table.table, TSR_SECTION_GRPS);
}

static bool
holds(struct world *w, const char *query)
{
	static struct tsr_visit visit;
	struct tsr_param param = {
	    TSR_LIT("QUERY_STRING"), {(const uint8_t *)query, strlen(query)}};
	struct tsr_request request = {.params = &param, .count = 1};

	tsr_visit_init(&visit, &w->table.table, &request, w->table.page);
	return tsr_decide_outcome(&visit, w->decision) == 0;
}

static void
test_limit_group_lists_are_packed_from_so_many_values_on(void **state)
{
	struct tsr_buf list;
	struct world w;
	unsigned n, i;

	(void)state;
	for (n = TSR_GROUP_LEAST - 1; n <= TSR_GROUP_LEAST; n++) {
		tsr_buf_init(&list, 1u << 20);
		for (i = 0; i < n; i++)
			tsr_buf_printf(&list, "%s\"%u\"", i ? "," : "", i);
		compile(&w, "q", &list);
		assert_int_equal(groups(&w), n == TSR_GROUP_LEAST);
		assert_true(holds(&w, "q=7"));
		assert_false(holds(&w, "q=1000"));
		close_world(&w);
		tsr_buf_free(&list);
	}
}

/* One that is longer stays beside the group; both are found. */
static void
test_limit_group_id_of_most_bytes_is_packed(void **state)
{
	char query[TSR_GROUP_ID_MAX + 8] = "q=";
	struct tsr_buf list;
	struct world w;
	size_t n;
	unsigned i;

	(void)state;
	for (n = TSR_GROUP_ID_MAX; n <= TSR_GROUP_ID_MAX + 1; n++) {
		memset(query + 2, 'x', n);
		query[2 + n] = '\0';
		tsr_buf_init(&list, 1u << 20);
		tsr_buf_printf(&list, "\"%s\"", query + 2);
		for (i = 0; i < TSR_GROUP_LEAST; i++)
			tsr_buf_printf(&list, ",\"%u\"", i);
		compile(&w, "q", &list);
		assert_int_equal(groups(&w), 1);
		assert_int_equal(tsr_le32(w.table.sections[TSR_SECTION_GRPS].p +
		    16), TSR_GROUP_LEAST + (n == TSR_GROUP_ID_MAX));
		assert_true(holds(&w, query));
		query[1 + n] = 'y';
		assert_false(holds(&w, query));
		close_world(&w);
		tsr_buf_free(&list);
	}
}

static void
test_limit_group_largest_exact_number_is_packed(void **state)
{
	static const struct {
		const char *number, *query;
		uint32_t ids;
		const char *why;
	} rows[] = {
	    {"9007199254740992", "n=9007199254740992", TSR_GROUP_LEAST + 1,
		"the largest"},
	    {"9007199254740994", "n=9007199254740994", TSR_GROUP_LEAST,
		"past it: beside the group"},
	};
	struct tsr_buf list;
	struct world w;
	size_t i;
	unsigned k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_buf_init(&list, 1u << 20);
		tsr_buf_text(&list, rows[i].number);
		for (k = 0; k < TSR_GROUP_LEAST; k++)
			tsr_buf_printf(&list, ",%u", k);
		compile(&w, "n", &list);
		if (groups(&w) != 1 || tsr_le32(w.table.sections[
			TSR_SECTION_GRPS].p + 16) != rows[i].ids ||
		    !holds(&w, rows[i].query) || holds(&w, "n=1000"))
			fail_msg("%s", rows[i].why);
		close_world(&w);
		tsr_buf_free(&list);
	}
}

/* Steps as uneven as can be: no walk over zeros is longer than its cap. */
static void
test_limit_group_steps_stay_below_their_cap(void **state)
{
	struct tsr_buf record, bytes;
	struct tsr_table table;
	struct tsr_span list[TSR_GROUP_BLOCK * 4];
	char ids[TSR_GROUP_BLOCK * 4][24];
	unsigned far, i;

	(void)state;
	for (far = 0; far < TSR_GROUP_BLOCK; far++) {
		/* One id far behind the others of its block, each the next. */
		for (i = 0; i < TSR_COUNT_OF(list); i++) {
			snprintf(ids[i], sizeof(ids[i]), "%u%018u",
			    i > far ? 9 : 1, i);
			list[i] = tsr_span_of(ids[i], strlen(ids[i]));
		}
		tsr_buf_init(&record, 1024);
		tsr_buf_init(&bytes, 1u << 20);
		tsr_group_pack(&record, &bytes, list, TSR_COUNT_OF(list));
		memset(&table, 0, sizeof(table));
		table.sections[TSR_SECTION_GRPS].p = record.p;
		table.sections[TSR_SECTION_GRPS].count = 1;
		table.sections[TSR_SECTION_GRPB].p = bytes.p;
		table.sections[TSR_SECTION_GRPB].n = bytes.n;
		assert_int_equal(tsr_group_verify(&table, 0), TSR_OK);
		for (i = 0; i < TSR_COUNT_OF(list); i++)
			assert_true(tsr_group_has(&table, 0, list[i]));
		tsr_buf_free(&record);
		tsr_buf_free(&bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_limit_group_lists_are_packed_from_so_many_values_on),
	    cmocka_unit_test(test_limit_group_id_of_most_bytes_is_packed),
	    cmocka_unit_test(test_limit_group_largest_exact_number_is_packed),
	    cmocka_unit_test(test_limit_group_steps_stay_below_their_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
