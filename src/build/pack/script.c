/*
 * script - the browser's script as a site publishes it.
 */
#include "build/pack/script.h"

#include <assert.h>

#include "base/embedded.h"
#include "build/pack/hash.h"
#include "core/limits.h"

/* Digits of the hash in a published name, as assets have. */
#define DIGITS 10

/* Tables of a site's own events, scores and triggers: tens of kilobytes. */
#define SCRIPT_MAX ((size_t)1 << 20)

/* What members of the configuration are written from. */
struct writer {
	struct tsr_buf *out;
	const struct tsr_model *model;
	const struct tsr_script *script;
};

static struct tsr_span
embedded(const char *name)
{
	const struct tsr_embedded *e;

	for (e = tsr_embedded_files; e->name != NULL; e++)
		if (strcmp(e->name, name) == 0)
			return tsr_span_of(e->p, e->n);
	assert(!"the program has its scripts");
	return tsr_span_of(NULL, 0);
}

/* Where the dialog is that explains a region. */
static void
write_why(struct writer *w)
{
	tsr_buf_json(w->out, w->script->why.url);
}

static void
write_cookie(
    struct writer *w, const struct tsr_json *source, const char *usual)
{
	const struct tsr_json *name = tsr_json_get(source, "cookie");

	if (source == NULL)
		return;
	tsr_buf_byte(w->out, ',');
	tsr_buf_json(w->out, name != NULL ? tsr_json_text(name)
		: tsr_span_of(usual, strlen(usual)));
}

/*
 * The cookies in which a visitor's choice may stand: the site's own, or "", and
 * those that only the server reads.
 */
static void
write_consent(struct writer *w)
{
	const struct tsr_json *consent =
	    tsr_json_get(w->model->config, "consent");

	tsr_buf_byte(w->out, '[');
	tsr_buf_json(w->out, w->model->consent_cookie);
	write_cookie(w, tsr_json_get(consent, "tcf"), "euconsent-v2");
	write_cookie(w, tsr_json_get(consent, "gpp"), "__gpp");
	tsr_buf_byte(w->out, ']');
}

/* Kinds of events: the field that an attribute's value is, and the version. */
static void
write_events(struct writer *w)
{
	tsr_buf_text(w->out, "{\"click\":[\"target\",1],\"filter\":[\"name\",1],"
		"\"size\":[\"value\",1],\"zoom\":[\"image\",1],\"tab\":[\"name\",1],"
		"\"search\":[\"name\",1],\"cart\":[\"op\",1]}");
}

/* The hosts that a visitor who searched comes from: a regular expression. */
static void
write_search(struct writer *w)
{
	tsr_buf_text(w->out, "\"(^|\\\\.)(google|bing|duckduckgo|ecosia|yahoo|"
		"baidu|yandex|qwant|startpage)\\\\.\"");
}

/* Members of the object, in this order: a name and what writes its value. */
static const struct {
	const char *name;
	void (*write)(struct writer *w);
} members[] = {
    {"consent", write_consent},
    {"events", write_events},
    {"search", write_search},
    {"why", write_why},
};

static void
write_config(struct writer *w)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(members); i++) {
		tsr_buf_text(w->out, i == 0 ? "{" : ",");
		tsr_buf_json(w->out, tsr_span_of(members[i].name,
		    strlen(members[i].name)));
		tsr_buf_byte(w->out, ':');
		members[i].write(w);
	}
	tsr_buf_byte(w->out, '}');
}

/* Named by its bytes: /assets/<name>.0123456789.js. */
static void
publish(struct tsr_script_file *out, const char *name, struct tsr_span bytes,
    struct tsr_arena *arena)
{
	struct tsr_hash hash = tsr_hash_of(bytes);
	struct tsr_buf url;

	tsr_buf_init(&url, TSR_PATH_MAX);
	tsr_buf_printf(&url, "/assets/%s.", name);
	tsr_buf_hex(&url, tsr_span_of(hash.bytes, DIGITS / 2));
	tsr_buf_text(&url, ".js");
	out->url = tsr_arena_dup(arena, tsr_buf_view(&url));
	out->file = tsr_span_from(out->url, 1);
	out->bytes = bytes;
	tsr_buf_free(&url);
}

void
tsr_script_make(struct tsr_script *out, const struct tsr_model *model,
    struct tsr_arena *arena)
{
	struct tsr_buf buf;
	struct writer w = {&buf, model, out};

	memset(out, 0, sizeof(*out));
	publish(&out->why, "why", embedded("script/why.js"), arena);
	tsr_buf_init(&buf, SCRIPT_MAX);
	tsr_buf_add(&buf, embedded("script/tessera.js"));
	write_config(&w);
	tsr_buf_text(&buf, ");\n");
	publish(&out->main, "tessera",
	    tsr_arena_dup(arena, tsr_buf_view(&buf)), arena);
	tsr_buf_free(&buf);
}
