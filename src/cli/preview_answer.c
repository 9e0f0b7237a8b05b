/*
 * preview_answer - from a request to the preview's reply.
 */
#include "cli/preview_answer.h"

#include "cli/preview_file.h"
#include "cli/preview_page.h"
#include "cli/preview_state.h"
#include "serve/body.h"

#define OWN "/_tessera/preview/"

/* What the bar is told of one page: attributes, segments, slots, messages. */
#define STATE_MAX ((size_t)64 << 20)

struct job {
	struct tsr_preview_reply *reply;
	struct tsr_preview *preview;
	const struct tsr_preview_request *request;
	struct tsr_preview_news news;
	struct tsr_buf messages;
	struct tsr_preview_site *site; /* NULL: none was built yet */
};

static void
add_field(struct tsr_preview_reply *reply, const char *name, const char *value)
{
	if (reply->field_count == TSR_COUNT_OF(reply->fields))
		return;
	reply->fields[reply->field_count].name = name;
	reply->fields[reply->field_count++].value = value;
}

static void
give(struct tsr_preview_reply *reply, unsigned status, const char *type,
    struct tsr_span body)
{
	reply->status = status;
	reply->body = body;
	add_field(reply, "Content-Type", type);
	add_field(reply, "X-Content-Type-Options", "nosniff");
	/* What is seen is always the newest. */
	add_field(reply, "Cache-Control", "no-store");
}

static void
give_text(struct tsr_preview_reply *reply, unsigned status, const char *text)
{
	give(reply, status, "text/plain; charset=utf-8",
	    tsr_span_of(text, strlen(text)));
}

/* One line of the answer's head, as a field. */
static void
add_line(struct tsr_preview_reply *reply, struct tsr_span line)
{
	static const char *const own[] = {"Status", "Content-Length",
	    "Cache-Control", "ETag", "Content-Type"};
	size_t colon = tsr_span_find(line, ':', 0), i;
	struct tsr_span name = tsr_span_part(line, 0, colon);

	/* The link to a persona is made anew for each request. */
	if (colon + 2 > line.n || tsr_span_starts(line,
		TSR_LIT("Set-Cookie: tessera_preview_link=")))
		return;
	for (i = 0; i < TSR_COUNT_OF(own); i++)
		if (tsr_span_eq(name, tsr_span_of(own[i], strlen(own[i]))))
			return;
	add_field(reply, tsr_arena_cstr(&reply->arena, name),
	    tsr_arena_cstr(&reply->arena, tsr_span_from(line, colon + 2)));
}

static void
add_lines(struct tsr_preview_reply *reply, struct tsr_span head)
{
	size_t end;

	for (; head.n > 0; head = tsr_span_from(head, end + 1)) {
		end = tsr_span_find(head, '\n', 0);
		add_line(reply,
		    tsr_span_part(head, 0, end > 0 ? end - 1 : 0));
	}
}

/* Of an answer that is no page. */
static const char *
content_type(const struct tsr_answer *answer, struct tsr_arena *arena)
{
	struct tsr_span head =
	    tsr_span_of(answer->head, answer->head_length), line;
	size_t end;

	for (; head.n > 0; head = tsr_span_from(head, end + 1)) {
		end = tsr_span_find(head, '\n', 0);
		line = tsr_span_part(head, 0, end > 0 ? end - 1 : 0);
		if (tsr_span_starts(line, TSR_LIT("Content-Type: ")))
			return tsr_arena_cstr(
			    arena, tsr_span_from(line, 14));
	}
	return "text/plain; charset=utf-8";
}

static void
give_page(struct job *job)
{
	struct tsr_arena *arena = &job->reply->arena;
	struct tsr_preview_desk *desk = tsr_preview_desk_answer(
	    job->site, job->request, job->request->target, arena);
	struct tsr_body *body = TSR_NEW(arena, struct tsr_body);
	const struct tsr_answer *answer = &desk->answer;
	uint8_t *bytes = tsr_arena_alloc(arena, answer->length);
	struct tsr_span page;
	size_t n;

	tsr_body_start(body, answer);
	for (page = tsr_span_of(bytes, 0); page.n < answer->length; page.n += n) {
		n = tsr_body_read(
		    bytes + page.n, answer->length - page.n, body);
		if (n == 0)
			break;
	}
	if (page.n < answer->length) {
		give_text(job->reply, 500, "The release is damaged.\n");
		return;
	}
	add_lines(job->reply, tsr_span_of(answer->head, answer->head_length));
	if (!answer->decode) {
		give(job->reply, answer->status,
		    content_type(answer, arena), page);
		return;
	}
	give(job->reply, answer->status, "text/html; charset=utf-8",
	    tsr_preview_page_add(page, &job->news, job->preview->bar, arena));
}

static bool
give_file(struct job *job)
{
	struct tsr_preview_file file;
	enum tsr_err err = tsr_preview_file_read(&file,
	    tsr_arena_printf(
		&job->reply->arena, "%s/public", job->preview->out),
	    job->request->target, &job->reply->arena);

	if (err == TSR_MISSING)
		return false;
	if (err == TSR_OK)
		give(job->reply, 200, file.type, file.bytes);
	else
		give_text(job->reply, 500, "The file cannot be read.\n");
	return true;
}

static void
give_state(struct job *job)
{
	struct tsr_buf out;

	tsr_buf_init(&out, STATE_MAX);
	tsr_preview_state_write(&out, job->site, &job->news,
	    tsr_buf_view(&job->messages), job->request, &job->reply->arena);
	give(job->reply, 200, "application/json",
	    tsr_arena_dup(&job->reply->arena, tsr_buf_view(&out)));
	tsr_buf_free(&out);
}

/* What lies below /_tessera/preview/; path is the rest, without a query. */
static void
give_own(struct job *job, struct tsr_span path)
{
	if (tsr_span_eq(path, TSR_LIT("preview.js"))) {
		give(job->reply, 200, "text/javascript; charset=utf-8",
		    tsr_preview_page_asset("assets/preview.js"));
	} else if (tsr_span_eq(path, TSR_LIT("preview.css"))) {
		give(job->reply, 200, "text/css; charset=utf-8",
		    tsr_preview_page_asset("assets/preview.css"));
	} else if (tsr_span_eq(path, TSR_LIT("state"))) {
		give_state(job);
	} else if (tsr_span_eq(path, TSR_LIT("events"))) {
		give(job->reply, 200, "text/event-stream",
		    tsr_span_of(NULL, 0));
		job->reply->stream = true;
	} else {
		give_text(job->reply, 404, "There is no such file.\n");
	}
}

static void
answer(struct job *job)
{
	struct tsr_span target = job->request->target;
	struct tsr_span path =
	    tsr_span_part(target, 0, tsr_span_find(target, '?', 0));
	bool own = tsr_span_starts(path, TSR_LIT(OWN));
	bool get = tsr_span_eq(job->request->method, TSR_LIT("GET")) ||
	    tsr_span_eq(job->request->method, TSR_LIT("HEAD"));

	if (!get && (own || job->site == NULL)) {
		give_text(job->reply, 405, "Pages answer GET and HEAD.\n");
		add_field(job->reply, "Allow", "GET, HEAD");
	} else if (own) {
		give_own(job, tsr_span_from(path, sizeof(OWN) - 1));
	} else if (job->site == NULL) {
		give(job->reply, 503, "text/html; charset=utf-8",
		    tsr_preview_page_error(&job->news,
			tsr_buf_view(&job->messages), &job->reply->arena));
	} else if (!get || !give_file(job)) {
		give_page(job);
	}
}

void
tsr_preview_answer(struct tsr_preview_reply *reply, struct tsr_preview *preview,
    const struct tsr_preview_host *host,
    const struct tsr_preview_request *request)
{
	struct job job = {
	    .reply = reply, .preview = preview, .request = request};

	memset(reply, 0, sizeof(*reply));
	tsr_arena_init(&reply->arena);
	if (!tsr_preview_host_allows(host, request->host)) {
		give_text(reply, 421,
		    "The preview answers to localhost and 127.0.0.1 only.\n");
		return;
	}
	tsr_buf_init(&job.messages, STATE_MAX);
	/* News first: a page that is newer than its number is loaded again. */
	tsr_preview_look(&job.news, &job.messages, preview);
	job.site = tsr_preview_enter(preview);
	answer(&job);
	tsr_preview_leave(preview, job.site);
	tsr_buf_free(&job.messages);
}

void
tsr_preview_event(struct tsr_buf *out, const struct tsr_preview_news *news)
{
	tsr_buf_printf(out,
	    "event: build\ndata: {\"generation\":%llu,\"release\":\"%s\","
	    "\"errors\":%zu,\"warnings\":%zu}\n\n",
	    (unsigned long long)news->generation, news->id, news->errors,
	    news->warnings);
}
