/*
 * css - the references inside a style sheet.
 */
#include "build/read/css.h"

struct scan {
	struct tsr_buf *out;
	struct tsr_span css;
	size_t at;
	tsr_css_resolve *resolve;
	void *ctx;
};

static bool
word_at(struct tsr_span css, size_t at, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++)
		if (at + i >= css.n ||
		    tsr_lower(css.p[at + i]) != (uint8_t)word[i])
			return false;
	return true;
}

/* The end of the string that begins at `at`, behind its closing quote. */
static size_t
string_end(struct tsr_span css, size_t at)
{
	size_t i;

	for (i = at + 1; i < css.n; i++) {
		if (css.p[i] == '\\')
			i++;
		else if (css.p[i] == css.p[at])
			return i + 1;
	}
	return css.n;
}

static void
copy_to(struct scan *s, size_t end)
{
	tsr_buf_add(s->out, tsr_span_part(s->css, s->at, end - s->at));
	s->at = end;
}

static void
reference(struct scan *s, size_t from, size_t end)
{
	struct tsr_span ref = tsr_span_part(s->css, from, end - from), to;
	size_t tail = 0;

	if (ref.n == 0)
		return;
	to = s->resolve(s->ctx, ref, from);
	copy_to(s, from);
	if (to.n == 0) {
		copy_to(s, end);
		return;
	}
	while (tail < ref.n && ref.p[tail] != '?' && ref.p[tail] != '#')
		tail++;
	tsr_buf_add(s->out, to);
	tsr_buf_add(s->out, tsr_span_from(ref, tail));
	s->at = end;
}

static size_t
skip_space(struct tsr_span css, size_t at)
{
	while (at < css.n && tsr_is_space(css.p[at]))
		at++;
	return at;
}

/* A quoted reference at `at`, or what stands bare up to ")". */
static size_t
reference_at(struct scan *s, size_t at, bool bare)
{
	size_t end;

	if (at < s->css.n && (s->css.p[at] == '"' || s->css.p[at] == '\'')) {
		end = string_end(s->css, at);
		if (end - at >= 2 && s->css.p[end - 1] == s->css.p[at])
			reference(s, at + 1, end - 1);
		return end;
	}
	if (!bare)
		return at;
	end = tsr_span_find(s->css, ')', at);
	while (end > at && tsr_is_space(s->css.p[end - 1]))
		end--;
	reference(s, at, end);
	return end;
}

void
tsr_css_rewrite(struct tsr_buf *out, struct tsr_span css,
    tsr_css_resolve *resolve, void *ctx)
{
	struct scan s = {
	    .out = out, .css = css, .resolve = resolve, .ctx = ctx};
	size_t i = 0;

	while (i < css.n) {
		if (css.p[i] == '/' && i + 1 < css.n && css.p[i + 1] == '*') {
			for (i += 2; i + 1 < css.n; i++)
				if (css.p[i] == '*' && css.p[i + 1] == '/')
					break;
			i += 2;
		} else if (css.p[i] == '"' || css.p[i] == '\'') {
			i = string_end(css, i);
		} else if (word_at(css, i, "url(") &&
		    (i == 0 || !tsr_is_alnum(css.p[i - 1]))) {
			i = reference_at(&s, skip_space(css, i + 4), true);
		} else if (word_at(css, i, "@import")) {
			i = reference_at(&s, skip_space(css, i + 7), false);
		} else {
			i++;
		}
	}
	copy_to(&s, css.n);
}

/* "a/b/" + "../c" in place: drops "." and ".." parts. */
static bool
join(struct tsr_buf *out, struct tsr_span part)
{
	if (part.n == 0 || tsr_span_eq(part, TSR_LIT(".")))
		return true;
	if (tsr_span_eq(part, TSR_LIT(".."))) {
		if (out->n == 0)
			return false;
		out->n--;
		while (out->n > 0 && out->p[out->n - 1] != '/')
			out->n--;
		return true;
	}
	tsr_buf_add(out, part);
	tsr_buf_byte(out, '/');
	return true;
}

bool
tsr_css_local(struct tsr_span *name, struct tsr_span reference_text,
    struct tsr_span folder, struct tsr_arena *arena)
{
	struct tsr_span ref = reference_text;
	struct tsr_buf buf;
	size_t i, end;
	bool ok = true;

	for (i = 0; i < ref.n && ref.p[i] != '?' && ref.p[i] != '#'; i++)
		if (ref.p[i] == ':' || ref.p[i] == '\\')
			return false;
	ref.n = i;
	if (ref.n == 0 || ref.p[0] == '/')
		return false;
	tsr_buf_init(&buf, 4096);
	tsr_buf_add(&buf, folder);
	for (i = 0; ok && i < ref.n; i = end + 1) {
		end = tsr_span_find(ref, '/', i);
		ok = join(&buf, tsr_span_part(ref, i, end - i));
	}
	if (buf.n > 0)
		buf.n--;
	/* Above the folder of assets: as written, so that it is not found. */
	*name = tsr_arena_dup(arena, ok ? tsr_buf_view(&buf) : ref);
	tsr_buf_free(&buf);
	return true;
}
