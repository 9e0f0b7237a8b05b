/*
 * err - the errors of core and serve, one sentence each.
 */
#ifndef TSR_CORE_ERR_H
#define TSR_CORE_ERR_H

enum tsr_err {
	TSR_OK = 0,
	TSR_SHORT,	 /* the input ends before what it promised */
	TSR_LONG,	 /* more than a named cap allows */
	TSR_SYNTAX,	 /* the bytes do not have the form asked for */
	TSR_RANGE,	 /* an index or offset points outside */
	TSR_MAGIC,	 /* not a release index */
	TSR_VERSION,	 /* a format version this program does not know */
	TSR_CHECKSUM,	 /* the bytes are not those that were written */
	TSR_ORDER,	 /* sorted data is not in order */
	TSR_MISSING,	 /* what was named does not exist */
	TSR_IO,		 /* the system refused; errno says why */
	TSR_UNSUPPORTED, /* valid, but not something we do */
	TSR_ERR_COUNT
};

/* One sentence without a full stop; never NULL, whatever err is. */
const char *tsr_err_text(enum tsr_err err);

#endif
