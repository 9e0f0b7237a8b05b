/*
 * escape - write a value so that it means itself at a place in HTML.
 */
#ifndef TSR_BUILD_ESCAPE_H
#define TSR_BUILD_ESCAPE_H

#include "base/buf.h"
#include "build/read/htmltok.h"

enum tsr_unsafe {
	TSR_SAFE,
	TSR_UNSAFE_URL,	  /* a scheme that is not allowed */
	TSR_UNSAFE_BYTES, /* a URL with control characters */
	TSR_UNSAFE_CSS,
	TSR_UNSAFE_COUNT
};

/*
 * Append value for a hole. Nothing is appended when it is unsafe. Values for
 * TSR_HOLE_SCRIPT must be JSON text. hole is one where something may be
 * printed.
 */
enum tsr_unsafe tsr_escape(
    struct tsr_buf *out, enum tsr_hole hole, struct tsr_span value);

/* The Mustache specification's: & < > " become references. */
void tsr_escape_html(struct tsr_buf *out, struct tsr_span value);

/* For quoted attributes: ' and control characters too. */
void tsr_escape_attr(struct tsr_buf *out, struct tsr_span value);

/* All but letters, digits and -._~ become %XX. */
void tsr_escape_percent(struct tsr_buf *out, struct tsr_span value);

#endif
