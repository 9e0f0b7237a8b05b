/*
 * small - a release of pages made by hand, on disk and opened.
 *
 * A test declares its attributes, adds pages as trees of items, and gets a
 * release that was packed, emitted and verified as a build does it; requests
 * are answered by the one request function and decoded by zlib.
 *
 *	struct tsr_small s;
 *
 *	tsr_small_init(&s, "{\"a\": {...}}");
 *	tsr_small_page(&s, "/", &edition, 1, 0);
 *	tsr_small_open(&s);
 *	tsr_small_get(&s, "/?a=1", NULL);
 *	... s.answer, s.body
 *	tsr_small_free(&s);
 */
#ifndef TSR_TESTS_SMALL_H
#define TSR_TESTS_SMALL_H

#include "build/pack/bounds.h"
#include "serve/body.h"
#include "serve/release.h"

#define TSR_SMALL_PAGES 512
#define TSR_SMALL_SETS 4
#define TSR_SMALL_PARAMS 16

/* 2026-06-15 12:00 UTC. */
#define TSR_SMALL_NOW 1781524800000

struct tsr_small {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_sources sources;
	struct tsr_rules *rules;
	struct tsr_event_kinds events; /* the program's */
	struct tsr_page pages[TSR_SMALL_PAGES];
	struct tsr_padded *padded[TSR_SMALL_PAGES];
	struct tsr_packed_page packed[TSR_SMALL_PAGES];
	size_t page_count;
	struct tsr_bounds bounds; /* of the last page */
	struct tsr_emit_set sets[TSR_SMALL_SETS];
	struct tsr_span *html[TSR_SMALL_SETS];
	size_t set_count;
	struct tsr_emit_redirect redirects[4];
	size_t redirect_count;
	struct tsr_emit_file files[4];
	size_t file_count;
	struct tsr_deflater *deflater;
	char folder[32]; /* releases below it */
	struct tsr_emit_result emitted;
	const char *what;
	struct tsr_release release;
	/* The last request and what came of it. */
	struct tsr_param params[TSR_SMALL_PARAMS];
	struct tsr_request request;
	struct tsr_span *pieces;
	struct tsr_answer answer;
	struct tsr_body body_reader;
	struct tsr_buf body; /* as sent */
};

/* attributes: JSON as in variants/attributes.json. */
void tsr_small_init(struct tsr_small *s, const char *attributes);
/* The same with what attributes need of tessera.json, and experiments. */
void tsr_small_init_site(struct tsr_small *s, const char *attributes,
    const char *config, const char *experiments);

const struct tsr_json *tsr_small_json(struct tsr_small *s, const char *text);

/*
 * The decision of a chain with count rules: rule i holds for ATTRIBUTE = "v<i>".
 */
uint32_t tsr_small_chain(
    struct tsr_small *s, const char *attribute, uint32_t count);

uint32_t tsr_small_attribute(struct tsr_small *s, const char *name);

/* Add a page; its choices are borrowed. False after mistakes, in s->diag. */
bool tsr_small_page(struct tsr_small *s, const char *path,
    struct tsr_choice *editions, uint32_t count, uint32_t decision);

/* Add a fragment set; ids in order. Its number. */
uint32_t tsr_small_set(struct tsr_small *s, const char *const *ids,
    const char *const *html, uint32_t count);

/* Emit to s->folder. */
enum tsr_err tsr_small_emit(struct tsr_small *s);

/* The same, and open it with the deep check; aborts when that fails. */
void tsr_small_open(struct tsr_small *s);

/*
 * Answer METHOD TARGET with headers "NAME=value", NULL at the end; the body
 * that would be sent is in s->body.
 */
void tsr_small_ask(struct tsr_small *s, const char *method, const char *target,
    const char *const *headers);

/* GET with gzip; true when the body is one gzip member, decoded to out. */
bool tsr_small_get(struct tsr_small *s, struct tsr_buf *out,
    const char *target);

/* True when the head of the last answer has this line. */
bool tsr_small_has(const struct tsr_small *s, const char *line);

void tsr_small_free(struct tsr_small *s);

/* Items of a page. */
struct tsr_item tsr_small_text(const char *text);
struct tsr_item tsr_small_slot(const char *name, uint32_t decision,
    struct tsr_choice *choices, uint32_t count);
struct tsr_item tsr_small_field(uint32_t attribute, enum tsr_escape escape,
    const char *fallback, uint32_t max);
struct tsr_item tsr_small_fragment(uint32_t attribute, uint32_t set);

/* A choice of one row with these items, copied. */
struct tsr_choice tsr_small_choice(struct tsr_small *s, const char *name,
    const struct tsr_item *items, uint32_t count);

/* A gzip member as zlib decodes it, nothing behind it; false when it is not. */
bool tsr_small_gunzip(struct tsr_buf *out, struct tsr_span gzip);

#endif
