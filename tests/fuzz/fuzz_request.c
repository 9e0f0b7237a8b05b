/*
 * Any bytes as cookies, query and headers, seen by a fixed table; every value
 * read is UTF-8 of a bounded length, and asking twice gives the same.
 */
#include <stdlib.h>

#include "lib/decisions.h"

static const char attributes[] =
    "{\"h\":{\"type\":\"string\",\"source\":\"header:H\",\"tier\":\"segment\"},"
    "\"c\":{\"type\":\"string\",\"source\":\"cookie:c\"},"
    "\"q\":{\"type\":\"string\",\"source\":\"query:q\"},"
    "\"hn\":{\"type\":\"number\",\"source\":\"header:H\"},"
    "\"cn\":{\"type\":\"number\",\"source\":\"cookie:c\"},"
    "\"qb\":{\"type\":\"boolean\",\"source\":\"query:q\"},"
    "\"m\":{\"type\":\"string\",\"source\":\"method\"}}";
static const char condition[] =
    "{\"$or\":[{\"h\":{\"$in\":[\"a\",\"b\",\"c\"]}},{\"h\":{\"$lt\":\"x\"}},"
    "{\"c\":{\"$regex\":\"^(a|b)*c.\"}},{\"q\":{\"$regex\":\"\\\\bx\\\\w+$\"}},"
    "{\"c\":{\"$gt\":5}},{\"q\":12},{\"hn\":{\"$gt\":1e300}},{\"cn\":0},"
    "{\"qb\":true},{\"m\":\"GET\"},{\"h\":{\"$lte\":\"0x10\"}}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_arena arena;
	static struct decisions table;
	static struct tsr_visit visit;
	static uint32_t decision;
	struct tsr_span all = tsr_span_of(data, size);
	size_t one = tsr_span_find(all, '\n', 0), i;
	size_t two = tsr_span_find(all, '\n', one + 1);
	struct tsr_param params[] = {
	    {TSR_LIT("HTTP_COOKIE"), tsr_span_part(all, 0, one)},
	    {TSR_LIT("QUERY_STRING"),
		tsr_span_part(all, one + 1, two > one ? two - one - 1 : 0)},
	    {TSR_LIT("HTTP_H"), tsr_span_from(all, two + 1)},
	    {TSR_LIT("HTTP_COOKIE"), tsr_span_from(all, two + 1)}};
	struct tsr_request request = {
	    .params = params, .count = 4, .now = (int64_t)size};
	const struct tsr_value *v;
	uint8_t key[8];
	uint32_t first;

	if (arena.total == 0) {
		struct tsr_rule rule = {.ends = INT64_MAX};
		struct tsr_sources sources;
		struct tsr_diag diag;
		struct tsr_rules *rules;
		struct tsr_json declared, audience;

		tsr_sources_init(&sources, &arena);
		tsr_diag_init(&diag, &arena);
		rules = tsr_rules_new(&arena, &diag);
		tsr_sources_add(&sources, "a", TSR_LIT(attributes));
		tsr_sources_add(&sources, "c", TSR_LIT(condition));
		tsr_rules_relax(rules);
		if (!tsr_json_read(&declared, &arena, &diag, &sources, 1) ||
		    !tsr_json_read(&audience, &arena, &diag, &sources, 2))
			abort();
		tsr_rules_declare(rules, &declared, NULL);
		rule.audience = &audience;
		if (!tsr_rules_chain(&decision, rules, &rule, 1))
			abort();
		decisions_open(&table, rules, &arena);
	}
	tsr_visit_init(&visit, &table.table, &request, table.page);
	first = tsr_decide_outcome(&visit, decision);
	if (first > 1 || tsr_decide_outcome(&visit, decision) != first ||
	    tsr_decide_segment_key(key, sizeof(key), &visit) > sizeof(key))
		abort();
	for (i = 0; i < 8; i++) {
		v = tsr_decide_value(&visit, (uint32_t)i);
		if (v->kind == TSR_VALUE_UNREAD ||
		    v->string.n > TSR_VALUE_MAX)
			abort();
	}
	return 0;
}
