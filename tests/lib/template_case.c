/*
 * template_case - one template, rendered, as text that a row can compare.
 */
#include "lib/template_case.h"

#include "build/schema/schema.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
};

static uint32_t
add(struct world *w, const char *name, const char *text)
{
	return tsr_sources_add(
	    &w->sources, name, tsr_span_of(text, strlen(text)));
}

static void
show(struct tsr_buf *out, struct world *w)
{
	size_t i;

	tsr_diag_sort(&w->diag, &w->sources);
	for (i = 0; i < w->diag.count; i++) {
		const struct tsr_message *m = &w->diag.list[i];
		const struct tsr_source *source =
		    tsr_sources_at(&w->sources, m->where.src);
		uint32_t line, col;

		tsr_source_line(&line, &col, NULL, source, m->where.off);
		tsr_buf_printf(out, "%s%s:%u:%u %s", i > 0 ? ", " : "",
		    source->name, line, col, m->rule);
	}
}

static struct tsr_template_shape
shape_of(struct world *w, const char *schema)
{
	struct tsr_template_shape shape = {NULL, NULL};
	struct tsr_json *json;
	struct tsr_schemas *all;

	if (schema == NULL)
		return shape;
	json = TSR_NEW(&w->arena, struct tsr_json);
	all = tsr_schemas_new(&w->arena, &w->diag, &w->sources);
	if (!tsr_json_read(json, &w->arena, &w->diag, &w->sources,
		add(w, "s", schema)))
		return shape;
	shape.schema = tsr_schemas_add(all, "s", json);
	tsr_schemas_compile(all);
	return shape;
}

void
tsr_template_case_run(struct tsr_buf *out, const struct template_case *c)
{
	const char *name = c->name != NULL ? c->name : "t";
	struct tsr_template_shape none = {NULL, NULL};
	struct tsr_render render = {0};
	const struct tsr_template *t;
	struct tsr_templates *all;
	struct tsr_json data;
	struct tsr_buf text;
	struct world w = {0};
	size_t i;

	tsr_sources_init(&w.sources, &w.arena);
	tsr_diag_init(&w.diag, &w.arena);
	all = tsr_templates_new(&w.arena, &w.sources, TSR_TEMPLATE_SITE);
	for (i = 0; c->others[i] != NULL; i += 2)
		tsr_templates_add(all,
		    tsr_span_of(c->others[i], strlen(c->others[i])),
		    add(&w, c->others[i], c->others[i + 1]), none);
	tsr_templates_add(all, tsr_span_of(name, strlen(name)),
	    add(&w, name, c->template), shape_of(&w, c->schema));
	tsr_buf_init(&text, 1 << 20);
	t = tsr_template_compile(
	    all, tsr_span_of(name, strlen(name)), &w.diag);
	if (t != NULL &&
	    tsr_json_read(&data, &w.arena, &w.diag, &w.sources,
		add(&w, "d", c->data != NULL ? c->data : "{}"))) {
		render.data = &data;
		render.hooks = c->hooks;
		tsr_template_render(&text, t, &render, &w.diag);
	}
	if (w.diag.errors > 0 || (c->warnings && w.diag.count > 0))
		show(out, &w);
	else
		tsr_buf_add(out, tsr_buf_view(&text));
	tsr_buf_free(&text);
	tsr_arena_free(&w.arena);
}
