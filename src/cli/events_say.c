/*
 * events_say - one mistake in events, said with its place and a hint.
 */
#include "cli/events_say.h"

#include "base/diag.h"
#include "build/read/json.h"
#include "core/word.h"

/* What is shown of a line: so much before the mistake, and in all. */
#define BEFORE 40
#define SHOWN 76

static const char rules[TSR_EVENT_FAULT_COUNT][5] = {
    [TSR_EVENT_FINE] = "",
    [TSR_EVENT_NO_KIND] = "K101",
    [TSR_EVENT_NO_VERSION] = "K102",
    [TSR_EVENT_SYNTAX] = "K103",
    [TSR_EVENT_SHAPE] = "K104",
    [TSR_EVENT_MEMBER] = "K105",
    [TSR_EVENT_TWICE] = "K106",
    [TSR_EVENT_LACKS] = "K107",
    [TSR_EVENT_MANY] = "K108",
    [TSR_EVENT_BAD_ID] = "K109",
    [TSR_EVENT_SENDER] = "K110",
    [TSR_EVENT_NO_FIELD] = "K111",
    [TSR_EVENT_MISSING] = "K112",
    [TSR_EVENT_BAD_TYPE] = "K113",
    [TSR_EVENT_BAD_RANGE] = "K114",
    [TSR_EVENT_BAD_LENGTH] = "K115",
    [TSR_EVENT_BAD_CHOICE] = "K116",
    [TSR_EVENT_BAD_PATTERN] = "K117",
};

/* Where it is, and what is said of it. */
struct said {
	size_t line, column; /* from 1; columns are characters */
	struct tsr_span row; /* the line's text */
	size_t at;	     /* in row */
	char *text, *hint;   /* hint: NULL for none */
};

/* ---- places ---- */

static void
find_place(struct said *out, const struct tsr_event_note *note, size_t off)
{
	struct tsr_span text = note->text;
	size_t from = 0, i;

	out->line = note->line;
	for (i = 0; i < off && i < text.n; i++)
		if (text.p[i] == '\n') {
			out->line++;
			from = i + 1;
		}
	out->row = tsr_span_part(
	    text, from, tsr_span_find(text, '\n', from) - from);
	out->at = off - from;
	out->column = 1;
	for (i = 0; i < out->at && i < out->row.n; i++)
		out->column += (out->row.p[i] & 0xc0) != 0x80;
}

/* ---- hints ---- */

/* What members are, those of batches, events and lines. */
static const struct {
	const char *name, *form;
} forms[] = {
    {"v", "1, the version of what a batch looks like"},
    {"page", "the page's path as a browser has it, percent-encoded, without ? "
	     "and #"},
    {"why", "the text of the page's data-why, or empty"},
    {"events", "a list of objects"},
    {"c", "an object of counts by kind"},
    {"counts", "an object of counts by kind"},
    {"minute", "milliseconds since 1970 at the beginning of a minute"},
    {"k", "a kind's name: small letters, digits and hyphens"},
    {"n", "the kind's version: 1, 2, ..."},
    {"t", "milliseconds since the page began, at least 0"},
    {"at", "milliseconds since 1970"},
    {"f", "an object of the kind's fields"},
    {"release", "16 hexadecimal digits"},
    {"seen", "an object"},
    {"id", "128 random bits: a UUID, or base64url without padding, 22 characters"},
    {"visitor", "a visitor's id of 22 characters"},
};

static char *
hint_member(struct tsr_arena *arena, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(forms); i++)
		if (tsr_span_eq(name,
			tsr_span_of(forms[i].name, strlen(forms[i].name))))
			return tsr_arena_printf(arena, "%s", forms[i].form);
	return NULL;
}

static const uint8_t *
record(const struct tsr_table *t, enum tsr_section s, uint32_t i)
{
	return tsr_table_record(t, s, i, tsr_table_section_size(s));
}

static char *
near_name(struct tsr_arena *arena, struct tsr_span name,
    const struct tsr_span *names, size_t count)
{
	struct tsr_span near = tsr_nearest(name, names, count);

	return near.n == 0 ? NULL
	    : tsr_arena_printf(
		  arena, "did you mean \"%.*s\"?", TSR_ARG(near));
}

static char *
hint_kind(struct tsr_arena *arena, const struct tsr_table *t,
    const struct tsr_event_note *note)
{
	struct tsr_span names[TSR_EVENT_KINDS_MAX];
	struct tsr_buf out;
	const uint8_t *k;
	uint32_t i, count = 0;
	char *hint;

	tsr_buf_init(&out, 4096);
	for (i = 0; i < TSR_EVENT_KINDS_MAX; i++) {
		if ((k = record(t, TSR_SECTION_EVNT, i)) == NULL)
			break;
		names[count++] = tsr_table_text(t, k);
		if (tsr_span_eq(tsr_table_text(t, k), note->name))
			tsr_buf_printf(&out, "%s%u", out.n > 0 ? ", " : "",
			    tsr_le32(k + 8));
	}
	hint = out.n == 0 ? near_name(arena, note->name, names, count)
	    : tsr_arena_printf(arena, "it has version %.*s",
		  TSR_ARG(tsr_buf_view(&out)));
	tsr_buf_free(&out);
	return hint;
}

static const uint8_t *
find_field(const struct tsr_table *t, const uint8_t *kind,
    struct tsr_span *names, uint32_t *count, struct tsr_span name)
{
	const uint8_t *f, *found = NULL;
	uint32_t i;

	for (i = 0; i < tsr_le32(kind + 16) && i < TSR_EVENT_FIELDS_MAX; i++) {
		f = record(t, TSR_SECTION_EVFD, tsr_le32(kind + 12) + i);
		if (f == NULL)
			break;
		names[(*count)++] = tsr_table_text(t, f);
		if (tsr_span_eq(tsr_table_text(t, f), name))
			found = f;
	}
	return found;
}

static void
put_bound(struct tsr_buf *out, const char *word, const uint8_t *p)
{
	tsr_buf_printf(out, "%s%s %.15g", out->n > 0 ? ", " : "", word,
	    tsr_le_double(p));
}

/* What a field may be. */
static char *
describe_field(
    struct tsr_arena *arena, const struct tsr_table *t, const uint8_t *f)
{
	unsigned flags = f[9];
	const uint8_t *choice;
	struct tsr_buf out;
	char *hint;
	uint32_t i;

	tsr_buf_init(&out, 1 << 20);
	if (f[8] == TSR_EVENT_CHOICE)
		for (i = 0; i < tsr_le32(f + 36); i++) {
			choice = record(
			    t, TSR_SECTION_EVCH, tsr_le32(f + 32) + i);
			if (choice == NULL)
				break;
			tsr_buf_text(&out, i == 0 ? "one of " : ", ");
			tsr_buf_json(&out, tsr_table_text(t, choice));
		}
	else
		tsr_buf_text(&out, tsr_word_event_type(f[8]));
	if ((flags & TSR_EVENT_LEAST) != 0)
		put_bound(&out, (flags & TSR_EVENT_ABOVE) != 0 ? "more than"
							       : "at least",
		    f + 16);
	if ((flags & TSR_EVENT_MOST) != 0)
		put_bound(&out, (flags & TSR_EVENT_BELOW) != 0 ? "less than"
							       : "at most",
		    f + 24);
	if (f[8] == TSR_EVENT_STRING)
		tsr_buf_text(&out, " characters");
	hint = tsr_arena_cstr(arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
	return hint;
}

static char *
hint_field(struct tsr_arena *arena, const struct tsr_table *t,
    const struct tsr_event_note *note)
{
	const uint8_t *kind = record(t, TSR_SECTION_EVNT, note->kind), *f;
	struct tsr_span names[TSR_EVENT_FIELDS_MAX];
	uint32_t count = 0;

	if (kind == NULL)
		return NULL;
	f = find_field(t, kind, names, &count, note->field);
	if (f == NULL)
		return near_name(arena, note->field, names, count);
	return describe_field(arena, t, f);
}

static char *
find_hint(struct tsr_arena *arena, const struct tsr_table *t,
    const struct tsr_event_note *note)
{
	const uint8_t *kind;

	switch (note->fault) {
	case TSR_EVENT_NO_KIND:
	case TSR_EVENT_NO_VERSION:
		return hint_kind(arena, t, note);
	case TSR_EVENT_SENDER:
		kind = record(t, TSR_SECTION_EVNT, note->kind);
		return kind == NULL ? NULL
		    : tsr_arena_printf(arena, "it comes from a %s",
			  tsr_word_event_from(kind[21]));
	case TSR_EVENT_SHAPE:
	case TSR_EVENT_BAD_ID:
	case TSR_EVENT_LACKS:
		return hint_member(arena, note->field);
	case TSR_EVENT_MANY:
		return tsr_arena_printf(arena, "%d at most", TSR_EVENTS_MAX);
	default:
		return note->field.n > 0 ? hint_field(arena, t, note) : NULL;
	}
}

/* Text that is no JSON: the parser says where and why. */
static bool
say_syntax(struct said *out, struct tsr_arena *arena,
    const struct tsr_event_note *note)
{
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json json;

	tsr_sources_init(&sources, arena);
	tsr_diag_init(&diag, arena);
	if (tsr_json_read(&json, arena, &diag, &sources,
		tsr_sources_add(&sources, "", note->text)) ||
	    diag.count == 0)
		return false;
	find_place(out, note, diag.list[0].where.off);
	out->text = tsr_arena_printf(arena, "%s", diag.list[0].text);
	if (diag.list[0].hint != NULL)
		out->hint = tsr_arena_printf(arena, "%s", diag.list[0].hint);
	return true;
}

static void
find_words(struct said *out, struct tsr_arena *arena,
    const struct tsr_event_note *note, const struct tsr_table *t)
{
	const char *text = tsr_event_fault_text(note->fault);

	memset(out, 0, sizeof(*out));
	if (note->fault == TSR_EVENT_SYNTAX && say_syntax(out, arena, note))
		return;
	find_place(out, note,
	    note->at.p == NULL ? 0 : (size_t)(note->at.p - note->text.p));
	out->text = note->field.n > 0
	    ? tsr_arena_printf(
		  arena, "\"%.*s\": %s", TSR_ARG(note->field), text)
	    : tsr_arena_printf(arena, "%s", text);
	out->hint = find_hint(arena, t, note);
}

/* ---- output ---- */

static const char *
severity(const struct tsr_event_note *note)
{
	return tsr_event_aside(note->fault) ? "warning" : "error";
}

/* The row around the mistake, what is not printable as dots, and a caret. */
static void
show_row(FILE *out, const struct said *said)
{
	size_t from = said->at > BEFORE ? said->at - BEFORE : 0, i;
	struct tsr_span part;

	while (from > 0 && (said->row.p[from] & 0xc0) == 0x80)
		from--;
	part = tsr_span_part(said->row, from, SHOWN);
	while (from + part.n < said->row.n && part.n > 0 &&
	    (said->row.p[from + part.n] & 0xc0) == 0x80)
		part.n--;
	fputs("  ", out);
	for (i = 0; i < part.n; i++)
		putc(part.p[i] < 0x20 || part.p[i] == 0x7f ? '.' : part.p[i],
		    out);
	fputs("\n  ", out);
	for (i = from; i < said->at && i < said->row.n; i++)
		if ((said->row.p[i] & 0xc0) != 0x80)
			putc(' ', out);
	fprintf(out, "^%s%s\n", said->hint != NULL ? " " : "",
	    said->hint != NULL ? said->hint : "");
}

void
tsr_event_say(FILE *out, const struct tsr_event_note *note,
    const struct tsr_table *t)
{
	struct tsr_arena arena = {0};
	struct said said;

	find_words(&said, &arena, note, t);
	fprintf(out, "%s:%zu:%zu: %s[%s]: %s\n", note->file, said.line,
	    said.column, severity(note), rules[note->fault], said.text);
	show_row(out, &said);
	tsr_arena_free(&arena);
}

static void
put_member(struct tsr_buf *out, const char *name, struct tsr_span text)
{
	tsr_buf_printf(out, ",\"%s\":", name);
	tsr_buf_json(out, text);
}

void
tsr_event_say_json(struct tsr_buf *out, const struct tsr_event_note *note,
    const struct tsr_table *t)
{
	struct tsr_arena arena = {0};
	struct said said;

	find_words(&said, &arena, note, t);
	tsr_buf_printf(out, "{\"severity\":\"%s\",\"rule\":\"%s\","
	    "\"reason\":\"%s\"", severity(note), rules[note->fault],
	    tsr_event_fault_name(note->fault));
	put_member(out, "message", tsr_span_of(said.text, strlen(said.text)));
	put_member(
	    out, "file", tsr_span_of(note->file, strlen(note->file)));
	tsr_buf_printf(
	    out, ",\"line\":%zu,\"col\":%zu", said.line, said.column);
	if (said.hint != NULL)
		put_member(
		    out, "hint", tsr_span_of(said.hint, strlen(said.hint)));
	tsr_buf_byte(out, '}');
	tsr_arena_free(&arena);
}
