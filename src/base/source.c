/*
 * source - the texts that messages point into.
 */
#include "base/source.h"

void
tsr_sources_init(struct tsr_sources *s, struct tsr_arena *arena)
{
	memset(s, 0, sizeof(*s));
	s->arena = arena;
	tsr_sources_add(s, "", TSR_LIT(""));
}

uint32_t
tsr_sources_add(struct tsr_sources *s, const char *name, struct tsr_span text)
{
	struct tsr_source *source;

	s->list = tsr_arena_grow(
	    s->arena, s->list, s->count, &s->cap, sizeof(*s->list));
	source = &s->list[s->count];
	source->name =
	    tsr_arena_cstr(s->arena, tsr_span_of(name, strlen(name)));
	source->text = tsr_arena_dup(s->arena, text);
	return (uint32_t)s->count++;
}

const struct tsr_source *
tsr_sources_at(const struct tsr_sources *s, uint32_t i)
{
	return &s->list[i < s->count ? i : 0];
}

void
tsr_source_line(uint32_t *line, uint32_t *col, struct tsr_span *line_text,
    const struct tsr_source *source, size_t off)
{
	struct tsr_span text = source->text;
	size_t i, start = 0, end;

	if (off > text.n)
		off = text.n;
	*line = 1;
	for (i = 0; i < off; i++) {
		if (text.p[i] == '\n') {
			(*line)++;
			start = i + 1;
		}
	}
	*col = 1;
	for (i = start; i < off; i++)
		if ((text.p[i] & 0xc0) != 0x80)
			(*col)++;
	if (line_text == NULL)
		return;
	end = tsr_span_find(text, '\n', start);
	if (end > start && text.p[end - 1] == '\r')
		end--;
	*line_text = tsr_span_part(text, start, end - start);
}

static size_t
string_length(struct tsr_span t, size_t off)
{
	uint8_t quote = t.p[off];
	size_t i;

	for (i = off + 1; i < t.n && t.p[i] != '\n'; i++) {
		if (t.p[i] == '\\' && i + 1 < t.n)
			i++;
		else if (t.p[i] == quote)
			return i + 1 - off;
	}
	return i - off;
}

size_t
tsr_source_token(const struct tsr_source *source, size_t off)
{
	struct tsr_span t = source->text;
	size_t i;

	if (off >= t.n)
		return 0;
	if (t.p[off] == '"' || t.p[off] == '\'')
		return string_length(t, off);
	if (t.p[off] == '{' && off + 1 < t.n && t.p[off + 1] == '{') {
		for (i = off + 2; i + 1 < t.n && t.p[i] != '\n'; i++)
			if (t.p[i] == '}' && t.p[i + 1] == '}')
				return i + 2 - off;
		return 2;
	}
	for (i = off; i < t.n; i++) {
		uint8_t c = t.p[i];

		if (!tsr_is_alnum(c) && c < 0x80 && c != '-' && c != '_' &&
		    c != '.' && c != '$' && c != '/' && c != '@')
			break;
	}
	return i > off ? i - off : 1;
}
