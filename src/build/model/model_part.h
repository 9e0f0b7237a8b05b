/*
 * model_part - what the files of the model share among themselves.
 *
 * Each part fills its fields of the model from the site's files; model.c calls
 * them in order.
 */
#ifndef TSR_BUILD_MODEL_PART_H
#define TSR_BUILD_MODEL_PART_H

#include "build/model/model.h"

struct tsr_modeler {
	struct tsr_model *model;
	const struct tsr_site *site;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	const struct tsr_schema *published[TSR_FILE_KIND_COUNT];
	const struct tsr_json *scores; /* of the site; NULL: none */
};

/* tessera.json: names and locales. False when there is no default locale. */
bool tsr_model_config(struct tsr_modeler *m);

/* content/strings: fallbacks filled in; what templates see as site.*. */
void tsr_model_strings(struct tsr_modeler *m);

/* Components and layouts: schemas added and, once compiled, templates. */
void tsr_model_schemas(struct tsr_modeler *m);
void tsr_model_templates(struct tsr_modeler *m);

/* content/data: records, ids, overlays. Catalogues are known by name before. */
void tsr_model_catalogues(struct tsr_modeler *m);
void tsr_model_records(struct tsr_modeler *m);

/* Entries, pages and variants, with their overlays. */
void tsr_model_entries(struct tsr_modeler *m);
void tsr_model_pages(struct tsr_modeler *m);
void tsr_model_variants(struct tsr_modeler *m);

/* Chains of the variants become decisions: chain.c. */
void tsr_model_chains(struct tsr_modeler *m);

/* Warn about what nobody translated: model_words.c. */
void tsr_model_untranslated(struct tsr_modeler *m);

/*
 * The value of file in every locale, from the overlays among the site's files
 * that follow it; checks all against the published schema.
 */
void tsr_model_words(
    struct tsr_words *out, struct tsr_modeler *m, size_t file);

/* True when the value fits the published schema of its kind of file. */
bool tsr_model_fits(struct tsr_modeler *m, enum tsr_file_kind kind,
    const struct tsr_json *value);

/* Files of a kind that are no overlays and could be read. */
bool tsr_model_is(const struct tsr_site_file *file, enum tsr_file_kind kind);

#endif
