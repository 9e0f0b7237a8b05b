/*
 * persona - a signed link that lets a person look as somebody else.
 *
 * The link's query holds tessera_preview=TOKEN; the answer hands it on as a
 * cookie, so that the pages that are gone to from there look the same, until
 * the link expires or tessera_preview=end is asked for. A token is base64url
 * of version u8, JSON, key u8, signature; the JSON is
 *
 *	{"expires": 1790000000, "time": 1780000000.5, "consent": ["analytics"],
 *	 "attributes": {"country": "DE", "experiment.hero": "bold"}}
 *
 * times in seconds since 1970, all but expires may be left out. What the link
 * does not name is missing, but for what the page and the time say and for the
 * experiments, which are assigned as for anybody.
 */
#ifndef TSR_CORE_PERSONA_H
#define TSR_CORE_PERSONA_H

#include "core/request.h"
#include "core/value.h"

#define TSR_PERSONA_VERSION 1

struct tsr_persona {
	struct tsr_span token;	/* points into the request */
	int64_t seconds;	/* until it expires */
	unsigned purposes;	/* bits 1 << enum tsr_purpose */
	struct tsr_request request; /* the visitor's, as another visitor's */
	struct tsr_value overrides[TSR_ATTRIBUTES_MAX];
	uint8_t json[TSR_PERSONA_MAX];
	uint8_t texts[TSR_PERSONA_MAX]; /* of the overrides */
};

enum tsr_looked {
	TSR_LOOKED_NOT, /* nobody asks for a preview */
	TSR_LOOKED_YES,
	TSR_LOOKED_ENDED, /* asked to end */
	TSR_LOOKED_WRONG  /* forged, expired, or no such thing */
};

/*
 * Does this request come by a preview link, or after one? A cookie that is
 * wrong is as if absent; a link that is wrong is WRONG. The preview's spans
 * point into itself and the request.
 */
enum tsr_looked tsr_persona_read(struct tsr_persona *out,
    const struct tsr_table *t, const struct tsr_request *request);

/*
 * Write a token for JSON as above to out, n bytes of room. 0 when there is no
 * key or no room. The JSON is the caller's to check.
 */
size_t tsr_persona_write(uint8_t *out, size_t n, struct tsr_span json,
    const struct tsr_seal *seal);

#endif
