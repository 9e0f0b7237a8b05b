/*
 * err - the text of each error.
 */
#include "core/err.h"

static const char *const texts[TSR_ERR_COUNT] = {
    [TSR_OK] = "no error",
    [TSR_SHORT] = "the input ends before what it promised",
    [TSR_LONG] = "more than the limit allows",
    [TSR_SYNTAX] = "the input does not have the expected form",
    [TSR_RANGE] = "a value points outside its bounds",
    [TSR_MAGIC] = "not a release index",
    [TSR_VERSION] = "written in a format version that is not known here",
    [TSR_CHECKSUM] = "the checksum does not match: the file is damaged",
    [TSR_ORDER] = "sorted data is out of order",
    [TSR_MISSING] = "it does not exist",
    [TSR_IO] = "the system reported an error",
    [TSR_UNSUPPORTED] = "valid, but not supported",
};

const char *
tsr_err_text(enum tsr_err err)
{
	if ((unsigned)err >= TSR_ERR_COUNT)
		return "unknown error";
	return texts[err];
}
