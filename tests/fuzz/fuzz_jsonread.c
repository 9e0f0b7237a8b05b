/*
 * fuzz_jsonread - JSON that is read where it lies, checked or not.
 *
 * The first byte cuts the input into a name and a value.
 */
#include <stdlib.h>

#include "core/jsonread.h"
#include "core/jsontext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(struct tsr_span value, struct tsr_span name)
{
	static uint8_t room[65536];
	struct tsr_jsontext text = {.room = room, .cap = sizeof(room)};
	struct tsr_span out, key, rest;
	bool checked = tsr_jsonread_check(&out, value);

	if (checked)
		value = out;
	rest = tsr_jsonread_parts(value);
	(void)tsr_jsonread_find(&out, value, name);
	(void)tsr_jsonread_at(&out, value, 2);
	(void)tsr_jsonread_text(&out, value, room, sizeof(room));
	while (tsr_jsonread_member(&key, &out, &rest))
		(void)tsr_jsonread_kind(out);
	tsr_jsontext_string(&text, value);
	text.n = 0;
	text.bad = false;
	tsr_jsontext_json(&text, value);
	/* What was written is JSON again, and the same when written again. */
	if (checked && tsr_jsontext_done(&text)) {
		struct tsr_jsontext again = {.want = {room, text.n}};

		if (!tsr_jsonread_check(&out, again.want))
			abort();
		tsr_jsontext_json(&again, out);
		if (!tsr_jsontext_done(&again))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span in = tsr_span_from(tsr_span_of(data, size), 1);
	size_t n = size > 0 ? data[0] : 0;

	walk(tsr_span_from(in, n), tsr_span_part(in, 0, n));
	return 0;
}
