/*
 * model_catalogue - catalogues: records, their ids and overlays.
 *
 * Records stay where the reader put them; a locale with no overlay shares the
 * default's list, and an overlaid record shares all but its own words.
 */
#include "build/read/mistake.h"
#include "build/model/model_part.h"
#include "core/limits.h"

static const struct tsr_site_file *
schema_file(struct tsr_modeler *m, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < m->site->count; i++)
		if (tsr_model_is(
			&m->site->files[i], TSR_FILE_CATALOGUE_MODEL) &&
		    tsr_span_eq(m->site->files[i].name, name))
			return &m->site->files[i];
	return NULL;
}

void
tsr_model_catalogues(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	const struct tsr_site_file *f, *schema;
	struct tsr_catalogue *c;
	uint32_t n = 0, at;
	size_t i;

	for (i = 0; i < m->site->count; i++)
		n += m->site->files[i].kind == TSR_FILE_DATA;
	model->catalogues = TSR_NEW_ARRAY(m->arena, struct tsr_catalogue, n);
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (f->kind != TSR_FILE_DATA || f->locale.n > 0)
			continue;
		at = tsr_names_add(&model->catalogue_names, m->arena, f->name,
		    model->catalogue_count);
		if (at != TSR_NAMES_NONE) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TWICE,
			    tsr_site_where(f),
			    "a second file for the catalogue \"%.*s\"",
			    TSR_ARG(f->name))
			    ->also =
			    tsr_site_where(model->catalogues[at].file);
			continue;
		}
		c = &model->catalogues[model->catalogue_count++];
		c->name = f->name;
		c->file = f;
		c->page = UINT32_MAX;
		schema = schema_file(m, f->name);
		if (schema != NULL)
			c->schema = tsr_schemas_add(
			    model->schemas, schema->path, &schema->json);
	}
}

/* The id of a record, or an empty span after a message. */
static struct tsr_span
record_id(struct tsr_modeler *m, const struct tsr_json *record)
{
	const struct tsr_json *id = tsr_json_get(record, "id");
	struct tsr_span text = tsr_json_text(id);

	if (tsr_is_name(text))
		return text;
	tsr_diag_add(m->diag, TSR_ERROR, TSR_M_RECORD_ID,
	    tsr_json_where(id != NULL ? id : record),
	    record->type != TSR_JSON_OBJECT ? "a record is an object"
		: id == NULL		    ? "this record has no \"id\""
					    : "this is no record id");
	tsr_diag_hint(m->diag,
	    "an id is a string of lower-case letters, digits and hyphens");
	return tsr_span_of(NULL, 0);
}

/* Keep the records that have an id of their own, in place. */
static void
index_records(struct tsr_modeler *m, struct tsr_catalogue *c)
{
	const struct tsr_json *in = c->file->json.u.items;
	struct tsr_json *out = (struct tsr_json *)(uintptr_t)in;
	uint32_t i, other, n = 0, total = c->file->json.count;
	struct tsr_span id;

	if (total >= TSR_RECORDS_MAX) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TOO_LARGE,
		    tsr_site_where(c->file),
		    "a catalogue may have %d records at most",
		    TSR_RECORDS_MAX - 1);
		total = TSR_RECORDS_MAX - 1;
	}
	for (i = 0; i < total; i++) {
		id = record_id(m, &in[i]);
		if (id.n == 0)
			continue;
		other = tsr_names_add(&c->ids, m->arena, id, n);
		if (other != TSR_NAMES_NONE) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_SAME_RECORD,
			    tsr_json_where(tsr_json_get(&in[i], "id")),
			    "a second record \"%.*s\"", TSR_ARG(id))
			    ->also =
			    tsr_json_where(tsr_json_get(&out[other], "id"));
			continue;
		}
		if (c->schema != NULL)
			tsr_schema_check(m->diag, c->schema, &in[i], NULL);
		out[n++] = in[i];
	}
	c->records = out;
	c->count = n;
}

/* The file of a catalogue's overlay for a locale, or NULL. */
static const struct tsr_site_file *
overlay_file(struct tsr_modeler *m, const struct tsr_catalogue *c,
    struct tsr_span tag)
{
	const struct tsr_site_file *f;
	size_t i;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (f->kind == TSR_FILE_DATA && f->read &&
		    tsr_span_eq(f->name, c->name) &&
		    tsr_span_eq(f->locale, tag))
			return f;
	}
	return NULL;
}

static void
overlay(struct tsr_modeler *m, const struct tsr_json **list,
    const struct tsr_catalogue *c, const struct tsr_json *patches)
{
	const struct tsr_member *member;
	struct tsr_json *merged;
	uint32_t i, at;

	for (i = 0; i < patches->count; i++) {
		member = &patches->u.members[i];
		if (tsr_span_eq(member->name, TSR_LIT("$schema")))
			continue;
		at = tsr_names_find(&c->ids, member->name);
		if (at == TSR_NAMES_NONE) {
			tsr_model_unknown(m->diag, TSR_M_UNKNOWN_RECORD,
			    tsr_json_name_where(member), "record",
			    member->name, &c->ids);
			continue;
		}
		if (member->value.type != TSR_JSON_OBJECT ||
		    tsr_json_get(&member->value, "id") != NULL) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_STRAY_OVERLAY,
			    tsr_json_where(&member->value),
			    "a patch of a record is an object without \"id\"");
			continue;
		}
		merged = TSR_NEW(m->arena, struct tsr_json);
		*merged = tsr_json_merge(m->arena, list[at], &member->value);
		list[at] = merged;
	}
}

static void
read_locales(struct tsr_modeler *m, struct tsr_catalogue *c)
{
	const struct tsr_model *model = m->model;
	const struct tsr_json **list, **plain;
	const struct tsr_site_file *f;
	uint32_t i, j;

	c->by_locale = TSR_NEW_ARRAY(
	    m->arena, const struct tsr_json **, model->locale_count);
	plain = TSR_NEW_ARRAY(m->arena, const struct tsr_json *, c->count);
	for (i = 0; i < c->count; i++)
		plain[i] = &c->records[i];
	for (i = 0; i < model->locale_count; i++) {
		const struct tsr_locale *l = &model->locales[i];

		list = plain;
		for (j = l->chain_count; i > 0 && j-- > 0;) {
			f = overlay_file(
			    m, c, model->locales[l->chain[j]].tag);
			if (f == NULL || f->json.type != TSR_JSON_OBJECT)
				continue;
			if (list == plain) {
				list = TSR_NEW_ARRAY(m->arena,
				    const struct tsr_json *, c->count);
				if (c->count > 0)
					memcpy(list, plain,
					    c->count * sizeof(const void *));
			}
			overlay(m, list, c, &f->json);
		}
		c->by_locale[i] = list;
	}
}

/* Overlays that belong to nothing. */
static void
check_overlays(struct tsr_modeler *m)
{
	const struct tsr_site_file *f;
	uint32_t locale;
	size_t i;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (f->kind != TSR_FILE_DATA || f->locale.n == 0)
			continue;
		locale = tsr_model_locale(m->model, f->locale);
		if (locale == UINT32_MAX || locale == 0)
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_UNKNOWN_LOCALE,
			    tsr_site_where(f),
			    "\"%.*s\" is no locale with overlays",
			    TSR_ARG(f->locale));
		else if (tsr_names_find(&m->model->catalogue_names, f->name) ==
		    TSR_NAMES_NONE)
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_STRAY_OVERLAY,
			    tsr_site_where(f),
			    "there is no catalogue \"%.*s\" to lie over",
			    TSR_ARG(f->name));
		else if (f->read && f->json.type != TSR_JSON_OBJECT)
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_STRAY_OVERLAY,
			    tsr_site_where(f), "an overlay is an object from "
			    "record ids to patches");
	}
}

void
tsr_model_records(struct tsr_modeler *m)
{
	struct tsr_catalogue *c;
	uint32_t i;

	check_overlays(m);
	for (i = 0; i < m->model->catalogue_count; i++) {
		c = &m->model->catalogues[i];
		if (c->file->json.type == TSR_JSON_ARRAY)
			index_records(m, c);
		else if (c->file->read)
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_RECORD_ID,
			    tsr_site_where(c->file),
			    "a catalogue is an array of records");
		read_locales(m, c);
	}
}
