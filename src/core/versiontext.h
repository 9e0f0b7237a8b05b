/*
 * versiontext - a version as a text whose order is the versions' order.
 */
#ifndef TSR_CORE_VERSIONTEXT_H
#define TSR_CORE_VERSIONTEXT_H

#include "core/bytes.h"

/* More than the texts of any s: each part becomes at most 5 bytes longer. */
#define TSR_VERSIONTEXT_ROOM(n) (6 * (n) + 8)

/*
 * The reference's padded version: "v1.2.3+5" becomes "    1-    2-    3-~". An
 * empty s is version 0. False when it does not fit into n bytes.
 */
bool tsr_versiontext(
    struct tsr_span *out, struct tsr_span s, uint8_t *room, size_t n);

#endif
