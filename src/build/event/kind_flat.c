/*
 * kind_flat - what in a kind's schema core could not check, said with a hint.
 */
#include "build/event/kind.h"
#include "core/event_field.h"
#include "core/word.h"

#define FLAT                                                                   \
	"an event is flat: give each part a field of its own, dimensions as "  \
	"width and height"
#define ALONE                                                                  \
	"write the field out: when events arrive nothing is looked up or tried"

/* Keywords of JSON Schema that say more than a flat object has. */
static const struct {
	const char *name, *hint;
} beyond[] = {
    {"$ref", ALONE},
    {"$dynamicRef", ALONE},
    {"$defs", ALONE},
    {"definitions", ALONE},
    {"$id", "a kind is known by its file's name"},
    {"$anchor", ALONE},
    {"$dynamicAnchor", ALONE},
    {"allOf", ALONE},
    {"anyOf", ALONE},
    {"oneOf", ALONE},
    {"not", ALONE},
    {"if", ALONE},
    {"then", ALONE},
    {"else", ALONE},
    {"dependentSchemas", ALONE},
    {"dependentRequired", "make it two kinds, or require both fields"},
    {"properties", FLAT},
    {"patternProperties", "name each field in \"properties\""},
    {"propertyNames", "name each field in \"properties\""},
    {"unevaluatedProperties", "\"additionalProperties\": false says it all"},
    {"additionalProperties", FLAT},
    {"minProperties", "list in \"required\" what must be there"},
    {"maxProperties", "leave out fields that are not wanted"},
    {"required", FLAT},
    {"items", FLAT},
    {"prefixItems", FLAT},
    {"unevaluatedItems", FLAT},
    {"contains", FLAT},
    {"minItems", FLAT},
    {"maxItems", FLAT},
    {"uniqueItems", FLAT},
    {"format", "say with \"pattern\" what it looks like, if at all"},
    {"multipleOf", "count in the smaller unit, as an integer"},
    {"const", "use \"enum\" with one text"},
    {"default", "an event says what happened: nothing is filled in"},
    {"contentEncoding", FLAT},
    {"contentMediaType", FLAT},
    {"contentSchema", FLAT},
};

/* Which types a keyword of a field says something of: bits 1 << type. */
#define STRING (1u << TSR_EVENT_STRING)
#define NUMBERS (1u << TSR_EVENT_NUMBER | 1u << TSR_EVENT_INTEGER)
#define ANY (STRING | NUMBERS | 1u << TSR_EVENT_BOOLEAN)

static const struct {
	const char *name;
	unsigned types;
} field_words[] = {
    {"title", ANY},
    {"description", ANY},
    {"$comment", ANY},
    {"examples", ANY},
    {"deprecated", ANY},
    {"type", ANY},
    {"minimum", NUMBERS},
    {"maximum", NUMBERS},
    {"exclusiveMinimum", NUMBERS},
    {"exclusiveMaximum", NUMBERS},
    {"minLength", STRING},
    {"maxLength", STRING},
    {"pattern", STRING},
    {"enum", STRING},
};

static const char *const kind_words[] = {"$schema", "$comment", "title",
    "description", "version", "purpose", "from", "category", "type",
    "properties", "required", "additionalProperties"};

static struct tsr_span
word(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static bool
is(struct tsr_span name, const char *text)
{
	return tsr_span_eq(name, word(text));
}

bool
tsr_event_kind_word(struct tsr_span name)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(kind_words); i++)
		if (is(name, kind_words[i]))
			return true;
	return false;
}

/* A keyword that has no place here; known: those that have one. */
static void
say_keyword(struct tsr_diag *diag, const struct tsr_member *m,
    const struct tsr_span *known, size_t count)
{
	struct tsr_span near;
	size_t i;

	tsr_diag_add(diag, TSR_ERROR, "K001", tsr_json_name_where(m),
	    "a kind of events cannot have \"%.*s\" here", TSR_ARG(m->name));
	for (i = 0; i < TSR_COUNT_OF(beyond); i++)
		if (is(m->name, beyond[i].name)) {
			tsr_diag_hint(diag, "%s", beyond[i].hint);
			return;
		}
	near = tsr_nearest(m->name, known, count);
	if (near.n > 0)
		tsr_diag_hint(diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	else
		tsr_diag_hint(diag, "`tessera schema event` has what there is");
}

/* The field's type; TSR_EVENT_TYPE_COUNT after a message. */
static enum tsr_event_type
type_of(struct tsr_diag *diag, const struct tsr_member *field)
{
	const struct tsr_json *type = tsr_json_get(&field->value, "type");
	uint32_t i;

	for (i = 0; i < TSR_EVENT_CHOICE; i++)
		if (is(tsr_json_text(type), tsr_word_event_type(i)))
			return (enum tsr_event_type)i;
	tsr_diag_add(diag, TSR_ERROR, "K002",
	    type != NULL ? tsr_json_where(type) : tsr_json_name_where(field),
	    "field \"%.*s\" needs one type: string, number, integer or boolean",
	    TSR_ARG(field->name));
	if (tsr_json_is(type, TSR_JSON_ARRAY) || is(tsr_json_text(type), "null"))
		tsr_diag_hint(diag,
		    "a field that is not known is left out, and never null");
	else if (is(tsr_json_text(type), "object") ||
	    is(tsr_json_text(type), "array"))
		tsr_diag_hint(diag, "%s", FLAT);
	return TSR_EVENT_TYPE_COUNT;
}

static void
check_field_word(struct tsr_diag *diag, const struct tsr_member *m,
    enum tsr_event_type type)
{
	struct tsr_span known[TSR_COUNT_OF(field_words)];
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(field_words); i++) {
		known[i] = word(field_words[i].name);
		if (!tsr_span_eq(m->name, known[i]))
			continue;
		if (type == TSR_EVENT_TYPE_COUNT ||
		    (field_words[i].types & 1u << type) != 0)
			return;
		tsr_diag_add(diag, TSR_ERROR, "K003", tsr_json_name_where(m),
		    "\"%.*s\" says nothing of a field of type %s",
		    TSR_ARG(m->name), tsr_word_event_type(type));
		if (is(m->name, "enum"))
			tsr_diag_hint(diag, "only texts can be listed; numbers "
			    "have \"minimum\" and \"maximum\"");
		return;
	}
	say_keyword(diag, m, known, i);
}

static void
check_field(struct tsr_diag *diag, const struct tsr_member *field)
{
	enum tsr_event_type type;
	uint32_t i;

	if (!tsr_event_named(field->name, false)) {
		tsr_diag_add(diag, TSR_ERROR, "K006",
		    tsr_json_name_where(field),
		    "\"%.*s\" is no name for a field", TSR_ARG(field->name));
		tsr_diag_hint(diag,
		    "a letter, then letters and digits, %d at most",
		    TSR_EVENT_NAME_MAX);
	}
	if (!tsr_json_is(&field->value, TSR_JSON_OBJECT)) {
		tsr_diag_add(diag, TSR_ERROR, "K002",
		    tsr_json_where(&field->value),
		    "field \"%.*s\" needs one type: string, number, integer or "
		    "boolean", TSR_ARG(field->name));
		tsr_diag_hint(diag, "write {\"type\": ...}");
		return;
	}
	type = type_of(diag, field);
	for (i = 0; i < field->value.count; i++)
		check_field_word(diag, &field->value.u.members[i], type);
}

/* Only what is declared is logged, and a schema says so itself. */
static void
check_closed(struct tsr_diag *diag, const struct tsr_json *json)
{
	const struct tsr_json *more = tsr_json_get(json, "additionalProperties");

	if (tsr_json_is(more, TSR_JSON_BOOLEAN) && !tsr_json_true(more))
		return;
	tsr_diag_add(diag, TSR_ERROR, "K007",
	    tsr_json_where(more != NULL ? more : json),
	    "a kind of events takes declared fields alone");
	tsr_diag_hint(diag, "write \"additionalProperties\": false");
}

bool
tsr_event_kind_flat(struct tsr_diag *diag, const struct tsr_json *json)
{
	const struct tsr_json *fields = tsr_json_get(json, "properties");
	struct tsr_span known[TSR_COUNT_OF(kind_words)];
	size_t errors = diag->errors, j;
	uint32_t i;

	if (!tsr_json_is(json, TSR_JSON_OBJECT))
		return true; /* the form's to say */
	for (j = 0; j < TSR_COUNT_OF(kind_words); j++)
		known[j] = word(kind_words[j]);
	for (i = 0; i < json->count; i++) {
		for (j = 0; j < TSR_COUNT_OF(kind_words); j++)
			if (tsr_span_eq(json->u.members[i].name, known[j]))
				break;
		if (j == TSR_COUNT_OF(kind_words))
			say_keyword(diag, &json->u.members[i], known, j);
	}
	if (tsr_json_is(fields, TSR_JSON_OBJECT))
		for (i = 0; i < fields->count; i++)
			check_field(diag, &fields->u.members[i]);
	check_closed(diag, json);
	return diag->errors == errors;
}
