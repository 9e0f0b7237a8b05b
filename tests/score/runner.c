/*
 * runner - scores by core, for score.mjs to compare with the script.
 *
 * usage: runner < LINES
 * A line {"scores": FILE} gives variants/scores.json; it is answered by what
 * the script is told. A line [EVENTS, MOMENTS] is a visitor: events are
 * [kind, fields, seconds], in the order of time; the answer is [KEPT, SCORES]:
 * what is kept of each vector, and {name: value, ...} at each moment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/jsonread.h"
#include "core/number.h"
#include "core/score.h"
#include "lib/decisions.h"

struct runner {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct decisions table;
	bool open;
	struct tsr_buf out;
};

static uint32_t
number(struct tsr_span json)
{
	double d = 0;

	(void)tsr_number_read(&d, json);
	return (uint32_t)d;
}

/* An attribute for each score, so that all of them are used. */
static struct tsr_span
attributes(struct runner *r, const struct tsr_json *scores)
{
	struct tsr_buf text;
	struct tsr_span out;
	uint32_t i;

	tsr_buf_init(&text, 1 << 20);
	for (i = 0; i < scores->count; i++)
		tsr_buf_printf(&text,
		    "%s\"%.*s\":{\"type\":\"number\",\"source\":\"score:%.*s\","
		    "\"purpose\":\"personalization\"}", i > 0 ? "," : "{",
		    TSR_ARG(scores->u.members[i].name),
		    TSR_ARG(scores->u.members[i].name));
	tsr_buf_text(&text, "}");
	out = tsr_arena_dup(&r->arena, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return out;
}

static const struct tsr_json *
parse(struct runner *r, struct tsr_span text)
{
	struct tsr_json *v = TSR_NEW(&r->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    &r->sources, "x", tsr_arena_dup(&r->arena, text));

	if (!tsr_json_read(v, &r->arena, &r->diag, &r->sources, src))
		exit(2);
	return v;
}

static void
open_scores(struct runner *r, struct tsr_span line)
{
	const struct tsr_json *scores =
	    tsr_json_get(parse(r, line), "scores");
	struct tsr_rules *rules = tsr_rules_new(&r->arena, &r->diag);

	tsr_rules_scores(rules, scores);
	tsr_rules_declare(rules, parse(r, attributes(r, scores)), NULL);
	if (r->diag.errors > 0) {
		fprintf(stderr, "%s\n", r->diag.list[0].text);
		exit(2);
	}
	if (r->open)
		decisions_close(&r->table);
	r->open = true;
	decisions_open(&r->table, rules, &r->arena);
	if (tsr_score_verify(&r->table.table) != TSR_OK)
		exit(2);
	tsr_buf_byte(&r->out, '[');
	tsr_rules_vectors_tell(&r->out, rules);
	tsr_buf_byte(&r->out, ',');
	tsr_rules_scores_tell(&r->out, rules);
	tsr_buf_byte(&r->out, ']');
}

static void
put_kept(struct runner *r, const struct tsr_state *state)
{
	const struct tsr_table *t = &r->table.table;
	uint32_t i, n = tsr_table_count(t, TSR_SECTION_VECT);

	for (i = 0; i < n; i++) {
		const struct tsr_points *p = tsr_state_points(state,
		    (uint16_t)tsr_le32(tsr_table_record(t, TSR_SECTION_VECT,
			i, TSR_VECTOR_SIZE) + 8));

		tsr_buf_printf(&r->out, "%s[%u,%u]", i > 0 ? "," : "",
		    p != NULL ? p->points : 0, p != NULL ? p->at : 0);
	}
}

static void
put_scores(struct runner *r, const struct tsr_state *state, uint32_t now)
{
	const struct tsr_table *t = &r->table.table;
	uint32_t i, n = tsr_table_count(t, TSR_SECTION_SCOR), value;

	for (i = 0; i < n; i++) {
		struct tsr_span name = tsr_table_text(t, tsr_table_record(
		    t, TSR_SECTION_SCOR, i, TSR_SCORE_SIZE));

		value = tsr_score_value(t, i, state, (int64_t)now * 1000 + 999);
		tsr_buf_printf(&r->out,
		    "%s\"score:%.*s\":%u,\"score:%.*s:tier\":\"%.*s\"",
		    i > 0 ? "," : "{", TSR_ARG(name), value, TSR_ARG(name),
		    TSR_ARG(tsr_score_tier(t, i, value)));
	}
	tsr_buf_text(&r->out, "}");
}

static void
visitor(struct runner *r, struct tsr_span line)
{
	struct tsr_state state = {
	    .purposes = 1u << TSR_PURPOSE_PERSONALIZATION};
	struct tsr_span parts = tsr_jsonread_parts(line), events, moments;
	struct tsr_span event, kind, fields, at;
	const char *between = "";

	if (!tsr_jsonread_item(&events, &parts) ||
	    !tsr_jsonread_item(&moments, &parts))
		exit(2);
	events = tsr_jsonread_parts(events);
	while (tsr_jsonread_item(&event, &events)) {
		if (!tsr_jsonread_at(&kind, event, 0) ||
		    !tsr_jsonread_at(&fields, event, 1) ||
		    !tsr_jsonread_at(&at, event, 2))
			exit(2);
		tsr_score_take(&state, &r->table.table,
		    tsr_span_part(kind, 1, kind.n - 2), fields,
		    (int64_t)number(at) * 1000);
	}
	tsr_buf_text(&r->out, "[[");
	put_kept(r, &state);
	tsr_buf_text(&r->out, "],[");
	moments = tsr_jsonread_parts(moments);
	for (; tsr_jsonread_item(&at, &moments); between = ",") {
		tsr_buf_text(&r->out, between);
		put_scores(r, &state, number(at));
	}
	tsr_buf_text(&r->out, "]]");
}

int
main(void)
{
	static struct runner r;
	struct tsr_span line;
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	tsr_arena_init(&r.arena);
	tsr_sources_init(&r.sources, &r.arena);
	tsr_diag_init(&r.diag, &r.arena);
	tsr_buf_init(&r.out, 1 << 24);
	while ((n = getline(&text, &cap, stdin)) > 0) {
		if (!tsr_jsonread_check(&line, tsr_span_of(text, (size_t)n)))
			return 2;
		tsr_buf_clear(&r.out);
		if (line.p[0] == '{')
			open_scores(&r, line);
		else
			visitor(&r, line);
		tsr_buf_byte(&r.out, '\n');
		fwrite(r.out.p, 1, r.out.n, stdout);
		fflush(stdout);
	}
	free(text);
	return 0;
}
