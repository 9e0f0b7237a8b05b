/*
 * markup - what Markdown and rich HTML share: where a piece of text was
 * written, which addresses are safe, and how HTML is escaped.
 */
#ifndef TSR_BUILD_MARKUP_H
#define TSR_BUILD_MARKUP_H

#include "base/diag.h"

/* What a hook may say about a picture. 0 and empty: not known. */
struct tsr_markup_image {
	uint32_t width, height;
	struct tsr_span srcset, sizes; /* unescaped; live until the next call */
};

/*
 * The site's say about addresses. Each gets one whose scheme is safe, as the
 * author wrote it with escapes undone, and appends the final one, unescaped.
 * false: it has reported a mistake; the link or picture is left out. A hook
 * that is NULL keeps the address.
 */
struct tsr_markup_hooks {
	void *ctx;
	bool (*link)(void *ctx, struct tsr_buf *out, struct tsr_span url,
	    struct tsr_where where);
	bool (*image)(void *ctx, struct tsr_buf *out,
	    struct tsr_markup_image *image, struct tsr_span url,
	    struct tsr_where where);
};

/* A text and where it was written. */
struct tsr_markup_text {
	struct tsr_span text;
	struct tsr_where where; /* of its first byte, or of the JSON value */
	/* The source's text when where is a JSON string in it; or empty. */
	struct tsr_span json;
	bool verbatim; /* the bytes at where.off are the text's own */
	size_t base;   /* where this text begins in the one that is placed */
	size_t whole;  /* the length of that one; 0 when base is 0 */
};

/* The place of the bytes [pos, pos+n) of the text, as exact as is known. */
struct tsr_where tsr_markup_where(
    const struct tsr_markup_text *text, size_t pos, size_t n);

enum tsr_markup_kind {
	TSR_MARKUP_LINK,
	TSR_MARKUP_IMAGE,
	TSR_MARKUP_KIND_COUNT
};

/*
 * Whether an address may stand in a page: relative, or http, https, mailto,
 * tel; for pictures also data:image/png, gif, jpeg, webp, avif. Looks at it
 * as browsers do, so neither blanks nor controls hide a scheme.
 */
bool tsr_markup_url_safe(enum tsr_markup_kind kind, struct tsr_span url);

/*
 * Append the final address for url, unescaped. page:ID is safe too when there
 * is a link hook to resolve it. image may be NULL for links;
 * hooks may be NULL. false: reported (U001 scheme), nothing appended.
 */
bool tsr_markup_url(struct tsr_buf *out, struct tsr_markup_image *image,
    const struct tsr_markup_hooks *hooks, struct tsr_diag *diag,
    struct tsr_span url, struct tsr_where where);

/* Append s with & < > " escaped: good in text and in a quoted attribute. */
void tsr_markup_escape(struct tsr_buf *out, struct tsr_span s);

/* The same for an address: what may not stand in one is percent-encoded. */
void tsr_markup_escape_url(struct tsr_buf *out, struct tsr_span s);

/* name="value" after a blank, escaped. */
void tsr_markup_attribute(
    struct tsr_buf *out, const char *name, struct tsr_span value);

/* width, height, srcset and sizes, as far as they are known. */
void tsr_markup_image_attributes(
    struct tsr_buf *out, const struct tsr_markup_image *image);

#endif
