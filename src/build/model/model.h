/*
 * model - what the files of a site say, checked and cross-referenced.
 *
 * Everything has a number and is found by name; overlays of locales are merged;
 * every JSON file was held against its published schema. Read only once built:
 * any thread may look. Pages are not yet multiplied by locales and records, and
 * slots not yet filled: that is route.h and resolve.h.
 */
#ifndef TSR_BUILD_MODEL_H
#define TSR_BUILD_MODEL_H

#include "build/event/kinds.h"
#include "build/model/asset.h"
#include "build/model/names.h"
#include "build/rules/rules.h"
#include "build/schema/schema.h"
#include "build/model/site.h"

struct tsr_template;
struct tsr_templates;

struct tsr_locale {
	struct tsr_span tag;
	struct tsr_span prefix; /* "" or "/de" */
	struct tsr_span name;
	uint32_t *chain; /* itself, then its fallbacks; the default last */
	uint32_t chain_count;
	struct tsr_json strings; /* fallbacks filled in */
	struct tsr_json site;	 /* what templates see as site.* */
	struct tsr_where where;
};

/* A value in every locale: base with its overlays. */
struct tsr_words {
	const struct tsr_site_file *file;
	const struct tsr_json *base;
	const struct tsr_json **by_locale;
	/* The overlay's file, or NULL; of its own locale only. */
	const struct tsr_site_file **overlays;
	bool valid; /* fits its published schema */
};

/* A component or a layout. */
struct tsr_component {
	struct tsr_span name;
	const struct tsr_site_file *model;  /* layouts: may be NULL */
	const struct tsr_site_file *source; /* the template; may be NULL */
	const struct tsr_schema *schema;
	const struct tsr_template *template; /* NULL after mistakes */
	bool layout;
};

struct tsr_catalogue {
	struct tsr_span name;
	const struct tsr_site_file *file;
	const struct tsr_schema *schema; /* or NULL */
	const struct tsr_json *records;	 /* those with an id */
	uint32_t count;
	struct tsr_names ids;
	/* By locale: the records as they read there; base's when all equal. */
	const struct tsr_json ***by_locale;
	uint32_t page; /* the page that says "for", or UINT32_MAX */
};

struct tsr_entry {
	struct tsr_span name; /* component/id */
	struct tsr_words words;
	uint32_t component;
};

struct tsr_page_source {
	struct tsr_span id;
	struct tsr_words words;
	uint32_t layout;    /* UINT32_MAX: unknown */
	uint32_t catalogue; /* of "for", or UINT32_MAX */
	bool *locales;	    /* by locale: is it there? */
};

struct tsr_variant {
	struct tsr_span name;
	struct tsr_words words;
	int64_t priority;
	int64_t starts, ends;
};

/* The variants of one slot of one owner. */
struct tsr_variants {
	struct tsr_span key; /* owner/slot */
	struct tsr_span owner;
	struct tsr_span slot; /* may be OUTER.INNER */
	const struct tsr_site_file *chain; /* _chain.json or NULL */
	struct tsr_variant *list; /* in the chain's order once chained */
	size_t count, cap;
	struct tsr_rule_list rules; /* the chain as it is written */
	uint32_t decision;
	/*
	 * Where the chain asks what is known of its page: its decisions by
	 * place from the first one on, and by locale.
	 */
	bool by_place;
	uint32_t *decisions;
	uint32_t first_place, place_count, locale_count;
};

/* A catalogue's records as components, chosen by an attribute's value. */
struct tsr_set {
	uint32_t catalogue, component;
	uint32_t number; /* of the set in the default locale; others follow */
};

struct tsr_triggers;	 /* rules/trigger.h */
struct tsr_trigger_page;

struct tsr_model {
	const struct tsr_site *site;
	const struct tsr_assets *assets;
	const struct tsr_json *config;
	unsigned lost; /* files of which something cannot be used: lost.h */
	struct tsr_span name, base_url;
	struct tsr_span not_found; /* page id or empty */
	struct tsr_span consent_cookie;
	struct tsr_locale *locales;
	uint32_t locale_count;
	struct tsr_component *components;
	uint32_t component_count;
	struct tsr_names component_names;
	struct tsr_component *layouts;
	uint32_t layout_count;
	struct tsr_names layout_names;
	struct tsr_catalogue *catalogues;
	uint32_t catalogue_count;
	struct tsr_names catalogue_names;
	struct tsr_entry *entries;
	uint32_t entry_count;
	struct tsr_names entry_names;
	struct tsr_page_source *pages;
	uint32_t page_count;
	struct tsr_names page_names;
	struct tsr_variants *variants;
	uint32_t variants_count;
	struct tsr_names variant_keys;
	struct tsr_set *sets;
	uint32_t set_count;
	struct tsr_schemas *schemas;
	const struct tsr_schema *page_schema; /* published; may be NULL */
	struct tsr_templates *templates;
	struct tsr_rules *rules;
	struct tsr_triggers *triggers;
	/* By place and locale, once placed: see place_chain.h. */
	struct tsr_trigger_page *trigger_pages;
	struct tsr_event_kinds events;
};

/*
 * Build the model. False when nothing can come of it (no configuration); with
 * other mistakes it is as complete as can be, so that later stages find more.
 */
bool tsr_model_build(struct tsr_model *out, const struct tsr_site *site,
    const struct tsr_assets *assets, struct tsr_arena *arena,
    struct tsr_diag *diag);

/* Number of a locale by its tag, or UINT32_MAX. */
uint32_t tsr_model_locale(const struct tsr_model *model, struct tsr_span tag);

/*
 * Say that a name is unknown, with the nearest of the known ones: `unknown
 * component "hreo"` and a hint.
 */
void tsr_model_unknown(struct tsr_diag *diag, const char *rule,
    struct tsr_where where, const char *what, struct tsr_span name,
    const struct tsr_names *known);

#endif
