/*
 * triggers - triggers by build and core, for triggers.mjs to compare with the
 * script.
 *
 * usage: triggers < LINES
 * A line {"attributes": FILE, "scores": FILE, "triggers": FILE} is a site; it is
 * answered by what the script is told and what may fire on a page,
 * [trigger, case, decision or -1], or by null where the build refuses it. A line {"visitor":
 * VALUES, "server": VALUES, "memory": [..], "world": {..}} is answered by
 * {"bits": [..], "holds": [..], "held": [..]}: bits of what may fire, as core
 * decides them for a request with what the server knows; what holds, by the
 * interpreter over all, from the audiences as they were written; what core's
 * triggers decide.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build/rules/trigger.h"
#include "core/trigger.h"
#include "lib/decisions.h"

struct runner {
	struct tsr_arena site, line; /* memory of each */
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	const struct tsr_json *list; /* of triggers */
	struct tsr_trigger_page page;
	struct decisions table;
	bool open;
	struct tsr_visit visit;
	struct tsr_buf out;
};

static const struct tsr_json *
parse(struct tsr_arena *arena, struct tsr_sources *sources, const char *p,
    size_t n)
{
	struct tsr_json *v = TSR_NEW(arena, struct tsr_json);
	struct tsr_diag *diag = TSR_NEW(arena, struct tsr_diag);

	tsr_sources_init(sources, arena);
	tsr_diag_init(diag, arena);
	if (!tsr_json_read(v, arena, diag, sources,
		tsr_sources_add(sources, "x",
		    tsr_arena_dup(arena, tsr_span_of(p, n)))))
		exit(2);
	return v;
}

static void
open_site(struct runner *r, const struct tsr_json *line)
{
	struct tsr_triggers *all;
	size_t i;

	tsr_diag_init(&r->diag, &r->site);
	r->rules = tsr_rules_new(&r->site, &r->diag);
	tsr_rules_relax(r->rules);
	tsr_rules_scores(r->rules, tsr_json_get(line, "scores"));
	tsr_rules_declare(r->rules, tsr_json_get(line, "attributes"), NULL);
	all = tsr_triggers_new(r->rules, tsr_json_get(line, "triggers"));
	r->list = tsr_json_get(tsr_json_get(line, "triggers"), "triggers");
	tsr_triggers_here(&r->page, all);
	if (r->diag.errors > 0) {
		tsr_buf_text(&r->out, "null");
		return;
	}
	r->open = true;
	decisions_open(&r->table, r->rules, &r->site);
	tsr_buf_text(&r->out, "[");
	tsr_triggers_tell(&r->out, all, 1);
	tsr_buf_text(&r->out, ",[");
	for (i = 0; i < r->page.count; i++)
		tsr_buf_printf(&r->out, "%s[%u,%u,%d]", i > 0 ? "," : "",
		    r->page.list[i].trigger, r->page.list[i].number,
		    r->page.list[i].decision == TSR_RESIDUE_ALWAYS
			? -1 : (int)r->page.list[i].decision);
	tsr_buf_text(&r->out, "]]");
}

/* land is a header, the others are cookies. */
static void
visit(struct runner *r, struct tsr_request *request, struct tsr_param *params,
    const struct tsr_json *server)
{
	const struct tsr_json *land = tsr_json_get(server, "land");
	struct tsr_buf cookie;
	uint32_t i;

	memset(request, 0, sizeof(*request));
	request->params = params;
	tsr_buf_init(&cookie, 1000);
	for (i = 0; i < server->count; i++) {
		if (&server->u.members[i].value == land)
			continue;
		tsr_buf_add(&cookie, server->u.members[i].name);
		tsr_buf_byte(&cookie, '=');
		tsr_json_write(&cookie, &server->u.members[i].value);
		tsr_buf_text(&cookie, "; ");
	}
	params[request->count++] = (struct tsr_param){TSR_LIT("HTTP_COOKIE"),
	    tsr_arena_dup(&r->line, tsr_buf_view(&cookie))};
	if (land != NULL)
		params[request->count++] = (struct tsr_param){
		    TSR_LIT("HTTP_X_LAND"), tsr_json_text(land)};
	tsr_buf_free(&cookie);
	tsr_visit_init(&r->visit, &r->table.table, request, r->table.page);
}

static uint32_t
number(const struct tsr_json *object, const char *name)
{
	const struct tsr_json *v = tsr_json_get(object, name);

	return v != NULL ? (uint32_t)tsr_json_number(v) : 0;
}

static void
read_trigger(struct tsr_trigger *t, const struct tsr_json *file,
    const struct tsr_json *memory, const struct tsr_json *visitor)
{
	struct tsr_span once = tsr_json_text(tsr_json_get(file, "once"));

	t->priority = number(file, "priority");
	t->cooldown = number(file, "cooldown");
	t->once = once.n == 0 ? TSR_ONCE_NEVER
	    : once.p[0] == 's' ? TSR_ONCE_SESSION
			       : TSR_ONCE_VISITOR;
	/* Slots of triggers.mjs are called s1, s2, ... as they are met. */
	t->place = tsr_json_get(file, "slot") == NULL ? 0
	    : (uint32_t)(tsr_json_text(tsr_json_get(file, "slot")).p[1] - '0');
	t->holds = tsr_condition_holds(
	    tsr_json_get(file, "audience"), visitor);
	t->active = tsr_json_true(tsr_json_get(memory, "active"));
	t->shown = number(memory, "shown");
	t->closed = number(memory, "closed");
}

static void
visitor(struct runner *r, const struct tsr_json *line)
{
	const struct tsr_json *world = tsr_json_get(line, "world");
	const struct tsr_json *memory = tsr_json_get(line, "memory");
	const struct tsr_json *places = tsr_json_get(world, "open");
	struct tsr_trigger list[TSR_TRIGGERS_MAX];
	struct tsr_request request;
	struct tsr_param params[2];
	enum tsr_held held[TSR_TRIGGERS_MAX];
	uint32_t open[10], i;
	struct tsr_trigger_world w = {.now = number(world, "now"),
	    .most = number(world, "most"),
	    .remembers = tsr_json_true(tsr_json_get(world, "remembers")),
	    .open = open, .open_count = places->count};

	for (i = 0; i < places->count; i++)
		open[i] = (uint32_t)tsr_json_number(&places->u.items[i]);
	for (i = 0; i < r->list->count; i++)
		read_trigger(&list[i], &r->list->u.members[i].value,
		    &memory->u.items[i], tsr_json_get(line, "visitor"));
	tsr_trigger_decide(held, list, r->list->count, &w);
	visit(r, &request, params, tsr_json_get(line, "server"));
	tsr_buf_text(&r->out, "{\"bits\":[");
	for (i = 0; i < r->page.count; i++)
		tsr_buf_printf(&r->out, "%s%d", i > 0 ? "," : "",
		    r->page.list[i].decision == TSR_RESIDUE_ALWAYS ||
			tsr_decide_outcome(&r->visit,
			    r->page.list[i].decision) == 0);
	tsr_buf_text(&r->out, "],\"holds\":[");
	for (i = 0; i < r->list->count; i++)
		tsr_buf_printf(&r->out, "%s%d", i > 0 ? "," : "",
		    list[i].holds);
	tsr_buf_text(&r->out, "],\"held\":[");
	for (i = 0; i < r->list->count; i++)
		tsr_buf_printf(&r->out, "%s\"%s\"", i > 0 ? "," : "",
		    tsr_trigger_word(held[i]));
	tsr_buf_text(&r->out, "]}");
}

int
main(void)
{
	static struct runner r;
	const struct tsr_json *line;
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	tsr_buf_init(&r.out, 1 << 24);
	while ((n = getline(&text, &cap, stdin)) > 0) {
		tsr_buf_clear(&r.out);
		if (text[2] == 'a') {
			if (r.open)
				decisions_close(&r.table);
			r.open = false;
			tsr_arena_free(&r.site);
			tsr_arena_init(&r.site);
			open_site(&r, parse(
			    &r.site, &r.sources, text, (size_t)n));
		} else {
			struct tsr_sources sources;

			tsr_arena_init(&r.line);
			line = parse(&r.line, &sources, text, (size_t)n);
			visitor(&r, line);
			tsr_arena_free(&r.line);
		}
		tsr_buf_byte(&r.out, '\n');
		fwrite(r.out.p, 1, r.out.n, stdout);
		fflush(stdout);
	}
	free(text);
	return 0;
}
