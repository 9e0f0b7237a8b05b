/*
 * differ - events checked twice: by the table that the build makes of a kind,
 * and by the JSON Schema validator that the build has.
 *
 * usage: differ ROUNDS SEED
 *
 * A round draws kinds of its own beside the program's, then events of each:
 * valid ones, ones with a value at or beyond a bound, ones whose bytes were
 * changed. Both must say the same of each; what is written to the log must be
 * one printable line that says the same and is valid again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/event.h"
#include "core/word.h"
#include "lib/kinds_table.h"

#define KINDS 8	   /* drawn in a round */
#define EVENTS 400 /* of each kind in a round */

struct world {
	uint64_t random;
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_schemas *schemas;
	struct tsr_event_kinds kinds;
	struct tsr_kinds_table table;
	uint64_t events, valid, faults, by_fault[TSR_EVENT_FAULT_COUNT];
};

static uint32_t
draw(struct world *w, uint32_t below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((w->random >> 33) % below);
}

/* ---- kinds ---- */

static const char *const numbers[] = {"0", "1", "-1", "3", "7.5", "-0.25",
    "100", "1e3", "0.1", "-9007199254740991", "9007199254740991", "1e-7"};

static void
draw_bound(struct world *w, struct tsr_buf *out, const char *names[2])
{
	tsr_buf_printf(out, ",\"%s\":%s", names[draw(w, 2)],
	    numbers[draw(w, TSR_COUNT_OF(numbers))]);
}

static void
draw_choices(struct world *w, struct tsr_buf *out)
{
	static const char *const texts[] = {"\"\"", "\"a\"", "\"\\u00e4\"",
	    "\"a b\"", "\"\\\"\"", "\"\xf0\x9f\x98\x80\"", "\"\\n\"", "\"\\\\\""};
	uint32_t mask = 1 + draw(w, 255), i;
	const char *comma = "";

	tsr_buf_text(out, ",\"enum\":[");
	for (i = 0; i < 8; i++)
		if ((mask >> i & 1) != 0) {
			tsr_buf_text(out, comma);
			tsr_buf_text(out, texts[i]);
			comma = ",";
		}
	tsr_buf_byte(out, ']');
}

static void
draw_field(struct world *w, struct tsr_buf *out)
{
	static const char *least[] = {"minimum", "exclusiveMinimum"};
	static const char *most[] = {"maximum", "exclusiveMaximum"};
	static const char *const patterns[] = {"^[a-z]*$", "\\\\d", "^.{2,3}$",
	    "\xc3\xa4", "^\\\\p{L}+$", "a|b$"};
	uint32_t type = draw(w, TSR_EVENT_TYPE_COUNT);

	tsr_buf_printf(out, "{\"type\":\"%s\"",
	    type == TSR_EVENT_CHOICE ? "string" : tsr_word_event_type(type));
	if (type == TSR_EVENT_CHOICE)
		draw_choices(w, out);
	if (type == TSR_EVENT_STRING) {
		tsr_buf_printf(out, ",\"maxLength\":%u", draw(w, 12));
		if (draw(w, 2) == 0)
			tsr_buf_printf(out, ",\"minLength\":%u", draw(w, 3));
		if (draw(w, 3) == 0)
			tsr_buf_printf(out, ",\"pattern\":\"%s\"",
			    patterns[draw(w, TSR_COUNT_OF(patterns))]);
	}
	if (type == TSR_EVENT_NUMBER || type == TSR_EVENT_INTEGER) {
		if (draw(w, 3) > 0)
			draw_bound(w, out, least);
		if (draw(w, 3) > 0)
			draw_bound(w, out, most);
	}
	tsr_buf_byte(out, '}');
}

/* A kind of some fields. What has no values is refused: draw again. */
static void
draw_kind(struct world *w, uint32_t number)
{
	uint32_t count = draw(w, 6), i, before = w->kinds.count;
	struct tsr_json *json;
	struct tsr_buf out;
	const char *name;

	tsr_buf_init(&out, 65536);
	while (w->kinds.count == before) {
		tsr_buf_clear(&out);
		tsr_buf_text(&out, "{\"version\":1,\"type\":\"object\","
		    "\"additionalProperties\":false,\"properties\":{");
		for (i = 0; i < count; i++) {
			tsr_buf_printf(&out, "%s\"f%u\":", i > 0 ? "," : "", i);
			draw_field(w, &out);
		}
		tsr_buf_text(&out, "},\"required\":[");
		if (count > 0 && draw(w, 2) == 0)
			tsr_buf_printf(&out, "\"f%u\"", draw(w, count));
		tsr_buf_text(&out, "]}");
		/* Each try is a schema of its own. */
		json = TSR_NEW(&w->arena, struct tsr_json);
		name = tsr_arena_printf(&w->arena, "drawn%u", number);
		if (!tsr_json_read(json, &w->arena, &w->diag, &w->sources,
			tsr_sources_add(&w->sources, name,
			    tsr_buf_view(&out))))
			abort();
		tsr_event_kinds_add(&w->kinds,
		    tsr_span_of(name, strlen(name)), tsr_span_of(NULL, 0),
		    json);
		number += KINDS;
	}
	tsr_buf_free(&out);
}

/* ---- events ---- */

static const char *const odd_numbers[] = {"0", "-0", "1", "-1", "1.0", "1.5",
    "2e0", "100", "101", "99.9", "1E2", "0.1", "0.10000000000000001",
    "9007199254740991", "9007199254740992", "9007199254740993",
    "-9007199254740993", "9223372036854775807", "9223372036854775808",
    "18446744073709551616", "1e308", "1e-400", "-1e-320", "86400000",
    "86400001", "10000.000000000001", "3", "7.5", "-0.25", "1e-7", "1e3",
    "1e999", "01", "1.", ".5", "+1", "NaN"};

static const char *const odd_pieces[] = {"a", "b", "Z", "7", " ", "\\u00e4",
    "\xc3\xa4", "\xf0\x9f\x98\x80", "\\ud83d\\ude00", "\\n", "\\u0001",
    "\\\"", "\\\\", "\\/", "\\u2028", "\xe2\x80\xa8", "\\u007f", "\xef\xbf\xbd",
    "\xe2\x80\x8f", "\\ufeff"};

static const char *const wrong_pieces[] = {
    "\\ud83d", "\\ude00", "\\u0000", "\xff", "\xc3", "\x01", "\\x", "\n"};

static const char *const odd_values[] = {"null", "[]", "{}", "[1]",
    "{\"a\":1}", "true", "false", "\"\"", "0", "\"1\"", "nul",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"};

static void
draw_string(struct world *w, struct tsr_buf *out, uint32_t length)
{
	uint32_t i;

	tsr_buf_byte(out, '"');
	for (i = 0; i < length; i++) {
		if (draw(w, 400) == 0)
			tsr_buf_text(out, wrong_pieces[draw(
			    w, TSR_COUNT_OF(wrong_pieces))]);
		else if (draw(w, 3) == 0)
			tsr_buf_text(out,
			    odd_pieces[draw(w, TSR_COUNT_OF(odd_pieces))]);
		else
			tsr_buf_byte(out, (uint8_t)('A' + draw(w, 26)));
	}
	tsr_buf_byte(out, '"');
}

/* A number at a bound or next to it, or of the odd ones. */
static void
draw_number(struct world *w, struct tsr_buf *out,
    const struct tsr_event_field *f)
{
	double d = draw(w, 2) == 0 ? f->least : f->most;

	switch (draw(w, 6)) {
	case 0:
		tsr_buf_text(
		    out, odd_numbers[draw(w, TSR_COUNT_OF(odd_numbers))]);
		return;
	case 1:
		d += (double)draw(w, 3) - 1;
		break;
	case 2:
		d = d * (1 + ((double)draw(w, 3) - 1) * 0x1p-52);
		break;
	case 3:
		break;
	default:
		d = f->least +
		    (f->most - f->least) * (double)draw(w, 1001) / 1000;
		if (f->type == TSR_EVENT_INTEGER)
			d = (double)(int64_t)d;
	}
	tsr_buf_printf(out, "%.17g", d);
}

static void
draw_value(struct world *w, struct tsr_buf *out,
    const struct tsr_event_field *f)
{
	uint32_t length;

	if (draw(w, 40) == 0) {
		tsr_buf_text(
		    out, odd_values[draw(w, TSR_COUNT_OF(odd_values))]);
		return;
	}
	switch (f->type) {
	case TSR_EVENT_STRING:
		length = (uint32_t)(draw(w, 2) == 0 ? f->least : f->most);
		length += draw(w, 12) == 0;
		length -= length > 0 && draw(w, 12) == 0;
		draw_string(w, out, length);
		break;
	case TSR_EVENT_CHOICE:
		if (draw(w, 12) == 0)
			draw_string(w, out, 1);
		else
			tsr_json_write(out, &f->choices->u.items[draw(
						w, f->choices->count)]);
		break;
	case TSR_EVENT_BOOLEAN:
		tsr_buf_text(out, draw(w, 2) == 0 ? "true" : "false");
		break;
	default:
		draw_number(w, out, f);
	}
}

static void
draw_fields(struct world *w, struct tsr_buf *out,
    const struct tsr_event_kind *kind)
{
	uint32_t i, j, first = draw(w, kind->field_count + 1);
	const char *comma = "";

	tsr_buf_byte(out, '{');
	for (i = 0; i < kind->field_count; i++) {
		const struct tsr_event_field *f =
		    &kind->fields[(first + i) % kind->field_count];

		if (draw(w, (f->flags & TSR_EVENT_REQUIRED) != 0 ? 30 : 3) == 0)
			continue;
		for (j = draw(w, 60) == 0 ? 2 : 1; j > 0; j--) {
			tsr_buf_printf(out, draw(w, 30) == 0
				? "%s\n\t\"%.*s\" : " : "%s\"%.*s\":", comma,
			    TSR_ARG(f->name));
			draw_value(w, out, f);
			comma = ",";
		}
	}
	if (draw(w, 40) == 0)
		tsr_buf_printf(out, "%s\"%s\":1", comma,
		    draw(w, 2) == 0 ? "other" : "f\\u0030");
	tsr_buf_byte(out, '}');
}

/* Change a byte, take one away or put one in. */
static void
mutate(struct world *w, struct tsr_buf *text)
{
	static const char bytes[] = "{}[]\",:0aeE+-.\\u \n\x80\xff";
	uint8_t c = (uint8_t)bytes[draw(w, sizeof(bytes) - 1)];
	size_t at = draw(w, (uint32_t)text->n);

	switch (draw(w, 3)) {
	case 0:
		text->p[at] = c;
		break;
	case 1:
		memmove(text->p + at, text->p + at + 1, text->n - at - 1);
		text->n--;
		break;
	default:
		tsr_buf_byte(text, 0);
		memmove(text->p + at + 1, text->p + at, text->n - at - 1);
		text->p[at] = c;
	}
}

/* ---- both answers ---- */

/* The batch around an event of one kind, as a schema. */
static const struct tsr_schema *
add_envelope(struct world *w, const struct tsr_event_kind *kind)
{
	const char *name = tsr_arena_printf(&w->arena, "kind/%.*s.%u",
	    TSR_ARG(kind->name), kind->version);
	struct tsr_json *json = TSR_NEW(&w->arena, struct tsr_json);
	char *text = tsr_arena_printf(&w->arena,
	    "{\"type\":\"object\",\"required\":[\"v\",\"page\",\"events\"],"
	    "\"additionalProperties\":false,\"properties\":{\"v\":{\"const\":1},"
	    "\"page\":{\"type\":\"string\",\"pattern\":"
	    "\"^/[!$->@-\\\\[\\\\]-~]*$\"},\"events\":{\"type\":\"array\","
	    "\"minItems\":1,\"maxItems\":1,\"items\":{\"type\":\"object\","
	    "\"additionalProperties\":false,\"required\":[\"id\",\"k\",\"n\","
	    "\"t\"],\"properties\":{\"id\":{\"type\":\"string\",\"pattern\":"
	    "\"^[A-Za-z0-9_-]{21}[AQgw]$\"},\"k\":{\"const\":\"%.*s\"},\"n\":"
	    "{\"const\":%u},\"t\":{\"type\":\"number\",\"minimum\":0,"
	    "\"maximum\":34560000000},\"f\":{\"$ref\":\"file:///%s\"}}}}}}",
	    TSR_ARG(kind->name), kind->version, name);

	tsr_schemas_add(w->schemas, name, kind->json);
	if (!tsr_json_read(json, &w->arena, &w->diag, &w->sources,
		tsr_sources_add(&w->sources, "envelope",
		    tsr_span_of(text, strlen(text)))))
		abort();
	return tsr_schemas_add(w->schemas,
	    tsr_arena_printf(&w->arena, "envelope/%s", name), json);
}

static bool
read_json(struct tsr_json *out, struct tsr_sources *sources,
    struct tsr_diag *diag, struct tsr_span text)
{
	return tsr_json_read(out, sources->arena, diag, sources,
	    tsr_sources_add(sources, "event", text));
}

static void
complain(struct world *w, const char *what, struct tsr_span text)
{
	w->faults++;
	printf("%s:\n%.*s\n", what, (int)text.n, (const char *)text.p);
}

/* Digits of which a double may not hold all. */
static bool
is_long(struct tsr_span s)
{
	size_t i, run = 0;

	for (i = 0; i < s.n && run < 16; i++)
		run = tsr_is_digit(s.p[i]) ? run + 1 : 0;
	return run == 16;
}

/* What the log gets of a valid event. */
static void
check_log(struct world *w, const struct tsr_event *e,
    const struct tsr_event_kind *kind, const struct tsr_schema *schema,
    const struct tsr_json *f)
{
	uint8_t log[TSR_EVENT_BYTES_MAX];
	size_t n = tsr_event_write(log, sizeof(log), &w->table.table, e), i;
	struct tsr_span text = tsr_span_of(log, n);
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json again;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	for (i = 0; i < n; i++)
		if (log[i] < 0x20 || log[i] == 0x7f)
			complain(w, "not printable", text);
	if (n < 2 || n > kind->most)
		complain(w, "longer than the table says", text);
	else if (!read_json(&again, &sources, &diag, text) ||
	    !tsr_schema_valid(schema, &again, NULL))
		complain(w, "the log is not valid", text);
	else if (f != NULL && !is_long(e->f) && !tsr_json_eq(&again, f))
		complain(w, "the log says something else", e->f);
	tsr_arena_free(&arena);
}

static void
compare(struct world *w, const struct tsr_event_kind *kind,
    const struct tsr_schema *envelope, const struct tsr_schema *schema,
    struct tsr_span text)
{
	struct tsr_arena arena = {0};
	struct tsr_event_batch batch;
	struct tsr_event event;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json json;
	enum tsr_event_fault fault = tsr_event_open(
	    &batch, &w->table.table, TSR_EVENT_FORM_BROWSER, text);
	bool ours, theirs, sent = (kind->from & 1) != 0;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	memset(&event, 0, sizeof(event));
	if (fault == TSR_EVENT_FINE)
		fault = batch.count == 1 && tsr_event_next(&event, &batch)
		    ? event.fault : TSR_EVENT_SHAPE;
	/* A changed byte may make it an event of another kind. */
	ours = fault == TSR_EVENT_FINE && tsr_span_eq(event.name, kind->name);
	theirs = read_json(&json, &sources, &diag, text) &&
	    tsr_schema_valid(envelope, &json, NULL);
	w->events++;
	w->valid += theirs;
	w->by_fault[fault]++;
	if (ours != (theirs && sent))
		complain(w, theirs ? tsr_event_fault_text(fault)
				   : "only the table takes it", text);
	else if (ours)
		check_log(w, &event, kind, schema,
		    tsr_json_get(&tsr_json_get(&json, "events")->u.items[0],
			"f"));
	tsr_arena_free(&arena);
}

static void
try_kind(struct world *w, const struct tsr_event_kind *kind,
    const struct tsr_schema *envelope, const struct tsr_schema *schema)
{
	struct tsr_buf text;
	uint32_t i, changes;

	tsr_buf_init(&text, 1 << 20);
	for (i = 0; i < EVENTS; i++) {
		tsr_buf_clear(&text);
		tsr_buf_text(&text, "{\"v\":1,\"page\":\"/p\",\"events\":[{"
		    "\"id\":\"AAECAwQFBgcICQoLDA0ODw\",\"t\":17,");
		tsr_buf_printf(&text, "\"k\":\"%.*s\",\"n\":%u,\"f\":",
		    TSR_ARG(kind->name), kind->version);
		draw_fields(w, &text, kind);
		tsr_buf_text(&text, "}]}");
		changes = draw(w, 4) == 0 ? 1 + draw(w, 3) : 0;
		while (changes-- > 0)
			mutate(w, &text);
		compare(w, kind, envelope, schema, tsr_buf_view(&text));
	}
	tsr_buf_free(&text);
}

static void
run_round(struct world *w)
{
	const struct tsr_schema **envelopes, **schemas;
	uint32_t i;

	memset(&w->arena, 0, sizeof(w->arena));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->schemas = tsr_schemas_new(&w->arena, &w->diag, &w->sources);
	tsr_event_kinds_init(&w->kinds, w->schemas, NULL, &w->sources,
	    &w->arena, &w->diag);
	for (i = 0; i < KINDS; i++)
		draw_kind(w, i);
	envelopes = TSR_NEW_ARRAY(
	    &w->arena, const struct tsr_schema *, w->kinds.count);
	schemas = TSR_NEW_ARRAY(
	    &w->arena, const struct tsr_schema *, w->kinds.count);
	for (i = 0; i < w->kinds.count; i++) {
		envelopes[i] = add_envelope(w, &w->kinds.list[i]);
		schemas[i] = tsr_schemas_add(w->schemas,
		    tsr_arena_printf(&w->arena, "alone/%u", i),
		    w->kinds.list[i].json);
	}
	if (!tsr_schemas_compile(w->schemas))
		abort();
	tsr_kinds_table_init(&w->table, &w->kinds);
	if (tsr_event_verify(&w->table.table) != TSR_OK)
		abort();
	for (i = 0; i < w->kinds.count; i++)
		try_kind(w, &w->kinds.list[i], envelopes[i], schemas[i]);
	tsr_kinds_table_free(&w->table);
	tsr_arena_free(&w->arena);
}

int
main(int argc, char **argv)
{
	static struct world w;
	unsigned rounds = 0, seed = 0;
	int i;

	if (argc != 3 || sscanf(argv[1], "%u", &rounds) != 1 ||
	    sscanf(argv[2], "%u", &seed) != 1) {
		fprintf(stderr, "usage: differ ROUNDS SEED\n");
		return 2;
	}
	w.random = seed * 2654435761u + 1;
	while (rounds-- > 0 && w.faults < 20)
		run_round(&w);
	for (i = 0; i < TSR_EVENT_FAULT_COUNT; i++)
		if (w.by_fault[i] > 0)
			printf("%s %llu, ",
			    tsr_event_fault_name((enum tsr_event_fault)i),
			    (unsigned long long)w.by_fault[i]);
	printf("\n%llu events, %llu valid; %llu passed, %llu failed\n",
	    (unsigned long long)w.events, (unsigned long long)w.valid,
	    (unsigned long long)(w.events - w.faults),
	    (unsigned long long)w.faults);
	return w.faults > 0 || w.events == 0;
}
