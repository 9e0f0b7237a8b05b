/*
 * words - what a release says to visitors of itself: META why@ and titles@.
 */
#include "build/pack/words.h"

#include "base/buf.h"

#define WORDS_MAX ((size_t)1 << 20)

struct tsr_span
tsr_words_own(const struct tsr_json *strings, enum tsr_why_word which)
{
	static const char *const names[] = {
#define X(name, key) "why-" key,
	    TSR_WHY_WORD_LIST(X)
#undef X
	};

	return tsr_json_text(tsr_json_get(strings, names[which]));
}

/* NULs of texts would be ends: they are left out. */
static void
add_entry(struct tsr_buf *out, struct tsr_span text, bool *any)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.p[i] != 0)
			tsr_buf_byte(out, text.p[i]);
	tsr_buf_byte(out, 0);
	*any |= text.n > 0;
}

static struct tsr_span
finish(struct tsr_buf *out, bool any, struct tsr_arena *arena)
{
	struct tsr_span copy = {NULL, 0};

	if (any && !out->full)
		copy = tsr_arena_dup(arena, tsr_buf_view(out));
	tsr_buf_free(out);
	return copy;
}

struct tsr_span
tsr_words_why(const struct tsr_json *strings, struct tsr_arena *arena)
{
	struct tsr_buf out;
	bool any = false;
	int i;

	tsr_buf_init(&out, WORDS_MAX);
	for (i = 0; i < TSR_WHY_WORD_COUNT; i++)
		add_entry(&out,
		    tsr_words_own(strings, (enum tsr_why_word)i), &any);
	return finish(&out, any, arena);
}

struct tsr_span
tsr_words_titles(const struct tsr_rules *rules, struct tsr_span locale,
    struct tsr_arena *arena)
{
	size_t i, n = tsr_rules_attribute_count(rules);
	const struct tsr_json *declared;
	struct tsr_buf out;
	bool any = false;

	tsr_buf_init(&out, WORDS_MAX);
	for (i = 0; i < n; i++) {
		declared = tsr_rules_attribute_at(rules, (uint32_t)i)->declared;
		add_entry(&out,
		    tsr_rules_title(
			rules, tsr_json_get(declared, "title"), locale),
		    &any);
	}
	return finish(&out, any, arena);
}
