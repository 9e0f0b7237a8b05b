/*
 * release - a release on disk, mapped: the index and its packs.
 *
 * A release directory holds site.tsr; its packs lie in ../../packs. Files of a
 * release never change, so a mapping stays valid while it is open, even when
 * the files are removed meanwhile.
 */
#ifndef TSR_SERVE_RELEASE_H
#define TSR_SERVE_RELEASE_H

#include "core/stitch.h"

struct tsr_release {
	struct tsr_store store;
	struct tsr_span index;
	struct tsr_span packs[TSR_PACKS_MAX];
	uint32_t mapped; /* packs that are mapped */
};

enum tsr_release_check {
	TSR_RELEASE_INDEX, /* as QUICK, without packs: nothing to stitch */
	TSR_RELEASE_QUICK, /* header, section table, sizes: for CGI */
	TSR_RELEASE_DEEP   /* every record, and the bytes of every pack */
};

/*
 * Map the release in folder (may be a symbolic link, such as out/current). The
 * folder's name is resolved once, so index and packs belong together even when
 * the link moves meanwhile. trusted: a release whose packs were checked before
 * (those with the same name are not read again), or NULL. On an error nothing
 * stays mapped; TSR_IO leaves errno. No memory is allocated.
 */
enum tsr_err tsr_release_open(struct tsr_release *out, const char *folder,
    enum tsr_release_check check, const struct tsr_release *trusted);

/* Closing twice, or an all-zero release, is fine. */
void tsr_release_close(struct tsr_release *release);

#endif
