/*
 * preview_segment - which segments a visitor is in, and how to get into one.
 *
 * Holds its own copy of the site's attributes and segments. Whether a segment
 * holds is asked of the rules' interpreter; what to change for it is sought by
 * trying values that the conditions name, and every find is checked by that
 * interpreter, so what is offered is true.
 */
#ifndef TSR_CLI_PREVIEW_SEGMENT_H
#define TSR_CLI_PREVIEW_SEGMENT_H

#include "build/rules/rules.h"

struct tsr_preview_segment {
	struct tsr_span name, title;
	const struct tsr_json *audience;
	uint32_t decision; /* outcome 0: it holds */
	bool *reads;	   /* by attribute number */
};

struct tsr_preview_segments {
	struct tsr_rules *rules;
	const struct tsr_json *declared; /* segments.json, or NULL */
	const struct tsr_json *personas; /* personas.json, or NULL */
	struct tsr_preview_segment *list; /* in the order written */
	size_t count;
};

/* A visitor: by attribute number, a string, number or boolean, NULL: missing. */
struct tsr_preview_visitor_values {
	const struct tsr_json **now;  /* what the page is shown for */
	const struct tsr_json **sent; /* without what the bar sets */
	size_t count;
	int64_t time; /* ms */
};

/* What to set for another visitor, by attribute number. */
struct tsr_preview_change {
	enum {
		TSR_PREVIEW_KEEP,
		TSR_PREVIEW_CLEAR, /* back to what was sent */
		TSR_PREVIEW_SET	   /* to value; NULL: missing */
	} kind;
	const struct tsr_json *value;
};

/*
 * Read variants/attributes.json and segments.json among the sources of a build
 * without mistakes; texts are copied into the arena.
 */
void tsr_preview_segments_read(struct tsr_preview_segments *out,
    const struct tsr_sources *from, struct tsr_arena *arena);

bool tsr_preview_segment_holds(const struct tsr_preview_segments *segments,
    size_t segment, const struct tsr_preview_visitor_values *visitor,
    struct tsr_arena *arena);

/*
 * The smallest change found that makes the segment hold (want) or not. changes
 * has room for every attribute. False when none is found.
 */
bool tsr_preview_segment_change(struct tsr_preview_change *changes,
    const struct tsr_preview_segments *segments, size_t segment, bool want,
    const struct tsr_preview_visitor_values *visitor, struct tsr_arena *arena);

#endif
