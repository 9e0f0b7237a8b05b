/*
 * fuzz_regex - any pattern is compiled or refused, and what was compiled runs.
 *
 * First byte: flags; the rest: a pattern, a zero, a subject.
 */
#include <stdlib.h>

#include "build/regex/regex.h"
#include "core/automaton.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span in = tsr_span_of(data, size), table, program;
	struct tsr_regex_sample sample;
	struct tsr_regex_error err;
	struct tsr_arena arena;
	unsigned flags;
	size_t end;

	if (size == 0)
		return 0;
	flags = data[0] & 3;
	end = tsr_span_find(in, 0, 1);
	tsr_arena_init(&arena);
	in = tsr_span_part(in, 1, end - 1);
	if (tsr_regex_compile(&table, &err, in, flags, &arena)) {
		if (tsr_automaton_check(table) != TSR_OK ||
		    !tsr_regex_compile(&program, &err, in,
			flags | TSR_REGEX_NO_TABLE, &arena))
			abort();
		in = tsr_span_of(data + end, size - end);
		if (tsr_automaton_match(table, in) !=
		    tsr_automaton_match(program, in))
			abort();
		tsr_regex_sample(&sample, table, &arena);
		if (sample.accepts && !tsr_automaton_match(program, sample.in))
			abort();
		if (sample.rejects && tsr_automaton_match(program, sample.out))
			abort();
	} else if (err.off > in.n || err.len > in.n - err.off ||
	    err.text == NULL || err.fault >= TSR_REGEX_FAULT_COUNT) {
		abort();
	}
	tsr_arena_free(&arena);
	return 0;
}
