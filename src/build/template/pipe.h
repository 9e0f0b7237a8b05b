/*
 * pipe - the closed list of functions behind "|" in a template's tag.
 *
 * asset, image and ref are carried out by the renderer's hooks; the others are
 * pure functions of value, arguments and locale.
 */
#ifndef TSR_BUILD_PIPE_H
#define TSR_BUILD_PIPE_H

#include "build/read/json.h"

enum tsr_pipe_kind {
	TSR_PIPE_DATE,	   /* :short :medium :long :full :iso :year :month :time */
	TSR_PIPE_NUMBER,   /* :DECIMALS, 0 to 6 */
	TSR_PIPE_URL,	   /* percent-encoded as one part of a URL */
	TSR_PIPE_JSON,
	TSR_PIPE_SLUG,
	TSR_PIPE_TRUNCATE, /* :CHARACTERS, 1 to 100000 */
	TSR_PIPE_ASSET,
	TSR_PIPE_IMAGE,
	TSR_PIPE_REF,
	TSR_PIPE_COUNT
};

struct tsr_pipe {
	enum tsr_pipe_kind kind;
	uint32_t arg; /* a style, a number of decimals or of characters */
};

/* TSR_PIPE_COUNT for an unknown name. */
enum tsr_pipe_kind tsr_pipe_find(struct tsr_span name);
const char *tsr_pipe_name(enum tsr_pipe_kind kind);

/*
 * Read the argument, empty when there is none. NULL when it is right, or what
 * would be.
 */
const char *tsr_pipe_argument(struct tsr_pipe *pipe, struct tsr_span arg);

/* Types it takes: bits 1u << enum tsr_json_type. */
unsigned tsr_pipe_types(enum tsr_pipe_kind kind);

/*
 * Append the result for one value. locale: "de", "en-GB", ...; languages
 * without a table get neutral forms. NULL, or what the value should have been.
 * A date keeps the day and time that are written: no time zone is applied.
 */
const char *tsr_pipe_run(struct tsr_buf *out, const struct tsr_pipe *pipe,
    const struct tsr_json *value, struct tsr_span locale);

#endif
