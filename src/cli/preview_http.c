/*
 * preview_http - the preview's connections: HTTP in, replies out.
 */
#include "cli/preview_http.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <time.h>

#include "core/endpoint.h"

/* A person with many tabs; more wait. */
#define CONNECTIONS_MAX 200

/* Seconds after which an idle connection ends. */
#define IDLE_SECONDS 60

/* A page that has gone is noticed when a line cannot be sent to it. */
#define HEARTBEAT_MS 5000

/* A chunk of a stream: an event has some 200 bytes. */
#define STREAM_CHUNK 1024

/* libmicrohttpd's state of one request. */
struct call {
	char *target; /* as it was sent */
	bool begun;
	uint8_t *body; /* TSR_BODY_KEPT bytes; NULL: it is passed over */
	struct tsr_preview_request request;
	struct tsr_arena arena;
};

/* A page that listens. */
struct stream {
	struct tsr_preview *preview;
	uint64_t generation; /* what it was told last */
	struct tsr_buf pending;
	size_t sent; /* of what is pending */
	bool ended;
};

/* Called with the target before anything is decoded. */
static void *
begin(void *ctx, const char *target, struct MHD_Connection *connection)
{
	struct call *call = calloc(1, sizeof(*call));

	(void)ctx;
	(void)connection;
	if (call == NULL)
		return NULL;
	call->target = strdup(target);
	return call;
}

static void
end(void *ctx, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode how)
{
	struct call *call = *state;

	(void)ctx;
	(void)connection;
	(void)how;
	if (call == NULL)
		return;
	free(call->target);
	free(call->body);
	tsr_arena_free(&call->arena);
	free(call);
	*state = NULL;
}

/* CF-IPCountry becomes HTTP_CF_IPCOUNTRY; empty when it is no plain name. */
static struct tsr_span
cgi_name(const char *name, struct tsr_arena *arena)
{
	size_t n = strlen(name), i;
	uint8_t *p = tsr_arena_alloc(arena, n + 5);

	memcpy(p, "HTTP_", 5);
	for (i = 0; i < n; i++) {
		uint8_t c = tsr_lower((uint8_t)name[i]);

		/* An underscore would look like a hyphen. */
		if (c != '-' && !tsr_is_alnum(c))
			return tsr_span_of(NULL, 0);
		p[5 + i] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 32)
						 : c == '-' ? '_' : c;
	}
	return tsr_span_of(p, n + 5);
}

static enum MHD_Result
add_field(void *ctx, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	struct call *call = ctx;
	struct tsr_preview_request *request = &call->request;
	struct tsr_param *field = &request->fields[request->field_count];

	(void)kind;
	if (request->field_count == TSR_PREVIEW_FIELDS_MAX || value == NULL)
		return MHD_NO;
	field->name = cgi_name(name, &call->arena);
	field->value = tsr_span_of(value, strlen(value));
	if (field->name.n == 0)
		return MHD_YES;
	if (tsr_span_eq(field->name, TSR_LIT("HTTP_HOST")))
		/* Two of them are as good as none. */
		request->host = request->host.p == NULL
		    ? field->value : tsr_span_of(NULL, 0);
	request->field_count++;
	return MHD_YES;
}

static void
read_request(struct call *call, struct MHD_Connection *connection,
    const char *method)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	call->request.now =
	    (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	call->request.method = tsr_span_of(method, strlen(method));
	call->request.target = tsr_span_of(call->target, strlen(call->target));
	MHD_get_connection_values(
	    connection, MHD_HEADER_KIND, add_field, call);
}

static void
add_news(struct stream *stream, const struct tsr_preview_news *news)
{
	if (news->generation == stream->generation)
		/* A comment: nobody sees it. */
		tsr_buf_text(&stream->pending, ":\n\n");
	else
		tsr_preview_event(&stream->pending, news);
	stream->generation = news->generation;
}

/* The next bytes of a stream; waits until there are some. */
static ssize_t
read_stream(void *ctx, uint64_t at, char *out, size_t n)
{
	struct stream *stream = ctx;
	struct tsr_preview_news news;
	struct tsr_span rest;

	(void)at;
	if (stream->sent == stream->pending.n) {
		tsr_buf_clear(&stream->pending);
		stream->sent = 0;
		stream->ended = !tsr_preview_wait(&news, stream->preview,
		    stream->generation, HEARTBEAT_MS);
		if (!stream->ended)
			add_news(stream, &news);
	}
	if (stream->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	rest = tsr_span_part(
	    tsr_buf_view(&stream->pending), stream->sent, n);
	memcpy(out, rest.p, rest.n);
	stream->sent += rest.n;
	return (ssize_t)rest.n;
}

static void
free_stream(void *ctx)
{
	struct stream *stream = ctx;

	tsr_buf_free(&stream->pending);
	free(stream);
}

static struct MHD_Response *
stream_response(struct tsr_preview *preview)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct tsr_preview_news news;
	struct MHD_Response *response;

	if (stream == NULL)
		return NULL;
	stream->preview = preview;
	tsr_buf_init(&stream->pending, STREAM_CHUNK * 4);
	/* Come back soon after the preview was ended and started again. */
	tsr_buf_text(&stream->pending, "retry: 500\n\n");
	tsr_preview_look(&news, NULL, preview);
	stream->generation = news.generation;
	tsr_preview_event(&stream->pending, &news);
	response = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, STREAM_CHUNK, read_stream, stream, free_stream);
	if (response == NULL)
		free_stream(stream);
	return response;
}

static struct MHD_Response *
body_response(const struct tsr_preview_reply *reply)
{
	return MHD_create_response_from_buffer(reply->body.n,
	    (void *)(uintptr_t)reply->body.p, MHD_RESPMEM_MUST_COPY);
}

/* The next bytes of a body: kept below /_tessera/, else passed over. */
static void
take_body(struct call *call, struct tsr_span bytes)
{
	struct tsr_preview_request *request = &call->request;

	if (call->body == NULL &&
	    tsr_endpoint_is(
		tsr_span_of(call->target, strlen(call->target)))) {
		call->body = malloc(TSR_BODY_KEPT);
		request->body = tsr_span_of(call->body, 0);
	}
	if (call->body == NULL || request->body_long)
		return;
	if (bytes.n > TSR_BODY_KEPT - request->body.n) {
		request->body_long = true;
		request->body.n = 0;
		return;
	}
	memcpy(call->body + request->body.n, bytes.p, bytes.n);
	request->body.n += bytes.n;
}

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_size, void **state)
{
	struct tsr_preview_http *http = ctx;
	struct call *call = *state;
	struct MHD_Response *response;
	struct tsr_preview_reply reply;
	enum MHD_Result result;
	size_t i;

	(void)url;
	(void)version;
	if (call == NULL || call->target == NULL)
		return MHD_NO;
	/* First there is the header alone, then the body in pieces. */
	if (!call->begun || *upload_size > 0) {
		call->begun = true;
		if (*upload_size > 0)
			take_body(call, tsr_span_of(upload, *upload_size));
		*upload_size = 0;
		return MHD_YES;
	}
	read_request(call, connection, method);
	call->request.keys = &http->preview->keys;
	call->request.state = http->preview->state;
	tsr_preview_answer(&reply, http->preview, &http->host, &call->request);
	response = reply.stream ? stream_response(http->preview)
				: body_response(&reply);
	if (response != NULL)
		for (i = 0; i < reply.field_count; i++)
			MHD_add_response_header(response,
			    reply.fields[i].name, reply.fields[i].value);
	result = response == NULL
	    ? MHD_NO
	    : MHD_queue_response(connection, reply.status, response);
	if (response != NULL)
		MHD_destroy_response(response);
	tsr_arena_free(&reply.arena);
	return result;
}

bool
tsr_preview_http_start(struct tsr_preview_http *http, int fd)
{
	http->daemon = MHD_start_daemon(
	    MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
		MHD_USE_POLL,
	    0, NULL, NULL, handle, http,
	    MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd,
	    MHD_OPTION_URI_LOG_CALLBACK, begin, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, end, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_END);
	return http->daemon != NULL;
}

void
tsr_preview_http_stop(struct tsr_preview_http *http)
{
	if (http->daemon != NULL)
		MHD_stop_daemon(http->daemon);
	http->daemon = NULL;
}
