/*
 * css - the references inside a style sheet.
 *
 * Knows strings, comments, url() and @import "...", and nothing else of CSS.
 */
#ifndef TSR_BUILD_CSS_H
#define TSR_BUILD_CSS_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * What stands for the reference that was written at off; an empty span leaves
 * it as it is.
 */
typedef struct tsr_span tsr_css_resolve(
    void *ctx, struct tsr_span reference, size_t off);

/* Copy css to out, each reference replaced by what resolve says. */
void tsr_css_rewrite(struct tsr_buf *out, struct tsr_span css,
    tsr_css_resolve *resolve, void *ctx);

/*
 * The name below templates/assets that a reference in a sheet of folder (with
 * a final slash, or empty) means; its query and fragment are left out. False for
 * what is no file of ours: data:, https:, //host, /path, #id.
 */
bool tsr_css_local(struct tsr_span *name, struct tsr_span reference,
    struct tsr_span folder, struct tsr_arena *arena);

#endif
