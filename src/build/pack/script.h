/*
 * script - the browser's script as a site publishes it.
 *
 * The program holds src/browser/, bundled and minified, up to the argument of
 * the last call. Here that argument is written: one object with what the site
 * configures. A published script is a file like an asset: named by its hash,
 * kept for ever.
 */
#ifndef TSR_BUILD_SCRIPT_H
#define TSR_BUILD_SCRIPT_H

#include <stdatomic.h>

#include "build/model/model.h"

struct tsr_script_file {
	struct tsr_span file; /* below out/public: assets/tessera.0123456789.js */
	struct tsr_span url;
	struct tsr_span bytes;
};

struct tsr_script {
	struct tsr_script_file main; /* what pages name */
	struct tsr_script_file ask;  /* how buttons look that open the dialog */
	struct tsr_script_file why;  /* the dialog, loaded when asked for */
	atomic_bool used;	     /* by a page: else it is not published */
	atomic_bool asked;	     /* the same of ask, and of why */
};

/* Make the scripts of a site. */
void tsr_script_make(struct tsr_script *out, const struct tsr_model *model,
    struct tsr_arena *arena);

#endif
