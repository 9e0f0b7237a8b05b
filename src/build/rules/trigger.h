/*
 * trigger - variants/triggers.json: what is shown in the moment.
 *
 * A trigger's audience is a chain of one rule: what the server knows of it
 * decides, by page and visitor, a bit of the page's mask; what is left is a
 * condition over what the browser knows. Scores are the browser's here: it
 * counts on from what the page was told. Conditions of all pages, each once,
 * are cases, and stand in the script; a page names those that may fire on it.
 */
#ifndef TSR_BUILD_TRIGGER_H
#define TSR_BUILD_TRIGGER_H

#include "build/rules/rules.h"

struct tsr_trigger_entry {
	struct tsr_span name;
	struct tsr_where where;
	const struct tsr_json *json;
	/* By locale: below out/public; what render/trigger_file.c fills in. */
	const struct tsr_span *files;
	struct tsr_rule_list rules; /* its chain, of one rule */
};

/* Something that may fire on a page. */
struct tsr_trigger_use {
	uint32_t trigger;  /* as tsr_triggers_tell counts them */
	uint32_t number;   /* of the case */
	uint32_t decision; /* outcome 0: it may; or TSR_RESIDUE_ALWAYS */
};

struct tsr_trigger_page {
	const struct tsr_trigger_use *list;
	size_t count;
	/* By trigger: its chain's decision here; outcome 0: it may. */
	const uint32_t *decisions;
};

struct tsr_triggers;

/*
 * Read the file (valid against its schema; NULL: there is none) once all else
 * of the rules is declared.
 */
struct tsr_triggers *tsr_triggers_new(
    struct tsr_rules *rules, const struct tsr_json *file);

size_t tsr_triggers_count(const struct tsr_triggers *all);
/* How many a visitor is shown in one session at most. */
uint32_t tsr_triggers_active(const struct tsr_triggers *all);
struct tsr_trigger_entry *tsr_triggers_at(struct tsr_triggers *all, size_t i);

/* What may fire on the page that the rules know at the moment. */
void tsr_triggers_here(
    struct tsr_trigger_page *out, struct tsr_triggers *all);

/*
 * The site's triggers as src/browser/triggers.js takes them: the most important
 * first, with a file for each locale.
 */
void tsr_triggers_tell(
    struct tsr_buf *out, const struct tsr_triggers *all, size_t locales);

#endif
