/*
 * fuzz_why - what a page carries to be asked about: texts as they come, and
 * bytes that are signed as they come, for a release that is whole.
 *
 * The first byte: 0 a text of anybody's; else the rest is laid over the bytes
 * of a text of this release, from there on. What is opened is asked for the
 * signals of every slot, and through /_tessera/why.
 */
#include <stdlib.h>

#include "core/why.h"
#include "lib/fake_seal.h"
#include "lib/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
follow(struct tsr_why *why)
{
	const struct tsr_ask ask = tsr_why_ask(why);
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	struct tsr_choices choices;
	struct tsr_chosen chosen;

	if (!tsr_choices_init(&choices, why->table, &ask, why->record))
		return;
	while (tsr_choices_next(&choices, &chosen))
		tsr_why_signals(
		    signals, why->table, &ask, why->record, &chosen, 1);
}

static void
check(struct tsr_sample *sample, struct tsr_span text)
{
	uint8_t query[4096] = "page=";
	size_t n = text.n < 4000 ? text.n : 4000;
	struct tsr_param params[] = {
	    {TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET")},
	    {TSR_LIT("REQUEST_URI"), TSR_LIT("/_tessera/why")},
	    {TSR_LIT("QUERY_STRING"), tsr_span_of(query, n + 5)}};
	struct tsr_request request = {.params = params, .count = 3,
	    .now = TSR_SMALL_NOW, .seal = &tsr_fake_seal};
	struct tsr_why why;

	if (n > 0)
		memcpy(query + 5, text.p, n);
	if (tsr_why_read(&why, text, &tsr_fake_seal) == TSR_OK &&
	    tsr_why_open(&why, &sample->table) == TSR_OK)
		follow(&why);
	tsr_sample_request(
	    &sample->small, &sample->release.store, &request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_sample sample;
	uint8_t bytes[TSR_WHY_BYTES] = {1}, text[TSR_BASE64_TEXT(TSR_WHY_BYTES)];
	size_t at, n = 22 + 2;

	if (sample.index.n == 0)
		tsr_sample_init(&sample);
	if (size == 0)
		return 0;
	if (data[0] == 0) {
		check(&sample, tsr_span_of(data + 1, size - 1));
		return 0;
	}
	memcpy(bytes + 6, sample.table.id.p, 8);
	for (at = 1; at < size && data[0] + at < sizeof(bytes) - TSR_SEAL_SIZE;
	     at++) {
		bytes[data[0] + at] = data[at];
		if (data[0] + at >= n)
			n = data[0] + at + 1;
	}
	(void)tsr_fake_seal.sign(bytes + n, bytes + 1, NULL, TSR_SEAL_WHY,
	    tsr_span_of(bytes + 2, n - 2));
	n = tsr_base64_write(text, tsr_span_of(bytes, n + TSR_SEAL_SIZE));
	check(&sample, tsr_span_of(text, n));
	return 0;
}
