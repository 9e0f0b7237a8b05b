/*
 * Any JSON as a condition: compiled, or refused with a message; the table it
 * makes is sound and decides as the interpreter does.
 */
#include <stdlib.h>

#include "core/decision.h"
#include "lib/decisions.h"

static const char attributes[] =
    "{\"a\":{\"type\":\"string\",\"source\":\"header:A\",\"tier\":\"segment\"},"
    "\"n\":{\"type\":\"number\",\"source\":\"query:n\"},"
    "\"b\":{\"type\":\"boolean\",\"source\":\"cookie:b\"}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_visit visit;
	struct tsr_param params[] = {{TSR_LIT("HTTP_A"), TSR_LIT("ab")},
	    {TSR_LIT("QUERY_STRING"), TSR_LIT("n=2.5")}};
	struct tsr_request request = {
	    .params = params, .count = 2, .now = 5000};
	struct tsr_rule rule = {.starts = INT64_MIN, .ends = INT64_MAX};
	struct tsr_member list[] = {
	    {.name = TSR_LIT("a"), .value = tsr_json_string(TSR_LIT("ab"))},
	    {.name = TSR_LIT("n"), .value = {.type = TSR_JSON_REAL,
		.u.real = 2.5}}};
	struct tsr_json visitor = {.type = TSR_JSON_OBJECT, .count = 2,
	    .u.members = list}, declared, condition;
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_buf map;
	struct tsr_rules *rules;
	struct decisions table;
	uint32_t decision;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	(void)tsr_sources_add(&sources, "a",
	    tsr_span_of(attributes, sizeof(attributes) - 1));
	(void)tsr_sources_add(&sources, "c", tsr_span_from(
	    tsr_span_of(data, size), 1));
	if (size > 1 && tsr_json_read(&declared, &arena, &diag, &sources, 1) &&
	    tsr_json_read(&condition, &arena, &diag, &sources, 2)) {
		rules = tsr_rules_new(&arena, &diag);
		if (data[0] & 1)
			tsr_rules_relax(rules);
		/* What stands there may be the segments as well. */
		tsr_rules_declare(rules, &declared,
		    data[0] & 2 ? &condition : NULL);
		rule.audience = &condition;
		if (!tsr_rules_chain(&decision, rules, &rule, 1)) {
			if (diag.errors == 0)
				abort();
		} else {
			decisions_open(&table, rules, &arena);
			tsr_visit_init(
			    &visit, &table.table, &request, table.page);
			if (tsr_decision_verify(&table.table) != TSR_OK ||
			    tsr_decide_outcome(&visit, decision) !=
				tsr_rules_interpret(
				    rules, decision, &visitor, 5000))
				abort();
			decisions_close(&table);
		}
		tsr_buf_init(&map, 1 << 24);
		tsr_rules_nginx(&map, rules);
		tsr_rules_varnish(&map, rules);
		tsr_buf_free(&map);
		(void)tsr_condition_check(&diag, &condition);
		(void)tsr_condition_holds(&condition, &visitor);
	}
	tsr_arena_free(&arena);
	return 0;
}
