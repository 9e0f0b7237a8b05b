/*
 * diag - the author's mistakes, collected and shown together.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>

static const char *const severity_names[TSR_SEVERITY_COUNT] = {
    [TSR_ERROR] = "error",
    [TSR_WARNING] = "warning",
    [TSR_NOTE] = "note",
};

void
tsr_diag_init(struct tsr_diag *diag, struct tsr_arena *arena)
{
	memset(diag, 0, sizeof(*diag));
	diag->arena = arena;
}

static char *
format(struct tsr_arena *arena, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		n = 0;
	text = tsr_arena_alloc(arena, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, args);
	return text;
}

static size_t *
count_of(struct tsr_diag *diag, enum tsr_severity severity)
{
	return severity == TSR_ERROR ? &diag->errors
	    : severity == TSR_WARNING ? &diag->warnings : &diag->notes;
}

void
tsr_diag_forget(struct tsr_diag *diag, enum tsr_severity severity)
{
	(*count_of(diag, severity))--;
}

void
tsr_diag_mistakes(struct tsr_diag *diag)
{
	size_t i, n = 0;

	for (i = 0; i < diag->count; i++)
		if (diag->list[i].severity != TSR_NOTE)
			diag->list[n++] = diag->list[i];
	diag->count = n;
	diag->notes = 0;
}

static struct tsr_message *
append(struct tsr_diag *diag)
{
	struct tsr_message *message;

	diag->list = tsr_arena_grow(diag->arena, diag->list, diag->count,
	    &diag->cap, sizeof(*diag->list));
	message = &diag->list[diag->count];
	memset(message, 0, sizeof(*message));
	message->order = (uint32_t)diag->count++;
	return message;
}

struct tsr_message *
tsr_diag_add(struct tsr_diag *diag, enum tsr_severity severity,
    const char *rule, struct tsr_where where, const char *fmt, ...)
{
	struct tsr_message *message = append(diag);
	va_list args;

	message->severity = severity;
	message->rule = rule;
	message->where = where;
	va_start(args, fmt);
	message->text = format(diag->arena, fmt, args);
	va_end(args);
	(*count_of(diag, severity))++;
	return message;
}

void
tsr_diag_hint(struct tsr_diag *diag, const char *fmt, ...)
{
	va_list args;

	if (diag->count == 0)
		return;
	va_start(args, fmt);
	diag->list[diag->count - 1].hint = format(diag->arena, fmt, args);
	va_end(args);
}

static const char *
copy_text(struct tsr_arena *arena, const char *text)
{
	if (text == NULL)
		return NULL;
	return tsr_arena_cstr(arena, tsr_span_of(text, strlen(text)));
}

void
tsr_diag_merge(struct tsr_diag *diag, const struct tsr_diag *from)
{
	size_t i;

	for (i = 0; i < from->count; i++) {
		struct tsr_message *m = append(diag);
		uint32_t order = m->order;

		*m = from->list[i];
		m->order = order;
		m->text = copy_text(diag->arena, m->text);
		m->hint = copy_text(diag->arena, m->hint);
		m->file = copy_text(diag->arena, m->file);
	}
	diag->errors += from->errors;
	diag->warnings += from->warnings;
	diag->notes += from->notes;
}

/* qsort has no context argument, and a message no name: sort these. */
struct sortable {
	const char *file;
	struct tsr_message message;
};

static int
compare(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	int c = strcmp(a->file, b->file);

	if (c != 0)
		return c;
	if (a->message.where.off != b->message.where.off)
		return a->message.where.off < b->message.where.off ? -1 : 1;
	c = strcmp(a->message.rule, b->message.rule);
	if (c != 0)
		return c;
	c = strcmp(a->message.text, b->message.text);
	if (c != 0)
		return c;
	return a->message.order < b->message.order ? -1 : 1;
}

static bool
same(const struct sortable *a, const struct sortable *b)
{
	return strcmp(a->file, b->file) == 0 &&
	    a->message.where.off == b->message.where.off &&
	    strcmp(a->message.rule, b->message.rule) == 0 &&
	    strcmp(a->message.text, b->message.text) == 0;
}

static const char *
file_of(const struct tsr_message *m, const struct tsr_sources *sources)
{
	if (m->where.src == 0 && m->file != NULL)
		return m->file;
	return tsr_sources_at(sources, m->where.src)->name;
}

void
tsr_diag_sort(struct tsr_diag *diag, const struct tsr_sources *sources)
{
	struct sortable *all;
	size_t i, n = 0;

	if (diag->count == 0)
		return;
	all = TSR_NEW_ARRAY(diag->arena, struct sortable, diag->count);
	for (i = 0; i < diag->count; i++) {
		all[i].message = diag->list[i];
		all[i].file = file_of(&diag->list[i], sources);
	}
	qsort(all, diag->count, sizeof(*all), compare);
	diag->errors = diag->warnings = diag->notes = 0;
	for (i = 0; i < diag->count; i++) {
		if (i > 0 && same(&all[i - 1], &all[i]))
			continue;
		diag->list[n++] = all[i].message;
		(*count_of(diag, all[i].message.severity))++;
	}
	diag->count = n;
}

#define FRAME_WIDTH 100

/*
 * Show the line with carets under the token. A long line is cut around the
 * place; a tab is shown as one blank so that the caret stands right.
 */
static void
print_frame(FILE *out, const struct tsr_source *source, struct tsr_where w,
    const char *hint, bool colour)
{
	struct tsr_span text;
	uint32_t line, col, i;
	size_t from, len, at, shown = 0;

	tsr_source_line(&line, &col, &text, source, w.off);
	len = w.len != 0 ? w.len : tsr_source_token(source, w.off);
	at = w.off - (size_t)(text.p - source->text.p);
	if (at > text.n)
		at = text.n;
	from = at > FRAME_WIDTH * 2 / 3 ? at - FRAME_WIDTH * 2 / 3 : 0;
	while (from > 0 && (text.p[from] & 0xc0) == 0x80)
		from--;
	fprintf(out, "%6u | ", line);
	for (i = (uint32_t)from; i < text.n && i - from < FRAME_WIDTH; i++)
		fputc(text.p[i] < 0x20 ? ' ' : text.p[i], out);
	fprintf(out, "\n       | ");
	for (i = (uint32_t)from; i < at; i++)
		if ((text.p[i] & 0xc0) != 0x80)
			fputc(' ', out);
	if (colour)
		fputs("\033[1;32m", out);
	for (i = (uint32_t)at; i < text.n && i < at + len; i++) {
		if ((text.p[i] & 0xc0) == 0x80)
			continue;
		if (shown > FRAME_WIDTH)
			break;
		fputc(shown++ == 0 ? '^' : '~', out);
	}
	if (shown == 0)
		fputc('^', out);
	if (colour)
		fputs("\033[0m", out);
	if (hint != NULL)
		fprintf(out, " %s", hint);
	fputc('\n', out);
}

static void
print_place(FILE *out, const struct tsr_message *m, struct tsr_where w,
    const struct tsr_sources *sources)
{
	const struct tsr_source *source = tsr_sources_at(sources, w.src);
	uint32_t line, col;

	if (w.src == 0) {
		fprintf(out, "%s: ", m->file != NULL ? m->file : "tessera");
		return;
	}
	tsr_source_line(&line, &col, NULL, source, w.off);
	fprintf(out, "%s:%u:%u: ", source->name, line, col);
}

static void
print_message(FILE *out, const struct tsr_message *m,
    const struct tsr_sources *sources, bool colour)
{
	const char *on = m->severity == TSR_ERROR ? "\033[1;31m"
	    : m->severity == TSR_WARNING ? "\033[1;35m" : "\033[1;36m";

	print_place(out, m, m->where, sources);
	fprintf(out, "%s%s[%s]:%s %s\n", colour ? on : "",
	    severity_names[m->severity], m->rule, colour ? "\033[0m" : "",
	    m->text);
	/* There is nothing to mend: one line will do. */
	if (m->severity == TSR_NOTE)
		return;
	if (m->where.src != 0)
		print_frame(out, tsr_sources_at(sources, m->where.src),
		    m->where, m->hint, colour);
	else if (m->hint != NULL)
		fprintf(out, "       = %s\n", m->hint);
	if (m->also.src != 0) {
		print_place(out, m, m->also, sources);
		fputs("see also\n", out);
		print_frame(out, tsr_sources_at(sources, m->also.src), m->also,
		    NULL, colour);
	}
}

void
tsr_diag_print(FILE *out, const struct tsr_diag *diag,
    const struct tsr_sources *sources, bool colour)
{
	size_t i;

	for (i = 0; i < diag->count; i++)
		print_message(out, &diag->list[i], sources, colour);
}

static void
json_place(struct tsr_buf *out, const struct tsr_message *m,
    struct tsr_where w, const struct tsr_sources *sources)
{
	const struct tsr_source *source = tsr_sources_at(sources, w.src);
	uint32_t line, col;
	size_t len;

	if (w.src == 0) {
		const char *file = m->file != NULL ? m->file : "";

		tsr_buf_text(out, "\"file\":");
		tsr_buf_json(out, tsr_span_of(file, strlen(file)));
		return;
	}
	tsr_source_line(&line, &col, NULL, source, w.off);
	len = w.len != 0 ? w.len : tsr_source_token(source, w.off);
	tsr_buf_text(out, "\"file\":");
	tsr_buf_json(out, tsr_span_of(source->name, strlen(source->name)));
	tsr_buf_printf(out, ",\"line\":%u,\"col\":%u,\"endCol\":%zu", line, col,
	    (size_t)col + len);
}

void
tsr_diag_json(struct tsr_buf *out, const struct tsr_diag *diag,
    const struct tsr_sources *sources)
{
	size_t i;

	tsr_buf_byte(out, '[');
	for (i = 0; i < diag->count; i++) {
		const struct tsr_message *m = &diag->list[i];

		tsr_buf_printf(out,
		    "%s{\"severity\":\"%s\",\"rule\":\"%s\",\"message\":",
		    i == 0 ? "" : ",", severity_names[m->severity], m->rule);
		tsr_buf_json(out, tsr_span_of(m->text, strlen(m->text)));
		tsr_buf_byte(out, ',');
		json_place(out, m, m->where, sources);
		if (m->hint != NULL) {
			tsr_buf_text(out, ",\"hint\":");
			tsr_buf_json(
			    out, tsr_span_of(m->hint, strlen(m->hint)));
		}
		if (m->also.src != 0) {
			tsr_buf_text(out, ",\"related\":[{");
			json_place(out, m, m->also, sources);
			tsr_buf_text(out, "}]");
		}
		tsr_buf_byte(out, '}');
	}
	tsr_buf_byte(out, ']');
}

#define NAME_MAX_LENGTH 64

/* Optimal string alignment distance; both names at most NAME_MAX_LENGTH. */
static size_t
distance(struct tsr_span a, struct tsr_span b)
{
	size_t rows[3][NAME_MAX_LENGTH + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2], *swap;
	size_t i, j, best;

	for (j = 0; j <= b.n; j++)
		last[j] = j;
	for (i = 1; i <= a.n; i++) {
		now[0] = i;
		for (j = 1; j <= b.n; j++) {
			uint8_t x = tsr_lower(a.p[i - 1]);
			uint8_t y = tsr_lower(b.p[j - 1]);

			best = last[j - 1] + (x != y);
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x == tsr_lower(b.p[j - 2]) &&
			    y == tsr_lower(a.p[i - 2]) && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		swap = before;
		before = last;
		last = now;
		now = swap;
	}
	return last[b.n];
}

struct tsr_span
tsr_nearest(struct tsr_span name, const struct tsr_span *names, size_t count)
{
	struct tsr_span best = {NULL, 0};
	size_t i, d, limit = name.n / 3 + 1;

	if (name.n > NAME_MAX_LENGTH)
		return best;
	for (i = 0; i < count; i++) {
		if (names[i].n > NAME_MAX_LENGTH)
			continue;
		d = distance(name, names[i]);
		if (d < limit || (d == limit && best.p == NULL && limit > 1)) {
			limit = d;
			best = names[i];
		}
	}
	return best;
}
