/*
 * valid_part - what can be used of a file that has mistakes.
 */
#include "build/model/valid_part.h"

/* An object of one member, which is kept elsewhere. */
static struct tsr_json
object_of(const struct tsr_member *m)
{
	struct tsr_json out = {.type = TSR_JSON_OBJECT, .count = 1};

	out.u.members = m;
	return out;
}

/* The members of a list that are valid; inner: the list's name, or NULL. */
static struct tsr_json
valid_members(const struct tsr_json *list, const struct tsr_schema *schema,
    const char *inner, struct tsr_arena *arena)
{
	struct tsr_json out = {.type = TSR_JSON_OBJECT}, probe;
	struct tsr_member outer, *kept;
	uint32_t i;

	kept = TSR_NEW_ARRAY(arena, struct tsr_member, list->count);
	for (i = 0; i < list->count; i++) {
		probe = object_of(&list->u.members[i]);
		if (inner != NULL) {
			memset(&outer, 0, sizeof(outer));
			outer.name = tsr_span_of(inner, strlen(inner));
			outer.value = probe;
			probe = object_of(&outer);
		}
		if (tsr_schema_valid(schema, &probe, NULL))
			kept[out.count++] = list->u.members[i];
	}
	out.u.members = kept;
	out.src = list->src;
	out.off = list->off;
	return out;
}

struct tsr_json
tsr_valid_part(const struct tsr_json *file, const struct tsr_schema *schema,
    const char *const *inner, struct tsr_arena *arena)
{
	struct tsr_json out = {.type = TSR_JSON_OBJECT};
	const struct tsr_member *m;
	struct tsr_member *list;

	if (!tsr_json_is(file, TSR_JSON_OBJECT))
		return out;
	if (inner[0] == NULL)
		return valid_members(file, schema, NULL, arena);
	list = TSR_NEW_ARRAY(arena, struct tsr_member, file->count);
	out.u.members = list;
	for (; *inner != NULL; inner++) {
		m = tsr_json_member(
		    file, tsr_span_of(*inner, strlen(*inner)));
		if (m == NULL || m->value.type != TSR_JSON_OBJECT)
			continue;
		list[out.count] = *m;
		list[out.count++].value =
		    valid_members(&m->value, schema, *inner, arena);
	}
	out.src = file->src;
	out.off = file->off;
	return out;
}
