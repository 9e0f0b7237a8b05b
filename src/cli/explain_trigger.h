/*
 * explain_trigger - which triggers may be shown on a page, and when.
 */
#ifndef TSR_CLI_EXPLAIN_TRIGGER_H
#define TSR_CLI_EXPLAIN_TRIGGER_H

#include "cli/look.h"

/*
 * Add what is said of them, in JSON the items of a list. Gives how many there
 * are.
 */
size_t tsr_explain_triggers(
    struct tsr_buf *out, struct tsr_look *look, bool json, bool colour);

#endif
