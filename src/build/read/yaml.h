/*
 * yaml - the front matter of Markdown pages, as the tree that JSON gives.
 *
 * YAML 1.2 with the core schema: true, false, null and numbers are what they
 * look like, quoted scalars and everything else (dates, "yes", "no") are
 * strings. Anchors, aliases, tags and several documents are refused: what a
 * page says should stand where it is read. Every value and every name knows
 * its place. libyaml does the parsing.
 */
#ifndef TSR_BUILD_YAML_H
#define TSR_BUILD_YAML_H

#include "build/read/json.h"

/*
 * Parse the bytes [from, from+n) of a source. Empty text gives an empty
 * object. On mistakes messages are added and false is returned:
 *	Y001 syntax            Y006 a name that is no scalar, or empty
 *	Y002 a name used twice Y007 a number JSON cannot hold
 *	Y003 nested too deep   Y008 more than one document
 *	Y004 anchor or alias   Y009 too long, or too many members
 *	Y005 tag               Y010 a NUL character
 */
bool tsr_yaml_read(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, const struct tsr_sources *sources, uint32_t src,
    size_t from, size_t n);

enum tsr_front {
	TSR_FRONT_NONE,	 /* the text does not begin with a --- line */
	TSR_FRONT_FOUND,
	TSR_FRONT_OPEN,	 /* no second --- line: the author's mistake */
	TSR_FRONT_COUNT
};

/*
 * Find the front matter between two --- lines at the start of text (after a
 * byte order mark; CRLF is fine): its bytes [*from, *from+*n), and *body,
 * where the rest begins. NONE and OPEN give an empty front matter and all of
 * the text as body.
 */
enum tsr_front tsr_front_matter(
    size_t *from, size_t *n, size_t *body, struct tsr_span text);

#endif
