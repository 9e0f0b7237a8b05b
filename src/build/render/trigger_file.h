/*
 * trigger_file - what triggers show, as files that anyone may fetch.
 */
#ifndef TSR_BUILD_TRIGGER_FILE_H
#define TSR_BUILD_TRIGGER_FILE_H

#include "build/model/resolve.h"
#include "build/render/page.h"

/*
 * Render each trigger's entry in each locale, and tell the triggers the names.
 * Gives the files, count of triggers times locales.
 */
struct tsr_variant_file *tsr_trigger_files(size_t *count,
    const struct tsr_resolver *resolver, struct tsr_arena *arena,
    struct tsr_diag *diag);

#endif
