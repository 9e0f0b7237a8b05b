/*
 * prune - forget old releases, and what no release needs any more.
 */
#ifndef TSR_BUILD_PRUNE_H
#define TSR_BUILD_PRUNE_H

#include "base/arena.h"

struct tsr_prune_result {
	size_t releases, packs, files; /* removed */
};

/*
 * Keep the current release and the newest others up to keep in all (0: keep
 * every one). Packs and public files that no kept release names are removed
 * once they have been unneeded for grace seconds: out/.unneeded remembers
 * since when. now: seconds since 1970.
 */
enum tsr_err tsr_prune(struct tsr_prune_result *result, const char *folder,
    size_t keep, uint32_t grace, int64_t now);

struct tsr_release_entry {
	const char *id;	  /* name of its folder */
	int64_t modified; /* ms since 1970 */
	bool current;
};

/* Releases below folder, newest first; ties by id. */
enum tsr_err tsr_release_list(struct tsr_release_entry **out, size_t *count,
    const char *folder, struct tsr_arena *arena);

#endif
