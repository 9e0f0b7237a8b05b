/*
 * script - the browser's script as a site publishes it.
 */
#include "build/pack/script.h"

#include <assert.h>

#include "base/embedded.h"
#include "build/pack/hash.h"
#include "build/rules/signal.h"
#include "build/rules/trigger.h"
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

/* Where the dialog is that opens when somebody asks why. */
static void
write_why(struct writer *w)
{
	tsr_buf_json(w->out, w->script->why.url);
}

/* A text as a part of a regular expression that means itself. */
static void
put_literally(struct tsr_buf *out, struct tsr_span text)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (!tsr_is_alnum(text.p[i]) && text.p[i] != '_')
			tsr_buf_byte(out, '\\');
		tsr_buf_byte(out, text.p[i]);
	}
}

/* Nothing where another source of consent is: only the server reads it. */
static void
put_no_other(
    struct tsr_buf *out, const struct tsr_json *source, const char *usual)
{
	const struct tsr_json *name = tsr_json_get(source, "cookie");

	if (source == NULL)
		return;
	tsr_buf_text(out, "(?!(?:.*; )?");
	put_literally(out, name != NULL ? tsr_json_text(name)
		: tsr_span_of(usual, strlen(usual)));
	tsr_buf_text(out, "=)");
}

/*
 * A pattern of what the browser says of all cookies. Its group is the value of
 * the site's own, without its version: see doc/consent.md.
 */
static void
write_consent(struct writer *w)
{
	const struct tsr_json *consent =
	    tsr_json_get(w->model->config, "consent");
	struct tsr_buf buf;

	tsr_buf_init(&buf, SCRIPT_MAX);
	tsr_buf_text(&buf, "^");
	put_no_other(&buf, tsr_json_get(consent, "tcf"), "euconsent-v2");
	put_no_other(&buf, tsr_json_get(consent, "gpp"), "__gpp");
	tsr_buf_text(&buf, "(?:.*; )?");
	put_literally(&buf, w->model->consent_cookie);
	tsr_buf_text(&buf, "=(?:1\\.|(?!\\d+\\.))([^;]*)");
	tsr_buf_json(w->out, w->model->consent_cookie.n > 0
		? tsr_buf_view(&buf) : TSR_LIT("^()$"));
	tsr_buf_free(&buf);
}

/* Bits of purposes in a page's state field. */
static void
write_purposes(struct writer *w)
{
	tsr_buf_printf(w->out,
	    "{\"functional\":%u,\"analytics\":%u,\"personalization\":%u}",
	    1u << TSR_PURPOSE_FUNCTIONAL, 1u << TSR_PURPOSE_ANALYTICS,
	    1u << TSR_PURPOSE_PERSONALIZATION);
}

static void
write_signals(struct writer *w)
{
	tsr_signals_tell(w->out);
}

/*
 * Kinds that browsers send, in their latest version: the field that an
 * attribute's value is, which is the first; the version; the signal that the
 * kind changes.
 */
static void
write_events(struct writer *w)
{
	const struct tsr_event_kinds *all = &w->model->events;
	const struct tsr_event_kind *kind;
	const char *between = "", *signal;
	uint32_t i;

	tsr_buf_byte(w->out, '{');
	for (i = 0; i < all->count; i++) {
		kind = &all->list[i];
		if ((kind->from & 1u << TSR_EVENT_BROWSER) == 0 ||
		    kind != tsr_event_kinds_find(all, kind->name, 0))
			continue;
		tsr_buf_text(w->out, between);
		between = ",";
		tsr_buf_json(w->out, kind->name);
		tsr_buf_text(w->out, ":[");
		tsr_buf_json(w->out, kind->field_count > 0
			? kind->fields[0].name : TSR_LIT("name"));
		tsr_buf_printf(w->out, ",%u", kind->version);
		signal = tsr_signal_of(kind->name);
		if (signal != NULL)
			tsr_buf_printf(w->out, ",\"%s\"", signal);
		tsr_buf_byte(w->out, ']');
	}
	tsr_buf_byte(w->out, '}');
}

/* Where visitors come from: classes, and what the address of the page before
 * is like, which is without its origin when it is one of this site. */
static void
write_referrers(struct writer *w)
{
	tsr_buf_text(w->out,
	    "[[\"direct\",\"^$\"],[\"internal\",\"^/\"],"
	    "[\"search\",\"^[^/]+//([^/]+\\\\.)?(google|bing|duckduckgo|ecosia|"
	    "yahoo|baidu|yandex|qwant|startpage|kagi)\\\\.\"],"
	    "[\"social\",\"^[^/]+//([^/]+\\\\.)?(facebook|instagram|linkedin|"
	    "pinterest|reddit|tiktok|youtube|x|t|bsky|threads|mastodon)"
	    "\\\\.(com?|app|net|social)/\"],"
	    "[\"email\",\"^[^/]+//([^/]+\\\\.)?(mail|outlook)\\\\.\"],"
	    "[\"other\",\"\"]]");
}

static void
write_vectors(struct writer *w)
{
	tsr_rules_vectors_tell(w->out, w->model->rules);
}

static void
write_scores(struct writer *w)
{
	tsr_rules_scores_tell(w->out, w->model->rules);
}

static void
write_triggers(struct writer *w)
{
	tsr_triggers_tell(
	    w->out, w->model->triggers, w->model->locale_count);
}

/* Members of the object, in this order: a name and what writes its value. */
static const struct {
	const char *name;
	void (*write)(struct writer *w);
} members[] = {
    {"consent", write_consent},
    {"purposes", write_purposes},
    {"signals", write_signals},
    {"events", write_events},
    {"referrers", write_referrers},
    {"vectors", write_vectors},
    {"scores", write_scores},
    {"triggers", write_triggers},
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

/* Named by its bytes: tessera.js is /assets/tessera.0123456789.js. */
static void
publish(struct tsr_script_file *out, const char *name, struct tsr_span bytes,
    struct tsr_arena *arena)
{
	struct tsr_span whole = tsr_span_of(name, strlen(name));
	size_t dot = tsr_span_find(whole, '.', 0);
	struct tsr_hash hash = tsr_hash_of(bytes);
	struct tsr_buf url;

	tsr_buf_init(&url, TSR_PATH_MAX);
	tsr_buf_text(&url, "/assets/");
	tsr_buf_add(&url, tsr_span_part(whole, 0, dot + 1));
	tsr_buf_hex(&url, tsr_span_of(hash.bytes, DIGITS / 2));
	tsr_buf_add(&url, tsr_span_from(whole, dot));
	out->url = tsr_arena_dup(arena, tsr_buf_view(&url));
	out->file = tsr_span_from(out->url, 1);
	out->bytes = bytes;
	tsr_buf_free(&url);
}

void
tsr_script_make(struct tsr_script *out, const struct tsr_model *model,
    struct tsr_arena *arena)
{
	struct tsr_span which =
	    tsr_json_text(tsr_json_get(model->config, "script"));
	struct tsr_buf buf;
	struct writer w = {&buf, model, out};

	memset(out, 0, sizeof(*out));
	publish(&out->why, "why.js", embedded("script/why.js"), arena);
	publish(&out->ask, "ask.css", embedded("script/ask.css"), arena);
	tsr_buf_init(&buf, SCRIPT_MAX);
	tsr_buf_add(&buf, tsr_span_eq(which, TSR_LIT("events"))
		? embedded("script/alone.js") : embedded("script/tessera.js"));
	write_config(&w);
	tsr_buf_text(&buf, ");\n");
	publish(&out->main, "tessera.js",
	    tsr_arena_dup(arena, tsr_buf_view(&buf)), arena);
	tsr_buf_free(&buf);
}
