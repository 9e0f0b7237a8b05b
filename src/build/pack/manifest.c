/*
 * manifest - manifest.json of a release: what went in, what came out.
 */
#include "build/pack/manifest.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/version.h"
#include "build/pack/dump.h"

#define MANIFEST_MAX ((size_t)1 << 31)

struct page {
	struct tsr_span path;
	uint8_t hash[16]; /* of all that it can answer */
	uint32_t most;	  /* compressed bytes at most */
};

struct hasher {
	const struct tsr_manifest *m;
	struct tsr_hash *decisions; /* of their text; by number */
	struct tsr_buf bytes;	    /* of the page under way */
};

static const uint8_t *
record(const struct tsr_manifest *m, enum tsr_section s, uint32_t i)
{
	return tsr_table_record(m->table, s, i, tsr_table_section_size(s));
}

/* A target of a node: another node's hash, or the outcome itself. */
static void
add_target(struct tsr_buf *out, const struct tsr_hash *nodes, uint32_t target)
{
	if (target & TSR_TARGET_OUTCOME)
		tsr_buf_le32(out, target);
	else
		tsr_buf_add(out, tsr_span_of(&nodes[target], sizeof(*nodes)));
}

/*
 * Numbers of predicates and nodes are shared by all pages; what a decision
 * means is not. Targets are larger than their node: one pass from the end.
 */
static void
hash_decisions(struct hasher *h, struct tsr_arena *arena)
{
	const struct tsr_table *t = h->m->table;
	uint32_t i, n = tsr_table_count(t, TSR_SECTION_NODE);
	struct tsr_hash *nodes = TSR_NEW_ARRAY(arena, struct tsr_hash, n);
	const uint8_t *r;
	struct tsr_buf text;

	tsr_buf_init(&text, MANIFEST_MAX);
	for (i = n; i-- > 0;) {
		r = record(h->m, TSR_SECTION_NODE, i);
		tsr_buf_clear(&text);
		tsr_dump_predicate(&text, t, tsr_le32(r));
		add_target(&text, nodes, tsr_le32(r + 4));
		add_target(&text, nodes, tsr_le32(r + 8));
		nodes[i] = tsr_hash_of(tsr_buf_view(&text));
	}
	n = tsr_table_count(t, TSR_SECTION_DECN);
	h->decisions = TSR_NEW_ARRAY(arena, struct tsr_hash, n);
	for (i = 0; i < n; i++) {
		r = record(h->m, TSR_SECTION_DECN, i);
		tsr_buf_clear(&text);
		add_target(&text, nodes, tsr_le32(r));
		tsr_buf_le32(&text, tsr_le32(r + 4));
		h->decisions[i] = tsr_hash_of(tsr_buf_view(&text));
	}
	tsr_buf_free(&text);
}

static void
add_bytes(struct hasher *h, const void *p, size_t n)
{
	tsr_buf_add(&h->bytes, tsr_span_of(p, n));
}

static void
add_text(struct hasher *h, const uint8_t *ref)
{
	struct tsr_span s = tsr_table_text(h->m->table, ref);

	tsr_buf_le32(&h->bytes, (uint32_t)s.n);
	tsr_buf_add(&h->bytes, s);
}

static void add_program(struct hasher *h, uint32_t program, unsigned depth);

static void
add_slot(struct hasher *h, const uint8_t *slot, unsigned depth)
{
	uint32_t i, first = tsr_le32(slot + 4), n = tsr_le32(slot + 8);

	add_bytes(h, &h->decisions[tsr_le32(slot)], sizeof(*h->decisions));
	add_text(h, slot + 12);
	for (i = 0; i < n; i++)
		add_program(h, first + i, depth + 1);
}

/* Everything a program can show. The index was verified: ranges hold. */
static void
add_program(struct hasher *h, uint32_t program, unsigned depth)
{
	const uint8_t *p = record(h->m, TSR_SECTION_PROG, program), *part, *r;
	uint32_t i;

	add_text(h, p + 8);
	for (i = 0; i < tsr_le32(p + 4); i++) {
		part = record(h->m, TSR_SECTION_PART, tsr_le32(p) + i);
		tsr_buf_byte(&h->bytes, part[0]);
		if (part[0] == TSR_PART_UNIT) {
			add_bytes(h,
			    tsr_store_at(h->m->store, tsr_le32(part + 4))->hash,
			    32);
		} else if (part[0] == TSR_PART_SLOT &&
		    depth < TSR_SLOT_DEPTH) {
			add_slot(h,
			    record(h->m, TSR_SECTION_SLOT, tsr_le32(part + 4)),
			    depth);
		} else if (part[0] == TSR_PART_TEXT) {
			r = record(h->m, TSR_SECTION_TEXT, tsr_le32(part + 4));
			add_bytes(h, r + 4, 12);
			add_text(h, r + 16);
			add_text(h, r + 24);
		} else if (part[0] == TSR_PART_FIELD) {
			add_bytes(h, part + 1, 7);
		} else if (part[0] == TSR_PART_FRAGMENT) {
			add_bytes(h, part + 4, 8);
		}
	}
}

static struct page *
hash_pages(size_t *count, const struct tsr_manifest *m, struct tsr_arena *arena)
{
	uint32_t i, e, n = tsr_table_count(m->table, TSR_SECTION_PAGE), most;
	struct page *pages = TSR_NEW_ARRAY(arena, struct page, n);
	struct hasher h = {.m = m};
	struct tsr_hash hash;

	tsr_buf_init(&h.bytes, MANIFEST_MAX);
	hash_decisions(&h, arena);
	for (i = 0; i < n; i++) {
		const uint8_t *p = record(m, TSR_SECTION_PAGE, i);

		tsr_buf_clear(&h.bytes);
		add_bytes(&h, &h.decisions[tsr_le32(p + 24)],
		    sizeof(*h.decisions));
		add_bytes(&h, p + 16, 8);
		pages[i].path = tsr_table_text(m->table, p);
		for (e = 0; e < tsr_le32(p + 32); e++) {
			add_program(&h, tsr_le32(p + 28) + e, 0);
			most = tsr_le32(record(m, TSR_SECTION_PROG,
					    tsr_le32(p + 28) + e) +
			    16);
			if (most > pages[i].most)
				pages[i].most = most;
		}
		hash = tsr_hash_of(tsr_buf_view(&h.bytes));
		memcpy(pages[i].hash, hash.bytes, sizeof(pages[i].hash));
	}
	tsr_buf_free(&h.bytes);
	*count = n;
	return pages;
}

static void
put_hex(struct tsr_buf *out, const char *before, struct tsr_span bytes)
{
	tsr_buf_text(out, before);
	tsr_buf_byte(out, '"');
	tsr_buf_hex(out, bytes);
	tsr_buf_byte(out, '"');
}

static void
put_variant(struct tsr_buf *out, const struct tsr_emit_file *file)
{
	if (file->variant.n == 0)
		return;
	tsr_buf_text(out, ", \"variant\": ");
	tsr_buf_json(out, file->variant);
	tsr_buf_text(out, ", \"slot\": ");
	tsr_buf_json(out, file->slot);
	tsr_buf_text(out, ", \"page\": ");
	tsr_buf_json(out, file->page);
}

static void
put_files(struct tsr_buf *out, const char *name,
    const struct tsr_emit_file *files, size_t count)
{
	size_t i;

	tsr_buf_printf(out, ",\n  \"%s\": [", name);
	for (i = 0; i < count; i++) {
		struct tsr_hash hash = tsr_hash_of(files[i].bytes);

		tsr_buf_text(out, i == 0 ? "\n    {\"name\": " : ",\n    {\"name\": ");
		tsr_buf_json(out, files[i].name);
		tsr_buf_printf(out, ", \"bytes\": %zu", files[i].bytes.n);
		put_hex(out, ", \"hash\": ", tsr_span_of(hash.bytes, 16));
		put_variant(out, &files[i]);
		tsr_buf_byte(out, '}');
	}
	tsr_buf_text(out, count == 0 ? "]" : "\n  ]");
}

static void
put_pages(struct tsr_buf *out, const struct page *pages, size_t count)
{
	size_t i;

	tsr_buf_text(out, ",\n  \"pages\": [");
	for (i = 0; i < count; i++) {
		tsr_buf_text(out, i == 0 ? "\n    {\"path\": " : ",\n    {\"path\": ");
		tsr_buf_json(out, pages[i].path);
		tsr_buf_printf(out, ", \"bytes\": %u", pages[i].most);
		put_hex(out, ", \"hash\": ", tsr_span_of(pages[i].hash, 16));
		tsr_buf_byte(out, '}');
	}
	tsr_buf_text(out, "\n  ]");
}

/* One list of URLs being written. */
struct urls {
	struct tsr_buf text;
	size_t count;
};

static void
add_url(struct urls *urls, struct tsr_span path)
{
	tsr_buf_text(&urls->text, urls->count++ == 0 ? "" : ", ");
	tsr_buf_json(&urls->text, path);
}

static bool
same_hash(const struct tsr_json *old, const struct page *page)
{
	struct tsr_span hex = tsr_json_text(tsr_json_get(old, "hash"));
	size_t i;

	if (hex.n != sizeof(page->hash) * 2)
		return false;
	for (i = 0; i < sizeof(page->hash); i++)
		if (tsr_hex(hex.p[i * 2]) << 4 != (page->hash[i] & 0xf0) ||
		    tsr_hex(hex.p[i * 2 + 1]) != (page->hash[i] & 15))
			return false;
	return true;
}

/* Both lists are sorted by path: walk them together. */
static void
compare_pages(struct urls lists[3], const struct page *pages, size_t count,
    const struct tsr_json *old)
{
	size_t i = 0, j = 0, n = old == NULL ? 0 : old->count;
	struct tsr_span path;
	int c;

	while (i < count || j < n) {
		path = tsr_json_text(
		    j < n ? tsr_json_get(&old->u.items[j], "path") : NULL);
		c = i == count ? 1 : j == n ? -1
					    : tsr_span_cmp(pages[i].path, path);
		if (c < 0) {
			add_url(&lists[1], pages[i++].path);
		} else if (c > 0) {
			add_url(&lists[2], path);
			j++;
		} else {
			if (!same_hash(&old->u.items[j], &pages[i]))
				add_url(&lists[0], path);
			i++;
			j++;
		}
	}
}

static int
compare_paths(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	return tsr_span_cmp(x->path, y->path);
}

static void
put_changes(struct tsr_buf *out, struct tsr_emit_result *result,
    const struct page *pages, size_t count, const struct tsr_json *older)
{
	static const char *const names[3] = {"changed", "added", "removed"};
	const struct tsr_json *id = tsr_json_get(older, "id");
	const struct tsr_json *old = tsr_json_get(older, "pages");
	struct urls lists[3];
	size_t i;

	memset(lists, 0, sizeof(lists));
	for (i = 0; i < 3; i++)
		tsr_buf_init(&lists[i].text, MANIFEST_MAX);
	if (!tsr_json_is(old, TSR_JSON_ARRAY))
		old = NULL;
	compare_pages(lists, pages, count, old);
	tsr_buf_text(out, ",\n  \"previous\": ");
	if (id == NULL)
		tsr_buf_text(out, "null");
	else
		tsr_buf_json(out, tsr_json_text(id));
	for (i = 0; i < 3; i++) {
		tsr_buf_printf(out, ",\n  \"%s\": [", names[i]);
		/* Without a release before, all would be listed as added. */
		if (old != NULL)
			tsr_buf_add(out, tsr_buf_view(&lists[i].text));
		tsr_buf_byte(out, ']');
		tsr_buf_free(&lists[i].text);
	}
	result->changed = lists[0].count;
	result->added = lists[1].count;
	result->removed = lists[2].count;
}

void
tsr_manifest_write(struct tsr_buf *out, struct tsr_emit_result *result,
    const struct tsr_manifest *m, struct tsr_arena *arena)
{
	uint32_t i, packs = tsr_table_count(m->table, TSR_SECTION_PACK);
	size_t count;
	struct page *pages = hash_pages(&count, m, arena);

	qsort(pages, count, sizeof(*pages), compare_paths);
	tsr_buf_printf(out,
	    "{\n  \"manifest\": 1,\n  \"tessera\": \"%s\",\n  \"id\": \"%s\"",
	    TSR_VERSION_TEXT, result->id);
	tsr_buf_text(out, ",\n  \"site\": ");
	tsr_buf_json(out, m->in->site_name);
	put_changes(out, result, pages, count, m->older);
	put_pages(out, pages, count);
	put_files(out, "public", m->in->files, m->in->file_count);
	put_files(out, "inputs", m->in->inputs, m->in->input_count);
	tsr_buf_text(out, ",\n  \"packs\": [");
	for (i = 0; i < packs; i++) {
		const uint8_t *p = record(m, TSR_SECTION_PACK, i);

		put_hex(out, i == 0 ? "\n    {\"hash\": " : ",\n    {\"hash\": ",
		    tsr_span_of(p, 32));
		tsr_buf_printf(out, ", \"bytes\": %llu}",
		    (unsigned long long)tsr_le64(p + 32));
	}
	tsr_buf_text(out, "\n  ]\n}\n");
}

bool
tsr_manifest_read(
    struct tsr_json *out, const char *path, struct tsr_arena *arena)
{
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_span text;
	uint32_t src;

	if (tsr_file_read(&text, arena, path, MANIFEST_MAX) != TSR_OK)
		return false;
	tsr_sources_init(&sources, arena);
	tsr_diag_init(&diag, arena);
	src = tsr_sources_add(&sources, path, text);
	return tsr_json_read(out, arena, &diag, &sources, src) &&
	    out->type == TSR_JSON_OBJECT;
}
