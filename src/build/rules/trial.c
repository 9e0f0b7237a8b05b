/*
 * trial - one condition and one visitor, through all that serves pages.
 */
#include "build/rules/trial.h"

#include <assert.h>

#include "build/pack/intern.h"
#include "build/rules/rules.h"
#include "core/attribute.h"
#include "core/decision.h"
#include "core/visit.h"

struct trial {
	struct tsr_arena *arena;
	struct tsr_buf sections[TSR_SECTION_COUNT];
	struct tsr_intern index; /* of strings */
	struct tsr_table table;
};

static uint32_t
add_string(void *ctx, struct tsr_span s)
{
	struct trial *t = ctx;
	uint32_t *off;

	if (!tsr_intern_add(&off, &t->index, s)) {
		*off = (uint32_t)t->sections[TSR_SECTION_STRS].n;
		tsr_buf_add(&t->sections[TSR_SECTION_STRS], s);
	}
	return *off;
}

/* Attributes of a site, each with the type that its value has here. */
static struct tsr_json
declare(const struct tsr_json *attributes, struct tsr_arena *arena)
{
	static const char *const types[TSR_JSON_TYPE_COUNT] = {
	    [TSR_JSON_NULL] = "string", [TSR_JSON_BOOLEAN] = "boolean",
	    [TSR_JSON_INTEGER] = "number", [TSR_JSON_REAL] = "number",
	    [TSR_JSON_STRING] = "string", [TSR_JSON_ARRAY] = "json",
	    [TSR_JSON_OBJECT] = "json"};
	struct tsr_json out = {.type = TSR_JSON_OBJECT}, *v;
	struct tsr_member *list, *two;
	const char *type;
	uint32_t i;

	if (!tsr_json_is(attributes, TSR_JSON_OBJECT))
		return out;
	list = TSR_NEW_ARRAY(arena, struct tsr_member, attributes->count + 1);
	for (i = 0; i < attributes->count; i++) {
		/* A name with a dot cannot be reached: it is a path. */
		if (tsr_span_find(attributes->u.members[i].name, '.', 0) <
		    attributes->u.members[i].name.n)
			continue;
		list[out.count].name = attributes->u.members[i].name;
		v = &list[out.count++].value;
		two = TSR_NEW_ARRAY(arena, struct tsr_member, 2);
		type = types[attributes->u.members[i].value.type];
		two[0].name = TSR_LIT("type");
		two[0].value =
		    tsr_json_string(tsr_span_of(type, strlen(type)));
		two[1].name = TSR_LIT("source");
		two[1].value = tsr_json_string(TSR_LIT("query:x"));
		v->type = TSR_JSON_OBJECT;
		v->count = 2;
		v->u.members = two;
	}
	out.u.members = list;
	return out;
}

static void
set_value(struct tsr_value *out, const struct tsr_json *v,
    struct tsr_arena *arena)
{
	struct tsr_buf text;
	struct tsr_span kept;

	if (v == NULL)
		return;
	if (v->type == TSR_JSON_STRING) {
		out->kind = TSR_VALUE_STRING;
		out->string = v->u.string;
		return;
	}
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_json_write(&text, v);
	kept = tsr_arena_dup(arena, tsr_buf_view(&text));
	tsr_buf_free(&text);
	tsr_attribute_json(out, kept, NULL, 0);
}

static bool
decide(struct trial *t, const struct tsr_rules *rules, uint32_t decision,
    const struct tsr_json *attributes)
{
	static const uint8_t page[TSR_PAGE_SIZE];
	const struct tsr_request request = {.now = 0};
	struct tsr_visit *visit = TSR_NEW(t->arena, struct tsr_visit);
	struct tsr_value *values =
	    TSR_NEW_ARRAY(t->arena, struct tsr_value, TSR_ATTRIBUTES_MAX);
	uint32_t i;

	for (i = 0; i < tsr_rules_attribute_count(rules); i++)
		set_value(&values[i], tsr_json_find(attributes,
			tsr_rules_attribute_at(rules, i)->name), t->arena);
	tsr_visit_init(visit, &t->table, &request, page);
	visit->overrides = values;
	return tsr_visit_decide(visit, decision) == 0;
}

/* What tsr_rules_write made, as a table. */
static void
open_table(struct trial *t)
{
	size_t i;

	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		t->table.sections[i].p = t->sections[i].p;
		t->table.sections[i].n = t->sections[i].n;
		t->table.sections[i].count = (uint32_t)(t->sections[i].n /
		    tsr_table_section_size((enum tsr_section)i));
	}
}

bool
tsr_trial(struct tsr_diag *diag, const struct tsr_json *condition,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena)
{
	struct trial *t = TSR_NEW(arena, struct trial);
	struct tsr_strings strings = {t, add_string};
	struct tsr_rules *rules = tsr_rules_new(arena, diag);
	struct tsr_rule rule = {.audience = condition, .starts = INT64_MIN,
	    .ends = INT64_MAX, .name = TSR_LIT("condition")};
	struct tsr_json declared = declare(attributes, arena);
	uint32_t decision;
	bool holds = false, sound;
	size_t i;

	t->arena = arena;
	tsr_intern_init(&t->index, arena);
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&t->sections[i], SIZE_MAX / 2);
	tsr_rules_relax(rules);
	tsr_rules_groups(rules, groups);
	tsr_rules_declare(rules, &declared, NULL);
	if (tsr_rules_chain(&decision, rules, &rule, 1) && diag->errors == 0) {
		tsr_rules_write(t->sections, rules, &strings);
		open_table(t);
		sound = tsr_decision_verify(&t->table) == TSR_OK;
		assert(sound);
		holds = sound && decide(t, rules, decision, attributes);
	}
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&t->sections[i]);
	return holds;
}
