/*
 * fuzz_automaton - hostile automata never read outside, checked or not.
 *
 * First byte: how much of the rest is the subject, up to 255; then the subject;
 * then the automaton, in an allocation of its own size.
 */
#include <stdlib.h>

#include "build/regex/regex.h"
#include "core/automaton.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_regex_sample sample;
	struct tsr_span subject, rest;
	struct tsr_arena arena;
	uint8_t *copy;

	if (size == 0 || (size_t)data[0] + 1 > size)
		return 0;
	subject = tsr_span_of(data + 1, data[0]);
	rest = tsr_span_from(tsr_span_of(data, size), (size_t)data[0] + 1);
	copy = malloc(rest.n + 1);
	memcpy(copy + 1, rest.p, rest.n);
	rest.p = copy + 1;
	(void)tsr_automaton_match(rest, subject);
	if (tsr_automaton_check(rest) == TSR_OK) {
		tsr_arena_init(&arena);
		tsr_regex_sample(&sample, rest, &arena);
		if (sample.accepts && !tsr_automaton_match(rest, sample.in))
			abort();
		if (sample.rejects && tsr_automaton_match(rest, sample.out))
			abort();
		tsr_arena_free(&arena);
	}
	free(copy);
	return 0;
}
