/*
 * model_component - components and layouts: their schemas and templates.
 *
 * A layout's fields have "body" besides what its model says: the text of a
 * Markdown page, already HTML when the template prints it.
 */
#include "build/read/mistake.h"
#include "build/model/model_part.h"
#include "build/template/template.h"

/* What templates see as page.*; the values come from page_context.c. */
static const char page_schema[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"path\":{\"type\":\"string\"},"
    "\"url\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"description\":{\"type\":\"string\"},\"locale\":{\"type\":\"string\"},"
    "\"date\":{\"type\":\"string\"},\"updated\":{\"type\":\"string\"},"
    "\"image\":{\"type\":\"string\"},\"layout\":{\"type\":\"string\"},"
    "\"section\":{\"type\":\"string\"},\"noindex\":{\"type\":\"boolean\"},"
    "\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"alternates\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"locale\":{\"type\":\"string\"},"
    "\"url\":{\"type\":\"string\"},\"path\":{\"type\":\"string\"},"
    "\"name\":{\"type\":\"string\"},\"current\":{\"type\":\"boolean\"}},"
    "\"required\":[\"locale\",\"url\",\"path\",\"name\",\"current\"]}},"
    "\"toc\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"level\":{\"type\":\"integer\"},"
    "\"id\":{\"type\":\"string\"},\"text\":{\"type\":\"string\"}},"
    "\"required\":[\"level\",\"id\",\"text\"]}}},"
    "\"required\":[\"id\",\"path\",\"url\",\"title\",\"locale\",\"layout\","
    "\"section\",\"noindex\",\"tags\",\"alternates\",\"toc\"]}";

/*
 * By pattern, so that a layout which never prints it is not told that a
 * property is unused.
 */
static const char body_schema[] =
    "{\"patternProperties\":{\"^body$\":{\"type\":\"string\","
    "\"format\":\"html\"}},\"required\":[\"body\"]}";

/* A JSON text of our own, known to the sources like any other. */
static const struct tsr_json *
own_json(struct tsr_modeler *m, const char *name, const char *text)
{
	struct tsr_json *v = TSR_NEW(m->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    m->site->sources, name, tsr_span_of(text, strlen(text)));

	tsr_json_read(v, m->arena, m->diag, m->site->sources, src);
	return v;
}

/* The layout's schema with "body" among its properties. */
static const struct tsr_json *
with_body(struct tsr_modeler *m, const struct tsr_json *model)
{
	const struct tsr_json *body =
	    own_json(m, "schema of a body", body_schema);
	const struct tsr_json *properties = tsr_json_get(model, "properties");
	const struct tsr_json *required = tsr_json_get(model, "required");
	struct tsr_json *out = TSR_NEW(m->arena, struct tsr_json), *items;
	struct tsr_json list = {.type = TSR_JSON_ARRAY};

	if (model == NULL)
		return body;
	if (!tsr_json_is(model, TSR_JSON_OBJECT) ||
	    tsr_json_get(properties, "body") != NULL)
		return model;
	*out = tsr_json_merge(m->arena, model, body);
	if (!tsr_json_is(required, TSR_JSON_ARRAY))
		return out;
	items = TSR_NEW_ARRAY(m->arena, struct tsr_json, required->count + 1u);
	memcpy(items, required->u.items, required->count * sizeof(*items));
	items[required->count] = tsr_json_string(TSR_LIT("body"));
	list.count = required->count + 1;
	list.u.items = items;
	for (uint32_t i = 0; i < out->count; i++) {
		struct tsr_member *member = (struct tsr_member *)(uintptr_t)
		    &out->u.members[i];

		if (tsr_span_eq(member->name, TSR_LIT("required")))
			member->value = list;
	}
	return out;
}

static uint32_t
count_kind(const struct tsr_site *site, enum tsr_file_kind kind)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < site->count; i++)
		n += site->files[i].kind == kind;
	return n;
}

/* Every name that a model or a template speaks of is one component. */
static void
collect(struct tsr_modeler *m, struct tsr_component *list, uint32_t *count,
    struct tsr_names *names, bool layout)
{
	enum tsr_file_kind model = layout ? TSR_FILE_LAYOUT_MODEL
					  : TSR_FILE_MODEL;
	enum tsr_file_kind source = layout ? TSR_FILE_LAYOUT
					   : TSR_FILE_COMPONENT;
	const struct tsr_site_file *f;
	struct tsr_component *c;
	uint32_t at;
	size_t i;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (f->kind != model && f->kind != source)
			continue;
		at = tsr_names_add(names, m->arena, f->name, *count);
		if (at == TSR_NAMES_NONE)
			at = (*count)++;
		c = &list[at];
		c->name = f->name;
		c->layout = layout;
		if (f->kind == model)
			c->model = f;
		else
			c->source = f;
	}
}

static void
add_schema(struct tsr_modeler *m, struct tsr_component *c)
{
	const struct tsr_json *json =
	    c->model != NULL && c->model->read ? &c->model->json : NULL;
	const char *name = c->model != NULL ? c->model->path
	    : tsr_arena_printf(m->arena, "content/models/%s%.*s.json",
		c->layout ? "layouts/" : "", TSR_ARG(c->name));

	if (c->layout)
		json = with_body(m, json);
	else if (c->model == NULL) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_NO_MODEL,
		    tsr_site_where(c->source),
		    "the component \"%.*s\" has no model", TSR_ARG(c->name));
		tsr_diag_hint(m->diag, "describe its fields in %s", name);
	}
	if (json != NULL)
		c->schema = tsr_schemas_add(m->model->schemas, name, json);
	if (c->source == NULL) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_NO_TEMPLATE,
		    tsr_site_where(c->model),
		    "the %s \"%.*s\" has no template",
		    c->layout ? "layout" : "component", TSR_ARG(c->name));
		tsr_diag_hint(m->diag, "write templates/%s/%.*s.html",
		    c->layout ? "layouts" : "components", TSR_ARG(c->name));
	}
}

void
tsr_model_schemas(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	uint32_t i;

	model->components = TSR_NEW_ARRAY(m->arena, struct tsr_component,
	    count_kind(m->site, TSR_FILE_MODEL) +
		count_kind(m->site, TSR_FILE_COMPONENT));
	model->layouts = TSR_NEW_ARRAY(m->arena, struct tsr_component,
	    count_kind(m->site, TSR_FILE_LAYOUT_MODEL) +
		count_kind(m->site, TSR_FILE_LAYOUT));
	collect(m, model->components, &model->component_count,
	    &model->component_names, false);
	collect(m, model->layouts, &model->layout_count,
	    &model->layout_names, true);
	for (i = 0; i < model->component_count; i++)
		add_schema(m, &model->components[i]);
	for (i = 0; i < model->layout_count; i++)
		add_schema(m, &model->layouts[i]);
}

/* "components/" and the name, as templates name each other. */
static struct tsr_span
full_name(struct tsr_modeler *m, const char *folder, struct tsr_span name)
{
	const char *text =
	    tsr_arena_printf(m->arena, "%s/%.*s", folder, TSR_ARG(name));

	return tsr_span_of(text, strlen(text));
}

static void
add_globals(struct tsr_modeler *m)
{
	struct tsr_templates *all = m->model->templates;
	struct tsr_template_shape shape = {NULL, NULL};

	tsr_templates_global(all, TSR_LIT("record"), shape);
	shape.value = &m->model->locales[0].strings;
	tsr_templates_global(all, TSR_LIT("strings"), shape);
	shape.value = &m->model->locales[0].site;
	tsr_templates_global(all, TSR_LIT("site"), shape);
	shape.value = NULL;
	shape.schema = tsr_schemas_add(m->model->schemas, "tessera:page",
	    own_json(m, "schema of page.*", page_schema));
	tsr_schemas_compile(m->model->schemas);
	tsr_templates_global(all, TSR_LIT("page"), shape);
}

static void
add_template(struct tsr_modeler *m, const struct tsr_component *c)
{
	struct tsr_template_shape shape = {c->schema, NULL};

	if (c->source != NULL && c->source->read)
		tsr_templates_add(m->model->templates,
		    full_name(m, c->layout ? "layouts" : "components", c->name),
		    c->source->src, shape);
}

static void
compile(struct tsr_modeler *m, struct tsr_component *c)
{
	if (c->source != NULL && c->source->read)
		c->template = tsr_template_compile(m->model->templates,
		    full_name(m, c->layout ? "layouts" : "components", c->name),
		    m->diag);
}

/* {{>text:NAME}} needs an attribute that allows it. */
static void
check_texts(struct tsr_modeler *m, const struct tsr_component *c)
{
	const struct tsr_rules_attribute *a;
	struct tsr_template_names texts;
	uint32_t number;
	size_t i;

	if (c->template == NULL)
		return;
	texts = tsr_template_texts(c->template);
	for (i = 0; i < texts.count; i++) {
		number = tsr_rules_attribute_find(
		    m->model->rules, texts.list[i].name);
		a = number == UINT32_MAX
		    ? NULL
		    : tsr_rules_attribute_at(m->model->rules, number);
		if (a != NULL && a->has_text)
			continue;
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TEXT,
		    texts.list[i].where,
		    a == NULL ? "no attribute is called \"%.*s\""
			      : "the attribute \"%.*s\" is not for texts",
		    TSR_ARG(texts.list[i].name));
		tsr_diag_hint(m->diag,
		    "in variants/attributes.json, give it \"text\": "
		    "{ \"maxLength\": 24, \"fallback\": \"...\" }");
	}
}

void
tsr_model_templates(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	struct tsr_template_shape shape = {NULL, NULL};
	const struct tsr_site_file *f;
	size_t i;

	model->templates = tsr_templates_new(
	    m->arena, m->site->sources, TSR_TEMPLATE_SITE);
	add_globals(m);
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (tsr_model_is(f, TSR_FILE_PARTIAL))
			tsr_templates_add(model->templates,
			    full_name(m, "partials", f->name), f->src, shape);
	}
	for (i = 0; i < model->component_count; i++)
		add_template(m, &model->components[i]);
	for (i = 0; i < model->layout_count; i++)
		add_template(m, &model->layouts[i]);
	for (i = 0; i < model->component_count; i++) {
		compile(m, &model->components[i]);
		check_texts(m, &model->components[i]);
	}
	for (i = 0; i < model->layout_count; i++) {
		compile(m, &model->layouts[i]);
		check_texts(m, &model->layouts[i]);
	}
}
