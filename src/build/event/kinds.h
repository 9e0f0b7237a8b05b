/*
 * kinds - the kinds of events that a site takes, from JSON Schemas.
 *
 * A kind is a schema of a flat object, with four words beside the fields:
 * version, purpose, from, category. The program brings some (src/build/schemas/
 * events), the site adds its own (variants/events). What core can check without
 * a tree is all that is allowed; the rest is a mistake (K0xx).
 */
#ifndef TSR_BUILD_KINDS_H
#define TSR_BUILD_KINDS_H

#include "build/rules/rules.h"
#include "build/schema/schema.h"

struct tsr_event_field {
	struct tsr_span name;
	enum tsr_event_type type;
	unsigned flags; /* of enum tsr_event_flag */
	double least, most;
	const struct tsr_json *choices; /* an array of strings, or NULL */
	struct tsr_span pattern;	/* an automaton, or empty */
	const struct tsr_json *json;
	struct tsr_where where;
};

struct tsr_event_kind {
	struct tsr_span name;
	uint32_t version;
	enum tsr_purpose purpose;
	unsigned from; /* bits 1 << enum tsr_event_from */
	enum tsr_event_category category;
	struct tsr_event_field *fields; /* in the order of the log */
	uint32_t field_count;
	uint32_t most; /* bytes of the fields in the log */
	bool own;      /* the site's */
	bool known;    /* the program has one of this name */
	const struct tsr_json *json;
	struct tsr_where where;
};

struct tsr_event_kinds {
	struct tsr_event_kind *list; /* by name, then version */
	uint32_t count;
	size_t cap;
	struct tsr_span *wrong; /* names of kinds that were left out */
	size_t wrong_count, wrong_cap;
	struct tsr_schemas *schemas;
	const struct tsr_schema *form; /* schemas/event.json, or NULL */
	struct tsr_arena *arena;
	struct tsr_diag *diag;
};

/*
 * Begin with the program's kinds. schemas: where the site's are compiled, and
 * form what they are checked against first; sources: theirs.
 */
void tsr_event_kinds_init(struct tsr_event_kinds *out,
    struct tsr_schemas *schemas, const struct tsr_schema *form,
    struct tsr_sources *sources, struct tsr_arena *arena,
    struct tsr_diag *diag);

/*
 * Add the site's kind of a file. version: the digits in the file's name, or
 * empty. Mistakes go to the diag; a kind with mistakes is left out.
 */
void tsr_event_kinds_add(struct tsr_event_kinds *all, struct tsr_span name,
    struct tsr_span version, const struct tsr_json *json);

/* A kind; version 0: the latest one. NULL: there is none. */
const struct tsr_event_kind *tsr_event_kinds_find(
    const struct tsr_event_kinds *all, struct tsr_span name, uint32_t version);

/*
 * Check what variants/scores.json says of events (any JSON may come): kinds, fields and
 * values that no event has are mistakes.
 */
void tsr_event_kinds_scores(
    const struct tsr_event_kinds *all, const struct tsr_json *scores);

/* Write the sections EVNT, EVFD and EVCH, as tsr_rules_write does. */
void tsr_event_kinds_write(struct tsr_buf *sections,
    const struct tsr_event_kinds *all, const struct tsr_strings *strings);

#endif
