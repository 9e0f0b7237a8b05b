/*
 * emit - packed pages and the decision table become a release on disk.
 *
 * Writes only new files, flushes them, and moves out/current last: a reader
 * sees the old release or the new one. Nothing of an interrupted or failed
 * build is ever named by a release.
 */
#ifndef TSR_BUILD_EMIT_H
#define TSR_BUILD_EMIT_H

#include "build/event/kinds.h"
#include "build/pack/pack.h"
#include "build/rules/rules.h"

struct tsr_emit_locale {
	struct tsr_span tag, prefix;
	uint32_t not_found; /* page number or UINT32_MAX */
	const struct tsr_json *strings; /* or NULL */
};

struct tsr_emit_redirect {
	struct tsr_span from, to;
};

/* The records of a set in byte order of their ids. */
struct tsr_emit_set {
	struct tsr_span *ids;
	struct tsr_packed_object *objects;
	uint32_t count;
};

struct tsr_emit_file {
	struct tsr_span name; /* below out/public */
	struct tsr_span bytes;
	struct tsr_span variant, slot, page; /* as in render.h */
};

struct tsr_emit_input {
	const struct tsr_page *pages;
	const struct tsr_packed_page *packed;
	size_t page_count;
	const struct tsr_rules *rules;
	const struct tsr_event_kinds *events;
	const struct tsr_emit_locale *locales; /* the default first */
	size_t locale_count;
	const struct tsr_emit_redirect *redirects; /* sorted by from */
	size_t redirect_count;
	const struct tsr_emit_set *sets;
	size_t set_count;
	const struct tsr_emit_file *files; /* sorted by name */
	size_t file_count;
	const struct tsr_emit_file *inputs; /* what was read, sorted by name */
	size_t input_count;
	struct tsr_span consent_cookie;
	const struct tsr_json *consent; /* of tessera.json, or NULL */
	struct tsr_span origin; /* of the base URL */
	struct tsr_span site_name;
};

struct tsr_emit_result {
	char id[65];		/* hexadecimal */
	bool is_new;		/* false: this release was there already */
	uint64_t index_bytes;
	uint64_t new_pack_bytes; /* 0: no new objects */
	uint64_t object_bytes;	/* all objects of the release */
	size_t objects, packs;
	size_t changed, added, removed; /* URLs, against the one before */
};

/*
 * Write the release below folder (out). On an error *what names the file or
 * step (in the arena) and errno says why for TSR_IO.
 */
enum tsr_err tsr_emit(struct tsr_emit_result *out, const char **what,
    const struct tsr_emit_input *in, const char *folder,
    struct tsr_arena *arena);

#endif
