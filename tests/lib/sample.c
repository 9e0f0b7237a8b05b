/*
 * sample - a small release with one of everything, in memory.
 */
#include "lib/sample.h"

#include <stdlib.h>

#include "base/file.h"

static const char attributes[] =
    "{\"country\": {\"type\": \"string\", \"source\": \"header:X-Country\","
    "               \"tier\": \"segment\"},"
    " \"plan\": {\"type\": \"string\", \"source\": \"cookie:plan\","
    "            \"purpose\": \"functional\"},"
    " \"visits\": {\"type\": \"number\", \"source\": \"cookie:visits\"},"
    " \"q\": {\"type\": \"string\", \"source\": \"query:q\"},"
    " \"name\": {\"type\": \"string\", \"source\": \"query:name\","
    "            \"text\": {\"maxLength\": 12, \"fallback\": \"you\"}},"
    " \"now\": {\"type\": \"number\", \"source\": \"time\"},"
    " \"intent\": {\"type\": \"number\", \"source\": \"score:intent\","
    "              \"purpose\": \"personalization\"},"
    " \"hour\": {\"type\": \"number\", \"source\": \"time:hour\"},"
    " \"address\": {\"type\": \"string\", \"source\": \"address\"}}";

static const char config[] =
    "{\"timeZone\": \"Europe/Berlin\", \"proxies\": [\"127.0.0.0/8\", \"unix\"]}";

static const char experiments[] =
    "{\"holdouts\": {\"all\": {\"hashAttribute\": \"q\"}},"
    " \"experiments\": {\"first\": {\"hashAttribute\": \"q\","
    "     \"arms\": [\"a\", \"b\"], \"sticky\": true, \"version\": 2},"
    "   \"second\": {\"hashAttribute\": \"q\", \"arms\": [\"c\", \"d\", \"e\"],"
    "     \"audience\": {\"experiment.first\": \"a\"},"
    "     \"namespace\": {\"id\": \"n\", \"range\": [0, 0.5]},"
    "     \"filters\": [{\"seed\": \"f\", \"ranges\": [[0, 0.2], [0.5, 1]]}]}}}";

/* Conditions with operands of every kind, an automaton, and a moment. */
static const char *const conditions[] = {
    "{\"country\": {\"$in\": [\"v0\", \"AT\"]}}",
    "{\"q\": {\"$regex\": \"^(a|b)+c$\"}}",
    "{\"visits\": {\"$gt\": 3}, \"plan\": {\"$exists\": true},"
    " \"experiment.second\": {\"$ne\": \"d\"}, \"hour\": {\"$gte\": 0},"
    " \"address\": {\"$ne\": \"x\"}}",
};

static uint32_t
add_chain(struct tsr_small *s)
{
	struct tsr_rule rules[TSR_COUNT_OF(conditions)];
	uint32_t decision;
	size_t i;

	memset(rules, 0, sizeof(rules));
	for (i = 0; i < TSR_COUNT_OF(conditions); i++) {
		rules[i].audience = tsr_small_json(s, conditions[i]);
		rules[i].starts = INT64_MIN;
		rules[i].ends = i == 0 ? TSR_SMALL_NOW + 5000 : INT64_MAX;
		rules[i].name = TSR_LIT("rule");
	}
	if (!tsr_rules_chain(&decision, s->rules, rules, i))
		abort();
	return decision;
}

static void
add_page(struct tsr_small *s)
{
	uint32_t plain = tsr_small_chain(s, "country", 1);
	uint32_t chain = add_chain(s), i;
	struct tsr_choice *inner, *outer, *edition;
	struct tsr_item items[12];

	inner = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 2);
	outer = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 4);
	edition = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 2);
	items[0] = tsr_small_text("<i>one</i>");
	inner[0] = tsr_small_choice(s, "one", items, 1);
	inner[1] = tsr_small_choice(s, "none", NULL, 0);
	for (i = 0; i < 4; i++) {
		items[0] = tsr_small_text(i < 2 ? "<p>words</p>" : "<hr>");
		items[1] = tsr_small_slot("inner", plain, inner, 2);
		items[2] = tsr_small_text("no tag at the end");
		if (i == 3) /* no tag: a barrier */
			items[0] = tsr_small_text("words");
		outer[i] = tsr_small_choice(
		    s, "outer", items, i == 1 ? 3 : i == 3 ? 1 : 2);
	}
	items[0] = tsr_small_text("<!doctype html><title>x</title><p>");
	items[1] = tsr_small_field(tsr_small_attribute(s, "name"),
	    TSR_ESCAPE_TEXT, "you", 12);
	items[2] = tsr_small_text("</p>");
	items[3] = tsr_small_slot("outer", chain, outer, 4);
	items[4] = tsr_small_text("<hr>");
	items[5] = tsr_small_fragment(tsr_small_attribute(s, "q"), 0);
	items[6] = tsr_small_text("<i title=\"");
	items[7] = tsr_small_field(tsr_small_attribute(s, "name"),
	    TSR_ESCAPE_ATTRIBUTE, "you", 12);
	items[8] = tsr_small_text("\">end</i>");
	edition[0] = tsr_small_choice(s, "whole", items, 1);
	edition[1] = tsr_small_choice(s, "default", items, 9);
	if (!tsr_small_page(s, "/", edition, 2, plain) ||
	    !tsr_small_page(s, "/a/b", edition, 2, plain))
		abort();
	items[0] = tsr_small_slot("inner", plain, inner, 2);
	edition = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 1);
	edition[0] = tsr_small_choice(s, "public", items, 1);
	if (!tsr_small_page(s, "/public", edition, 1, 0))
		abort();
}

void
tsr_sample_init(struct tsr_sample *sample)
{
	static const char *const ids[] = {"abc", "bc", "c"};
	static const char *const html[] = {"<p>abc</p>", "", "<p>c</p>"};
	struct tsr_small *s = &sample->small;

	tsr_small_init_site(s, attributes, config, experiments);
	tsr_small_set(s, ids, html, 3);
	add_page(s);
	s->redirects[0].from = TSR_LIT("/old");
	s->redirects[0].to = TSR_LIT("/a/b");
	s->redirect_count = 1;
	tsr_small_open(s);
	/* What is mapped stays; nothing is left behind however we end. */
	if (tsr_file_remove_all(s->folder) != TSR_OK)
		abort();
	sample->release = s->release;
	sample->release.store.packs = s->release.packs;
	sample->table = s->release.store.table;
	sample->index = s->release.index;
}

void
tsr_sample_request(struct tsr_small *s, const struct tsr_store *store,
    const struct tsr_request *request)
{
	uint8_t room[4096];
	size_t n, all = 0;

	tsr_answer_make(&s->answer, s->pieces, store, request, NULL);
	if (s->answer.no_body)
		return;
	tsr_body_start(&s->body_reader, &s->answer);
	while ((n = tsr_body_read(room, sizeof(room), &s->body_reader)) > 0)
		all += n;
	/* As many bytes as the head says, unless decoding failed. */
	if (!s->body_reader.failed && all != s->answer.length &&
	    store->table.bytes.p == s->release.store.table.bytes.p)
		abort();
}

void
tsr_sample_answer(struct tsr_sample *sample, const struct tsr_store *store)
{
	static const char *const targets[] = {
	    "/?name=Ada%3C&q=abc", "/a/b?q=c", "/A/./b/", "/old?x", "/public",
	    "/nothing"};
	struct tsr_param params[] = {
	    {TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET")},
	    {TSR_LIT("REQUEST_URI"), {NULL, 0}},
	    {TSR_LIT("QUERY_STRING"), {NULL, 0}},
	    {TSR_LIT("HTTP_COOKIE"),
		TSR_LIT("visits=7; plan=gold; consent=functional")},
	    {TSR_LIT("HTTP_X_COUNTRY"), TSR_LIT("DE")},
	    {TSR_LIT("REMOTE_ADDR"), TSR_LIT("127.0.0.1")},
	    {TSR_LIT("HTTP_X_FORWARDED_FOR"), TSR_LIT("192.0.2.1")},
	    {TSR_LIT("TESSERA_SEGMENT"), TSR_LIT("0")},
	    {TSR_LIT("HTTP_ACCEPT_ENCODING"), TSR_LIT("gzip")},
	};
	struct tsr_request request = {
	    .params = params, .now = TSR_SMALL_NOW};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(targets); i++) {
		params[1].value = tsr_span_of(targets[i], strlen(targets[i]));
		params[2].value = tsr_span_from(params[1].value,
		    tsr_span_find(params[1].value, '?', 0) + 1);
		params[4].value = i == 0 ? TSR_LIT("v0") : TSR_LIT("DE");
		/* Every second one as it is: the decoder sees the units. */
		request.count = TSR_COUNT_OF(params) - i % 2;
		tsr_sample_request(&sample->small, store, &request);
	}
}

void
tsr_sample_free(struct tsr_sample *sample)
{
	tsr_small_free(&sample->small);
}
