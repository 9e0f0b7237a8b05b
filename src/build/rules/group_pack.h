/*
 * group_pack - the ids of a saved group as core/group.h has them.
 */
#ifndef TSR_BUILD_GROUP_PACK_H
#define TSR_BUILD_GROUP_PACK_H

#include "base/buf.h"

/*
 * Append a record to GRPS and its bytes to GRPB. The ids are in bytewise
 * order, each once, and none is longer than TSR_GROUP_ID_MAX; n > 0. Equal ids
 * give equal bytes.
 */
void tsr_group_pack(struct tsr_buf *record, struct tsr_buf *bytes,
    const struct tsr_span *ids, size_t n);

#endif
