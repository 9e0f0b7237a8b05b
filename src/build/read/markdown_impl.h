/*
 * markdown_impl - a Markdown text while its HTML is written.
 */
#ifndef TSR_BUILD_MARKDOWN_IMPL_H
#define TSR_BUILD_MARKDOWN_IMPL_H

#include "build/read/markdown.h"
#include "build/read/markdown_raw.h"

struct renderer {
	const struct tsr_markup_text *text;
	const struct tsr_markdown *options;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct tsr_buf out, plain, url;
	struct tsr_richhtml html; /* strict */
	struct tsr_raw raw;
	struct tsr_markdown_heading *headings;
	size_t heading_count, heading_cap;
	uint32_t *lines; /* where each line begins */
	size_t line_count;
	unsigned *references; /* how often each footnote was referred to */
	size_t footnotes, images, depth, words;
	size_t found; /* where the last address was found */
	struct tsr_span excerpt;
	unsigned column; /* of the table's cell */
	bool in_word, body_open, back_written, wrong;
};

void tsr_markdown_complain(struct renderer *r, const char *rule, size_t pos,
    const char *text);

/* Find where each line begins. */
void tsr_markdown_lines(struct renderer *r);

/* Offset of a line and column as cmark counts them; both may be wrong. */
size_t tsr_markdown_offset(const struct renderer *r, int line, int column);

/* An address between from and end, behind the last one; else start. */
struct tsr_where tsr_markdown_find(struct renderer *r, struct tsr_span url,
    size_t start, size_t from, size_t end);

void tsr_markdown_count(struct renderer *r, struct tsr_span words);

/* The start of a heading whose text is in r->plain. */
void tsr_markdown_heading(struct renderer *r, unsigned level, size_t pos);

/* A reference to footnote n. */
void tsr_markdown_reference(struct renderer *r, unsigned n, size_t pos);

/* The start of the next footnote. */
void tsr_markdown_footnote(struct renderer *r);

/* Arrows from the footnote back to where it is referred to. */
void tsr_markdown_back(struct renderer *r);

/* The start of a link to r->url; a picture of it, with r->plain instead. */
void tsr_markdown_link(struct renderer *r, struct tsr_span title);
void tsr_markdown_image(struct renderer *r,
    const struct tsr_markup_image *image, struct tsr_span title);

/* The start of a cell; align: l, c, r or 0. */
void tsr_markdown_cell(struct renderer *r, bool head, uint8_t align);

void tsr_markdown_code(
    struct renderer *r, struct tsr_span info, struct tsr_span text);

#endif
