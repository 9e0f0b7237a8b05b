/*
 * preview_page - what the preview adds to a page, and the page it shows when
 * there is none.
 */
#include "cli/preview_page.h"

#include <stdlib.h>

#include "base/embedded.h"

/* Twice the largest page: all that is added is short. */
#define PAGE_MAX ((size_t)64 << 20)

/* Messages that a page shows; who has more mends these first. */
#define MESSAGES_SHOWN 200

struct tsr_span
tsr_preview_page_asset(const char *name)
{
	const struct tsr_embedded *e;

	for (e = tsr_embedded_files; e->name != NULL; e++)
		if (strcmp(e->name, name) == 0)
			return tsr_span_of(e->p, e->n);
	return tsr_span_of(NULL, 0);
}

/* Where the last </body> begins; the page's end when there is none. */
static size_t
find_end(struct tsr_span page)
{
	static const char tag[] = "</body>";
	size_t at, i;

	for (at = page.n; at-- > 0;) {
		if (page.p[at] != '<' || page.n - at < sizeof(tag) - 1)
			continue;
		for (i = 0; i < sizeof(tag) - 1; i++)
			if (tsr_lower(page.p[at + i]) != (uint8_t)tag[i])
				break;
		if (i == sizeof(tag) - 1)
			return at;
	}
	return page.n;
}

static void
put_script(
    struct tsr_buf *out, const struct tsr_preview_news *news, bool bar)
{
	tsr_buf_printf(out,
	    "<script src=\"/_tessera/preview/preview.js\" defer"
	    " data-generation=\"%llu\" data-release=\"%s\" data-errors=\"%zu\""
	    "%s></script>",
	    (unsigned long long)news->generation, news->id, news->errors,
	    bar ? " data-bar" : "");
}

static struct tsr_span
take(struct tsr_buf *buf, struct tsr_arena *arena)
{
	struct tsr_span s = tsr_arena_dup(arena, tsr_buf_view(buf));

	tsr_buf_free(buf);
	return s;
}

struct tsr_span
tsr_preview_page_add(struct tsr_span page, const struct tsr_preview_news *news,
    bool bar, struct tsr_arena *arena)
{
	size_t end = find_end(page);
	struct tsr_buf out;

	tsr_buf_init(&out, PAGE_MAX);
	tsr_buf_add(&out, tsr_span_part(page, 0, end));
	put_script(&out, news, bar);
	tsr_buf_add(&out, tsr_span_from(page, end));
	return take(&out, arena);
}

static void
put_escaped(struct tsr_buf *out, struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '<')
			tsr_buf_text(out, "&lt;");
		else if (s.p[i] == '&')
			tsr_buf_text(out, "&amp;");
		else
			tsr_buf_byte(out, s.p[i]);
	}
}

static void
put_messages(struct tsr_buf *out, struct tsr_span messages,
    struct tsr_arena *arena)
{
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json list;
	uint32_t i;

	tsr_sources_init(&sources, arena);
	tsr_diag_init(&diag, arena);
	if (!tsr_json_read(&list, arena, &diag, &sources,
		tsr_sources_add(&sources, "messages", messages)) ||
	    list.type != TSR_JSON_ARRAY)
		return;
	for (i = 0; i < list.count; i++)
		put_escaped(
		    out, tsr_json_text(tsr_json_get(&list.u.items[i], "text")));
}

struct tsr_span
tsr_preview_page_error(const struct tsr_preview_news *news,
    struct tsr_span messages, struct tsr_arena *arena)
{
	struct tsr_span page = tsr_preview_page_asset("assets/error.html");
	size_t i;
	struct tsr_buf out;

	tsr_buf_init(&out, PAGE_MAX);
	for (i = 0; i < page.n; i++) {
		struct tsr_span rest = tsr_span_from(page, i);

		if (!tsr_span_starts(rest, TSR_LIT("<!--messages-->"))) {
			tsr_buf_byte(&out, page.p[i]);
			continue;
		}
		if (news->generation == 0)
			tsr_buf_text(&out, "The site is being built.");
		else
			put_messages(&out, messages, arena);
		i += sizeof("<!--messages-->") - 2;
	}
	return tsr_preview_page_add(take(&out, arena), news, false, arena);
}

/* One message as the terminal shows it. */
static void
put_message(struct tsr_buf *out, const struct tsr_message *message,
    const struct tsr_sources *sources)
{
	struct tsr_message copy = *message;
	struct tsr_diag one = {.list = &copy, .count = 1};
	char *text = NULL;
	size_t n = 0;
	FILE *stream = open_memstream(&text, &n);

	if (stream == NULL)
		return;
	tsr_diag_print(stream, &one, sources, false);
	if (fclose(stream) == 0) {
		tsr_buf_printf(out,
		    "{\"severity\":\"%s\",\"rule\":\"%s\",\"text\":",
		    message->severity == TSR_ERROR ? "error"
			: message->severity == TSR_WARNING ? "warning"
							   : "note",
		    message->rule);
		tsr_buf_json(out, tsr_span_of(text, n));
		tsr_buf_byte(out, '}');
	}
	free(text);
}

void
tsr_preview_page_messages(struct tsr_buf *out, const struct tsr_diag *diag,
    const struct tsr_sources *sources)
{
	size_t i;

	tsr_buf_byte(out, '[');
	for (i = 0; i < diag->count && i < MESSAGES_SHOWN; i++) {
		if (i > 0)
			tsr_buf_byte(out, ',');
		put_message(out, &diag->list[i], sources);
	}
	tsr_buf_byte(out, ']');
}
