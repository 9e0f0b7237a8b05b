/*
 * condition_record - conditions over the records of a catalogue.
 */
#include "build/rules/condition.h"

#include "build/regex/regex.h"
#include "build/rules/rules.h"

void
tsr_condition_patterns_init(struct tsr_condition_patterns *patterns)
{
	memset(patterns, 0, sizeof(*patterns));
	tsr_arena_init(&patterns->arena);
	tsr_intern_init(&patterns->numbers, &patterns->arena);
}

void
tsr_condition_patterns_free(struct tsr_condition_patterns *patterns)
{
	tsr_arena_free(&patterns->arena);
}

static struct tsr_span
automaton_of(void *ctx, struct tsr_span pattern, bool caseless)
{
	struct tsr_condition_patterns *p = ctx;
	struct tsr_regex_error err;
	struct tsr_span made = {NULL, 0};
	struct tsr_buf key;
	uint32_t *number;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_byte(&key, caseless);
	tsr_buf_add(&key, pattern);
	if (!tsr_intern_add(&number, &p->numbers, tsr_buf_view(&key))) {
		if (!tsr_regex_compile(&made, &err, pattern,
			TSR_REGEX_UTF16 | (caseless
				? (unsigned)TSR_REGEX_IGNORE_CASE : 0),
			&p->arena))
			made = tsr_span_of(NULL, 0);
		p->list = tsr_arena_grow(&p->arena, p->list, p->count,
		    &p->cap, sizeof(*p->list));
		*number = (uint32_t)p->count;
		p->list[p->count++] = made;
	}
	tsr_buf_free(&key);
	return p->list[*number];
}

bool
tsr_condition_match(struct tsr_condition_patterns *patterns,
    const struct tsr_json *condition, const struct tsr_json *object)
{
	struct tsr_condition_world world = {
	    .automaton = automaton_of, .ctx = patterns};

	return tsr_condition_eval(&world, condition, object);
}

bool
tsr_condition_holds(
    const struct tsr_json *condition, const struct tsr_json *object)
{
	struct tsr_condition_patterns patterns;
	bool holds;

	tsr_condition_patterns_init(&patterns);
	holds = tsr_condition_match(&patterns, condition, object);
	tsr_condition_patterns_free(&patterns);
	return holds;
}
