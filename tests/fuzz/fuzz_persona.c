/*
 * fuzz_persona - preview links: tokens as they come, and JSON that is signed as
 * it comes. A preview's values are of their attributes' types, and its page is
 * answered.
 */
#include <stdlib.h>

#include "core/persona.h"
#include "lib/fake_seal.h"
#include "lib/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_values(const struct tsr_persona *p, const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_ATTR), i;
	const uint8_t *a;

	for (i = 0; i < count; i++) {
		a = tsr_table_record(
		    t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if ((p->overrides[i].kind == TSR_VALUE_NUMBER &&
			a[16] == TSR_TYPE_STRING) ||
		    (p->overrides[i].kind == TSR_VALUE_STRING &&
			a[16] == TSR_TYPE_BOOLEAN))
			abort();
	}
}

static void
check(struct tsr_sample *sample, struct tsr_span query)
{
	struct tsr_param params[] = {
	    {TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET")},
	    {TSR_LIT("REQUEST_URI"), TSR_LIT("/a/b")},
	    {TSR_LIT("QUERY_STRING"), query}, {TSR_LIT("HTTP_COOKIE"), query}};
	struct tsr_request request = {.params = params, .count = 4,
	    .now = TSR_SMALL_NOW, .seal = &tsr_fake_seal};
	static struct tsr_persona persona;

	if (tsr_persona_read(&persona, &sample->table, &request) ==
	    TSR_LOOKED_YES)
		check_values(&persona, &sample->table);
	tsr_sample_request(
	    &sample->small, &sample->release.store, &request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_sample sample;
	uint8_t query[4096] = "tessera_preview=";
	size_t from = strlen((const char *)query), n;

	if (sample.index.n == 0)
		tsr_sample_init(&sample);
	check(&sample, tsr_span_of(data, size));
	n = tsr_persona_write(query + from, sizeof(query) - from,
	    tsr_span_of(data, size), &tsr_fake_seal);
	check(&sample, tsr_span_of(query, from + n));
	return 0;
}
