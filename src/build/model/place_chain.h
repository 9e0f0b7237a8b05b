/*
 * place_chain - chains that ask what is known of the page they stand on.
 */
#ifndef TSR_BUILD_PLACE_CHAIN_H
#define TSR_BUILD_PLACE_CHAIN_H

#include "build/model/address.h"

/*
 * Once, when the places are known and before pages are resolved: compile such
 * chains for each place they may stand at. Places that answer alike share a
 * decision.
 */
void tsr_chains_place(struct tsr_model *model,
    const struct tsr_addresses *all, struct tsr_arena *arena,
    struct tsr_diag *diag);

/* What a place answers, by attribute. */
struct tsr_json tsr_place_known(const struct tsr_model *model,
    const struct tsr_place *place, uint32_t locale);

/* The decision of a chain at a place; any thread. */
/* What may fire on each page: model->trigger_pages. */
void tsr_triggers_place(struct tsr_model *model,
    const struct tsr_addresses *all, struct tsr_arena *arena);

/* The triggers of a page, or NULL. */
const struct tsr_trigger_page *tsr_triggers_of(const struct tsr_model *model,
    const struct tsr_addresses *all, const struct tsr_place *place,
    uint32_t locale);

uint32_t tsr_chain_at(const struct tsr_variants *g,
    const struct tsr_addresses *all, const struct tsr_place *place,
    uint32_t locale);

#endif
