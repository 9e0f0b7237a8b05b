/*
 * manifest - manifest.json of a release: what went in, what came out.
 *
 * Pages are told apart by a hash of all that they can answer, so comparing two
 * manifests gives the URLs that a release changes.
 */
#ifndef TSR_BUILD_MANIFEST_H
#define TSR_BUILD_MANIFEST_H

#include "build/pack/emit.h"
#include "build/read/json.h"
#include "build/pack/store.h"
#include "core/table.h"

struct tsr_manifest {
	const struct tsr_emit_input *in;
	const struct tsr_table *table;
	const struct tsr_object_store *store;
	const struct tsr_json *older; /* the release before, or NULL */
};

/*
 * Write the manifest of a release. The counts of changed, added and removed
 * URLs go to result, whose id is read.
 */
void tsr_manifest_write(struct tsr_buf *out, struct tsr_emit_result *result,
    const struct tsr_manifest *manifest, struct tsr_arena *arena);

/* Parse a manifest file; false when it is not there or not one. */
bool tsr_manifest_read(
    struct tsr_json *out, const char *path, struct tsr_arena *arena);

#endif
