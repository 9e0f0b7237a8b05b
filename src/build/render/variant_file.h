/*
 * variant_file - what the browser fetches, as a file that anyone may have.
 */
#ifndef TSR_BUILD_VARIANT_FILE_H
#define TSR_BUILD_VARIANT_FILE_H

#include "build/render/page.h"

/*
 * Give the file its text, content in the template that src/browser/fragment.js
 * reads, and the name v/HASH.html, both in the arena.
 */
void tsr_variant_file_make(struct tsr_variant_file *file,
    struct tsr_span content, struct tsr_arena *arena);

#endif
