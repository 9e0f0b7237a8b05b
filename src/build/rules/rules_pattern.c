/*
 * rules_pattern - the automata of all regular expressions, each made once.
 */
#include "build/rules/rules_inner.h"

static uint32_t *
number_of(struct tsr_rules *rules, struct tsr_span pattern, bool caseless)
{
	struct tsr_buf key;
	uint32_t *number;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_byte(&key, caseless);
	tsr_buf_add(&key, pattern);
	(void)tsr_intern_add(&number, &rules->automata, tsr_buf_view(&key));
	tsr_buf_free(&key);
	return number;
}

struct tsr_span
tsr_rules_pattern(
    const struct tsr_rules *rules, struct tsr_span pattern, bool caseless)
{
	struct tsr_buf key;
	const uint32_t *number;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_byte(&key, caseless);
	tsr_buf_add(&key, pattern);
	number = tsr_intern_find(&rules->automata, tsr_buf_view(&key));
	tsr_buf_free(&key);
	return number != NULL && *number > 0
	    ? rules->automaton_list[*number - 1] : tsr_span_of(NULL, 0);
}

bool
tsr_rules_pattern_make(struct tsr_span *automaton, struct tsr_regex_error *err,
    struct tsr_rules *rules, struct tsr_span pattern, bool caseless)
{
	unsigned flags = TSR_REGEX_UTF16 |
	    (caseless ? (unsigned)TSR_REGEX_IGNORE_CASE : 0);
	uint32_t *number = number_of(rules, pattern, caseless);

	if (*number == 0) {
		if (!tsr_regex_compile(
			automaton, err, pattern, flags, rules->arena))
			return false;
		rules->automaton_list = tsr_arena_grow(rules->arena,
		    rules->automaton_list, rules->automaton_count,
		    &rules->automaton_cap, sizeof(*rules->automaton_list));
		rules->automaton_list[rules->automaton_count] = *automaton;
		*number = (uint32_t)++rules->automaton_count;
	}
	*automaton = rules->automaton_list[*number - 1];
	return true;
}
