/*
 * model - what the files of a site say, checked and cross-referenced.
 */
#include "build/model/model.h"

#include "build/read/mistake.h"
#include "build/model/model_part.h"
#include "build/model/valid_part.h"
#include "build/rules/lost.h"
#include "build/rules/trigger.h"

/* Names of the published schemas; NULL: the file is not JSON of ours. */
static const char *const kinds[TSR_FILE_KIND_COUNT] = {
    [TSR_FILE_CONFIG] = "site",
    [TSR_FILE_ENTRY] = "entry",
    [TSR_FILE_PAGE] = "page",
    [TSR_FILE_STRINGS] = "strings",
    [TSR_FILE_REDIRECTS] = "redirects",
    [TSR_FILE_ATTRIBUTES] = "attributes",
    [TSR_FILE_SEGMENTS] = "segments",
    [TSR_FILE_EXPERIMENTS] = "experiments",
    [TSR_FILE_SCORES] = "scores",
    [TSR_FILE_TRIGGERS] = "triggers",
    [TSR_FILE_PERSONAS] = "personas",
    [TSR_FILE_GROUPS] = "groups",
    [TSR_FILE_EVENT] = "event",
    [TSR_FILE_VARIANT] = "variant",
    [TSR_FILE_CHAIN] = "chain",
};

uint32_t
tsr_model_locale(const struct tsr_model *model, struct tsr_span tag)
{
	uint32_t i;

	for (i = 0; i < model->locale_count; i++)
		if (tsr_span_eq(model->locales[i].tag, tag))
			return i;
	return UINT32_MAX;
}

void
tsr_model_unknown(struct tsr_diag *diag, const char *rule,
    struct tsr_where where, const char *what, struct tsr_span name,
    const struct tsr_names *known)
{
	struct tsr_arena scratch;
	struct tsr_span *names, near;
	size_t i, n = 0;

	tsr_diag_add(diag, TSR_ERROR, rule, where, "unknown %s \"%.*s\"", what,
	    TSR_ARG(name));
	tsr_arena_init(&scratch);
	names = TSR_NEW_ARRAY(&scratch, struct tsr_span, known->count);
	for (i = 0; i < known->cap; i++)
		if (known->cells[i].value != 0)
			names[n++] = known->cells[i].name;
	near = tsr_nearest(name, names, n);
	if (near.n > 0)
		tsr_diag_hint(diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	else if (n == 0)
		tsr_diag_hint(diag, "there is no %s yet", what);
	tsr_arena_free(&scratch);
}

bool
tsr_model_is(const struct tsr_site_file *file, enum tsr_file_kind kind)
{
	return file->kind == kind && file->read && file->locale.n == 0;
}

bool
tsr_model_fits(struct tsr_modeler *m, enum tsr_file_kind kind,
    const struct tsr_json *value)
{
	if (m->published[kind] == NULL)
		return true;
	return tsr_schema_check(m->diag, m->published[kind], value, NULL);
}

static void
publish(struct tsr_modeler *m)
{
	size_t i;

	m->model->schemas =
	    tsr_schemas_new(m->arena, m->diag, m->site->sources);
	for (i = 0; i < TSR_FILE_KIND_COUNT; i++)
		if (kinds[i] != NULL)
			m->published[i] =
			    tsr_schemas_add_kind(m->model->schemas, kinds[i]);
	m->model->page_schema = m->published[TSR_FILE_PAGE];
}

/* Lists by name, and where they stand in the file, if not at its top. */
static const struct list {
	enum tsr_file_kind kind;
	unsigned lost; /* what is, where it has mistakes */
	const char *inner[3];
} lists[] = {
    {TSR_FILE_ATTRIBUTES, TSR_LOST_ATTRIBUTES, {NULL}},
    {TSR_FILE_SEGMENTS, TSR_LOST_SEGMENTS, {NULL}},
    {TSR_FILE_SCORES, TSR_LOST_SCORES, {NULL}},
    {TSR_FILE_PERSONAS, 0, {NULL}},
    {TSR_FILE_TRIGGERS, 0, {"triggers", NULL}},
    {TSR_FILE_EXPERIMENTS, TSR_LOST_EXPERIMENTS,
	{"experiments", "holdouts", NULL}},
};

/*
 * What a file of this kind says; NULL: this one is of another, or cannot be
 * read. Of one with mistakes of form what is free of them.
 */
static const struct tsr_json *
take(struct tsr_modeler *m, const struct tsr_site_file *f,
    const struct list *list)
{
	struct tsr_json *part;

	if (f->kind != list->kind || f->locale.n > 0)
		return NULL;
	if (f->read && tsr_model_fits(m, f->kind, &f->json))
		return &f->json;
	m->model->lost |= list->lost;
	if (!f->read)
		return NULL;
	part = TSR_NEW(m->arena, struct tsr_json);
	*part = tsr_valid_part(
	    &f->json, m->published[list->kind], list->inner, m->arena);
	return part;
}

/*
 * The saved groups: those of groups.json, and each list that has a file. NULL:
 * there are none.
 */
static const struct tsr_json *
read_groups(struct tsr_modeler *m)
{
	struct tsr_json *all = TSR_NEW(m->arena, struct tsr_json);
	const struct tsr_json *first = NULL;
	const struct tsr_site_file *f;
	struct tsr_member *list;
	size_t i, n = 0;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		n += tsr_model_is(f, TSR_FILE_GROUP);
		if (f->kind != TSR_FILE_GROUPS)
			continue;
		if (f->read && tsr_model_fits(m, f->kind, &f->json))
			first = &f->json;
		else
			m->model->lost |= TSR_LOST_GROUPS;
	}
	n += first != NULL ? first->count : 0;
	if (n == 0)
		return NULL;
	list = TSR_NEW_ARRAY(m->arena, struct tsr_member, n);
	all->type = TSR_JSON_OBJECT;
	all->u.members = list;
	if (first != NULL)
		for (i = 0; i < first->count; i++)
			list[all->count++] = first->u.members[i];
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (!tsr_model_is(f, TSR_FILE_GROUP))
			continue;
		if (tsr_json_find(first, f->name) != NULL) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TWICE,
			    tsr_site_where(f),
			    "group \"%.*s\" stands in groups.json, too",
			    TSR_ARG(f->name))->also =
			    tsr_json_name_where(
				tsr_json_member(first, f->name));
			continue;
		}
		list[all->count].name = f->name;
		list[all->count].src = f->src;
		list[all->count++].value = f->json;
	}
	return all;
}

/* Does a value have an attribute's type? null is: missing. */
static bool
has_type(const struct tsr_json *v, enum tsr_attribute_type type)
{
	switch (type) {
	case TSR_TYPE_STRING:
		return v->type == TSR_JSON_STRING || v->type == TSR_JSON_NULL;
	case TSR_TYPE_NUMBER:
		return tsr_json_is_number(v) || v->type == TSR_JSON_NULL;
	case TSR_TYPE_BOOLEAN:
		return v->type == TSR_JSON_BOOLEAN || v->type == TSR_JSON_NULL;
	default:
		return true;
	}
}

/* Personas name attributes that there are, with values that fit. */
static void
check_personas(struct tsr_modeler *m, const struct tsr_json *personas)
{
	const struct tsr_rules *rules = m->model->rules;
	const struct tsr_json *list, *v;
	struct tsr_names names = {NULL, 0, 0};
	struct tsr_span name;
	uint32_t i, j, a;

	for (i = 0; i < tsr_rules_attribute_count(rules); i++)
		tsr_names_add(&names, m->arena,
		    tsr_rules_attribute_at(rules, i)->name, i);
	for (i = 0; i < personas->count; i++) {
		list = tsr_json_get(
		    &personas->u.members[i].value, "attributes");
		for (j = 0; list != NULL && j < list->count; j++) {
			name = list->u.members[j].name;
			v = &list->u.members[j].value;
			a = tsr_rules_attribute_find(rules, name);
			if (a == UINT32_MAX)
				tsr_model_unknown(m->diag, TSR_M_PERSONA,
				    tsr_json_where(v), "attribute", name,
				    &names);
			else if (!has_type(v,
				     tsr_rules_attribute_at(rules, a)->type))
				tsr_diag_add(m->diag, TSR_ERROR,
				    TSR_M_PERSONA, tsr_json_where(v),
				    "attribute \"%.*s\" has another type",
				    TSR_ARG(name));
		}
	}
}

/* Does a template have this text? */
static bool
in_templates(const struct tsr_modeler *m, const char *text)
{
	struct tsr_span want = tsr_span_of(text, strlen(text)), all;
	const struct tsr_site_file *f;
	size_t i, at;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (!f->read || (f->kind != TSR_FILE_LAYOUT &&
			f->kind != TSR_FILE_COMPONENT &&
			f->kind != TSR_FILE_PARTIAL))
			continue;
		all = tsr_site_text(m->site, f);
		for (at = 0; at + want.n <= all.n; at++)
			if (memcmp(all.p + at, want.p, want.n) == 0)
				return true;
	}
	return false;
}

/* Triggers need the script, and a slot the element that holds it. */
static void
check_triggers(struct tsr_modeler *m)
{
	const struct tsr_trigger_entry *t;
	const struct tsr_json *slot;
	size_t i;

	for (i = 0; i < tsr_triggers_count(m->model->triggers); i++) {
		t = tsr_triggers_at(m->model->triggers, i);
		slot = tsr_json_get(t->json, "slot");
		if (i == 0 && !in_templates(m, "{{>tessera}}")) {
			tsr_diag_add(m->diag, TSR_WARNING, TSR_M_NO_TRIGGERS,
			    t->where, "no layout says {{>tessera}}, so that no "
			    "page has triggers");
			return;
		}
		if (slot == NULL || in_templates(m,
			tsr_arena_printf(m->arena, "data-t-slot=\"%.*s\"",
			    TSR_ARG(tsr_json_text(slot)))))
			continue;
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TRIGGER_SLOT,
		    tsr_json_where(slot), "no template has an element with "
		    "data-t-slot=\"%.*s\"", TSR_ARG(tsr_json_text(slot)));
	}
}

/* Files that there is one of: attributes, segments, redirects. */
static void
read_single_files(struct tsr_modeler *m)
{
	const struct tsr_json *found[TSR_FILE_KIND_COUNT] = {NULL}, *json;
	const struct tsr_site_file *f;
	size_t i, k;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		for (k = 0; k < TSR_COUNT_OF(lists); k++) {
			json = take(m, f, &lists[k]);
			if (json != NULL)
				found[lists[k].kind] = json;
		}
		if (tsr_model_is(f, TSR_FILE_REDIRECTS))
			tsr_model_fits(m, f->kind, &f->json);
	}
	m->scores = found[TSR_FILE_SCORES];
	m->model->rules = tsr_rules_new(m->arena, m->diag);
	tsr_rules_experiments(
	    m->model->rules, found[TSR_FILE_EXPERIMENTS]);
	tsr_rules_scores(m->model->rules, m->scores);
	tsr_rules_groups(m->model->rules, read_groups(m));
	tsr_rules_state(
	    m->model->rules, tsr_json_get(m->model->config, "state"));
	tsr_rules_site(m->model->rules, m->model->config);
	tsr_rules_declare(m->model->rules, found[TSR_FILE_ATTRIBUTES],
	    found[TSR_FILE_SEGMENTS]);
	if (found[TSR_FILE_PERSONAS] != NULL)
		check_personas(m, found[TSR_FILE_PERSONAS]);
	m->model->triggers = tsr_triggers_new(
	    m->model->rules, found[TSR_FILE_TRIGGERS]);
	check_triggers(m);
}

/* The kinds of events: the program's and the site's. */
static void
read_events(struct tsr_modeler *m)
{
	const struct tsr_site_file *f;
	size_t i;

	tsr_event_kinds_init(&m->model->events, m->model->schemas,
	    m->published[TSR_FILE_EVENT], m->site->sources, m->arena, m->diag);
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (f->kind == TSR_FILE_EVENT && f->read)
			tsr_event_kinds_add(&m->model->events, f->name,
			    f->locale, &f->json);
	}
	if (m->scores != NULL)
		tsr_event_kinds_scores(&m->model->events, m->scores);
}

bool
tsr_model_build(struct tsr_model *out, const struct tsr_site *site,
    const struct tsr_assets *assets, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct tsr_modeler m = {
	    .model = out, .site = site, .arena = arena, .diag = diag};

	memset(out, 0, sizeof(*out));
	out->site = site;
	out->assets = assets;
	publish(&m);
	tsr_model_schemas(&m);
	tsr_model_catalogues(&m);
	tsr_schemas_compile(out->schemas);
	if (!tsr_model_config(&m))
		return false;
	read_single_files(&m);
	read_events(&m);
	tsr_model_strings(&m);
	tsr_model_templates(&m);
	tsr_model_records(&m);
	tsr_model_entries(&m);
	tsr_model_pages(&m);
	tsr_model_variants(&m);
	tsr_model_chains(&m);
	tsr_rules_check_arms(m.model->rules);
	tsr_model_untranslated(&m);
	return true;
}
