/*
 * kinds - the kinds of events that a site takes, from JSON Schemas.
 */
#include "build/event/kinds.h"

#include <assert.h>
#include <stdlib.h>

#include "base/embedded.h"
#include "build/event/kind.h"
#include "core/event_field.h"
#include "core/limits.h"

/* Where a kind stands, or would stand, in the list. */
static uint32_t
place_of(const struct tsr_event_kinds *all, struct tsr_span name,
    uint32_t version)
{
	uint32_t i;
	int order;

	for (i = 0; i < all->count; i++) {
		order = tsr_span_cmp(all->list[i].name, name);
		if (order > 0 || (order == 0 && all->list[i].version >= version))
			break;
	}
	return i;
}

static struct tsr_event_kind *
kind_at(const struct tsr_event_kinds *all, uint32_t i, struct tsr_span name,
    uint32_t version)
{
	if (i == all->count || all->list[i].version != version ||
	    !tsr_span_eq(all->list[i].name, name))
		return NULL;
	return &all->list[i];
}

static void
insert(struct tsr_event_kinds *all, uint32_t at,
    const struct tsr_event_kind *kind)
{
	all->list = tsr_arena_grow(all->arena, all->list, all->count,
	    &all->cap, sizeof(*all->list));
	memmove(all->list + at + 1, all->list + at,
	    (all->count - at) * sizeof(*all->list));
	all->list[at] = *kind;
	all->count++;
}

/* A kind of the program's: a mistake in it is ours. */
static void
add_program(struct tsr_event_kinds *all, const struct tsr_embedded *file,
    struct tsr_span name, struct tsr_sources *sources)
{
	struct tsr_json *json = TSR_NEW(all->arena, struct tsr_json);
	struct tsr_event_kind kind = {.name = name, .known = true};
	uint32_t src = tsr_sources_add(
	    sources, file->name, tsr_span_of(file->p, file->n));
	bool ok = tsr_json_read(json, all->arena, all->diag, sources, src) &&
	    tsr_event_kind_flat(all->diag, json) &&
	    tsr_event_kind_read(&kind, json, all->arena, all->diag);

	assert(ok);
	if (ok)
		insert(all, place_of(all, name, kind.version), &kind);
}

void
tsr_event_kinds_init(struct tsr_event_kinds *out, struct tsr_schemas *schemas,
    const struct tsr_schema *form, struct tsr_sources *sources,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	static const char folder[] = "events/";
	const struct tsr_embedded *file;
	struct tsr_span path;

	memset(out, 0, sizeof(*out));
	out->schemas = schemas;
	out->form = form;
	out->arena = arena;
	out->diag = diag;
	for (file = tsr_embedded_files; file->name != NULL; file++) {
		path = tsr_span_of(file->name, strlen(file->name));
		if (tsr_span_starts(path, TSR_LIT(folder)))
			add_program(out, file,
			    tsr_span_part(path, sizeof(folder) - 1,
				path.n - (sizeof(folder) - 1) - 5),
			    sources);
	}
}

/* Is the version in the file's name the one in the file? */
static bool
fits_name(struct tsr_event_kinds *all, const struct tsr_event_kind *kind,
    struct tsr_span version)
{
	char *text = tsr_arena_printf(all->arena, "%u", kind->version);

	if (version.n == 0 ||
	    tsr_span_eq(version, tsr_span_of(text, strlen(text))))
		return true;
	tsr_diag_add(all->diag, TSR_ERROR, "K008",
	    tsr_json_where(tsr_json_get(kind->json, "version")),
	    "version %u of \"%.*s\" stands in a file for version %.*s",
	    kind->version, TSR_ARG(kind->name), TSR_ARG(version));
	tsr_diag_hint(all->diag, "call it %.*s.%u.json", TSR_ARG(kind->name),
	    kind->version);
	return false;
}

static bool
fits_among(struct tsr_event_kinds *all, struct tsr_event_kind *kind,
    uint32_t at)
{
	struct tsr_event_kind *other =
	    kind_at(all, at, kind->name, kind->version);
	uint32_t first = place_of(all, kind->name, 0);

	if (other != NULL && other->own) {
		tsr_diag_add(all->diag, TSR_ERROR, "K008",
		    tsr_json_where(tsr_json_get(kind->json, "version")),
		    "version %u of \"%.*s\" is there twice", kind->version,
		    TSR_ARG(kind->name))->also = other->where;
		return false;
	}
	/* The script sends its kinds in the latest version. */
	kind->known = first < all->count && all->list[first].known &&
	    tsr_span_eq(all->list[first].name, kind->name);
	if (kind->known &&
	    !tsr_event_kind_covers(all->diag, kind, &all->list[first]))
		return false;
	if (other != NULL || all->count < TSR_EVENT_KINDS_MAX)
		return true;
	tsr_diag_add(all->diag, TSR_ERROR, "K009", kind->where,
	    "more than %d kinds of events, all versions counted",
	    TSR_EVENT_KINDS_MAX);
	return false;
}

/*
 * A file whose fields have mistakes, without them: what else it says is held
 * against the form in the same run.
 */
static struct tsr_json
head_of(const struct tsr_json *json, struct tsr_arena *arena)
{
	struct tsr_member *list =
	    TSR_NEW_ARRAY(arena, struct tsr_member, json->count + 2);
	struct tsr_json out = *json;
	const struct tsr_member *m;
	uint32_t i;

	list[0].name = TSR_LIT("properties");
	list[0].value = (struct tsr_json){.type = TSR_JSON_OBJECT};
	list[1].name = TSR_LIT("additionalProperties");
	list[1].value = tsr_json_boolean(false);
	out.count = 2;
	for (i = 0; i < json->count; i++) {
		m = &json->u.members[i];
		if (tsr_event_kind_word(m->name) &&
		    !tsr_span_eq(m->name, list[0].name) &&
		    !tsr_span_eq(m->name, list[1].name))
			list[out.count++] = *m;
	}
	out.u.members = list;
	return out;
}

/* Is it a flat schema, of the right form? All mistakes are said. */
static bool
is_form(struct tsr_event_kinds *all, const struct tsr_json *json)
{
	struct tsr_json head;

	if (tsr_event_kind_flat(all->diag, json))
		return all->form == NULL ||
		    tsr_schema_check(all->diag, all->form, json, NULL);
	head = head_of(json, all->arena);
	if (all->form != NULL)
		(void)tsr_schema_check(all->diag, all->form, &head, NULL);
	return false;
}

static bool
take(struct tsr_event_kinds *all, struct tsr_span name,
    struct tsr_span version, const struct tsr_json *json)
{
	struct tsr_event_kind kind = {.name = name, .own = true};
	uint32_t at;

	if (!tsr_event_named(name, true)) {
		tsr_diag_add(all->diag, TSR_ERROR, "K006", tsr_json_where(json),
		    "\"%.*s\" is no name for a kind of events", TSR_ARG(name));
		tsr_diag_hint(all->diag, "a small letter, then small letters, "
		    "digits and hyphens, %d at most", TSR_EVENT_NAME_MAX);
		return false;
	}
	if (!is_form(all, json))
		return false;
	tsr_schemas_add(all->schemas,
	    tsr_arena_printf(all->arena, "variants/events/%.*s.%.*s.json",
		TSR_ARG(name), TSR_ARG(version)), json);
	if (!tsr_schemas_compile(all->schemas) ||
	    !tsr_event_kind_read(&kind, json, all->arena, all->diag) ||
	    !fits_name(all, &kind, version))
		return false;
	at = place_of(all, name, kind.version);
	if (!fits_among(all, &kind, at))
		return false;
	if (kind_at(all, at, name, kind.version) != NULL)
		all->list[at] = kind;
	else
		insert(all, at, &kind);
	return true;
}

void
tsr_event_kinds_add(struct tsr_event_kinds *all, struct tsr_span name,
    struct tsr_span version, const struct tsr_json *json)
{
	if (take(all, name, version, json))
		return;
	all->wrong = tsr_arena_grow(all->arena, all->wrong, all->wrong_count,
	    &all->wrong_cap, sizeof(*all->wrong));
	all->wrong[all->wrong_count++] = name;
}

const struct tsr_event_kind *
tsr_event_kinds_find(
    const struct tsr_event_kinds *all, struct tsr_span name, uint32_t version)
{
	const struct tsr_event_kind *found = NULL;
	uint32_t i;

	for (i = 0; i < all->count; i++)
		if (tsr_span_eq(all->list[i].name, name) &&
		    (version == 0 || all->list[i].version == version))
			found = &all->list[i];
	return found;
}

/* ---- the release ---- */

static void
put_text(struct tsr_buf *out, const struct tsr_strings *strings,
    struct tsr_span text)
{
	tsr_buf_le32(out, strings->add(strings->ctx, text));
	tsr_buf_le32(out, (uint32_t)text.n);
}

static void
put_double(struct tsr_buf *out, double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	tsr_buf_le64(out, bits);
}

static void
put_field(struct tsr_buf *sections, const struct tsr_event_field *f,
    const struct tsr_strings *strings)
{
	struct tsr_buf *out = &sections[TSR_SECTION_EVFD];
	struct tsr_buf *choices = &sections[TSR_SECTION_EVCH];
	uint32_t count = f->choices != NULL ? f->choices->count : 0, i;

	put_text(out, strings, f->name);
	tsr_buf_byte(out, (uint8_t)f->type);
	tsr_buf_byte(out, (uint8_t)f->flags);
	tsr_buf_le16(out, 0);
	tsr_buf_le32(out, 0);
	put_double(out, f->least);
	put_double(out, f->most);
	tsr_buf_le32(out, (uint32_t)(choices->n / 8));
	tsr_buf_le32(out, count);
	put_text(out, strings, f->pattern);
	for (i = 0; i < count; i++)
		put_text(choices, strings,
		    tsr_json_text(&f->choices->u.items[i]));
}

void
tsr_event_kinds_write(struct tsr_buf *sections,
    const struct tsr_event_kinds *all, const struct tsr_strings *strings)
{
	struct tsr_buf *out = &sections[TSR_SECTION_EVNT];
	uint32_t i, j;

	for (i = 0; i < all->count; i++) {
		const struct tsr_event_kind *kind = &all->list[i];

		put_text(out, strings, kind->name);
		tsr_buf_le32(out, kind->version);
		tsr_buf_le32(out, (uint32_t)(sections[TSR_SECTION_EVFD].n /
				      TSR_EVENT_FIELD_SIZE));
		tsr_buf_le32(out, kind->field_count);
		tsr_buf_byte(out, (uint8_t)kind->purpose);
		tsr_buf_byte(out, (uint8_t)kind->from);
		tsr_buf_byte(out, (uint8_t)kind->category);
		tsr_buf_byte(out, 0);
		tsr_buf_le32(out, kind->most);
		tsr_buf_le32(out, 0);
		for (j = 0; j < kind->field_count; j++)
			put_field(sections, &kind->fields[j], strings);
	}
}
