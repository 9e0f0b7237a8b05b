/*
 * endpoint - what lies below /_tessera/: no page of the site, never kept by a
 * cache, in every site the same.
 *
 * A handler is given the request and writes status, header lines and body; the
 * rest of the reply is answer.c's. To add one, add a row to the table in
 * endpoint.c.
 */
#ifndef TSR_CORE_ENDPOINT_H
#define TSR_CORE_ENDPOINT_H

#include "core/header.h"
#include "core/persona.h"
#include "core/stitch.h"

struct tsr_endpoint {
	const struct tsr_store *store;
	const struct tsr_request *request;
	struct tsr_visit *visit; /* room for one; not begun */
	struct tsr_persona *persona; /* the same */
	struct tsr_span query;	 /* of the target; p NULL: none */
	/* The answer. */
	uint32_t status;
	struct tsr_head lines; /* of the head: Location, Set-Cookie, ... */
	struct tsr_span type;  /* Content-Type; empty: the status's own text */
	struct tsr_head text;  /* the body; not looked at without a type */
};

/* Whether a target, in origin or absolute form, is none of a page. */
bool tsr_endpoint_is(struct tsr_span target);

/*
 * Answer. A POST was checked before a handler sees it: it comes from the site
 * (core/origin.h), its body is whole and not too long.
 */
void tsr_endpoint_answer(struct tsr_endpoint *e);

/* POST /_tessera/consent, /_tessera/forget: core/consent_post.c. */
void tsr_endpoint_consent(struct tsr_endpoint *e);
void tsr_endpoint_forget(struct tsr_endpoint *e);



/* GET /_tessera/why?page=TEXT: core/why_answer.c. */
void tsr_endpoint_why(struct tsr_endpoint *e);
void tsr_endpoint_why_css(struct tsr_endpoint *e);

#endif
