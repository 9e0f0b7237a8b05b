/*
 * Arbitrary templates, compiled and rendered in both modes. The input is a
 * template and, behind a zero byte, a partial "p" that is a component too.
 */
#include "build/template/template.h"

static const char data[] =
    "{\"a\":\"<'x\\\"&\",\"n\":1.5,\"b\":true,\"o\":{\"a\":\"javascript:\",\"p\":\"p\"},"
    "\"l\":[{\"a\":1,\"l\":[]},\"s\",[1,2]],\"p\":\"p\",\"d\":\"2026-03-01\"}";

static void
run(struct tsr_span one, struct tsr_span two, enum tsr_template_mode mode)
{
	struct tsr_template_shape shape = {NULL, NULL};
	struct tsr_render render = {0};
	const struct tsr_template *t;
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_templates *all;
	struct tsr_diag diag;
	struct tsr_json json;
	struct tsr_buf out;
	uint32_t src;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	tsr_buf_init(&out, 1 << 16);
	all = tsr_templates_new(&arena, &sources, mode);
	src = tsr_sources_add(&sources, "p", two);
	tsr_templates_add(all, TSR_LIT("p"), src, shape);
	tsr_templates_add(all, TSR_LIT("components/p"), src, shape);
	src = tsr_sources_add(&sources, "t", one);
	tsr_templates_add(all, TSR_LIT("t"), src, shape);
	src = tsr_sources_add(&sources, "d", TSR_LIT(data));
	tsr_json_read(&json, &arena, &diag, &sources, src);
	render.data = &json;
	t = tsr_template_compile(all, TSR_LIT("t"), &diag);
	if (t != NULL)
		tsr_template_render(&out, t, &render, &diag);
	tsr_buf_free(&out);
	tsr_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct tsr_span all = tsr_span_of(bytes, n);
	size_t cut = tsr_span_find(all, 0, 0);

	run(tsr_span_part(all, 0, cut), tsr_span_from(all, cut + 1),
	    TSR_TEMPLATE_SPEC);
	run(tsr_span_part(all, 0, cut), tsr_span_from(all, cut + 1),
	    TSR_TEMPLATE_SITE);
	return 0;
}
