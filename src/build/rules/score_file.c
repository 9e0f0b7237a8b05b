/*
 * score_file - variants/scores.json is read, checked and written to the index.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/score.h"
#include "core/score.h"

struct score {
	struct tsr_span name;
	struct tsr_where where;
	struct tsr_json json; /* with vectors and tiers */
	bool own;	      /* its vectors are the file's */
	struct tsr_json tiers; /* their names */
};

struct tsr_scores {
	struct score list[TSR_VECTORS_MAX];
	uint32_t count;
	uint32_t vectors;
};

/* Points in 1/256, rounded. */
static int32_t
fixed(const struct tsr_json *v)
{
	double d = v != NULL ? tsr_json_number(v) * 256 : 0;

	return (int32_t)(d < 0 ? d - 0.5 : d + 0.5);
}

static uint32_t
whole(const struct tsr_json *v)
{
	return v != NULL ? (uint32_t)tsr_json_number(v) : 0;
}

/* ---- checks ---- */

/* Where a vector stands; those of the default stand nowhere. */
static struct tsr_where
place(const struct score *s, const struct tsr_member *vector)
{
	return s->own ? tsr_json_name_where(vector) : s->where;
}

/* The name under which the state keeps a vector. */
static uint16_t
kept_name(const struct score *s, const struct tsr_member *vector,
    struct tsr_arena *arena)
{
	const char *text = tsr_arena_printf(
	    arena, "%.*s.%.*s", TSR_ARG(s->name), TSR_ARG(vector->name));

	return tsr_score_name(tsr_span_of(text, strlen(text)));
}

/* Vectors are kept by a number made of their name: no two may share one. */
static void
check_names(struct tsr_rules *rules, const struct score *s,
    const struct tsr_member *m)
{
	uint16_t name = kept_name(s, m, rules->arena);
	const struct tsr_json *vectors;
	uint32_t i, k;

	for (i = 0; i < rules->scores->count; i++) {
		vectors = tsr_json_get(&rules->scores->list[i].json, "vectors");
		for (k = 0; k < vectors->count; k++) {
			if (&vectors->u.members[k] == m)
				return;
			if (kept_name(&rules->scores->list[i],
				&vectors->u.members[k], rules->arena) != name)
				continue;
			tsr_diag_add(rules->diag, TSR_ERROR, "I004",
			    place(s, m),
			    "vectors \"%.*s\" and \"%.*s\" cannot be told "
			    "apart in the cookie: rename one",
			    TSR_ARG(vectors->u.members[k].name),
			    TSR_ARG(m->name));
		}
	}
}

static void
check_vectors(struct tsr_rules *rules, const struct score *s)
{
	const struct tsr_json *vectors = tsr_json_get(&s->json, "vectors");
	uint32_t i, sum = 0;

	for (i = 0; i < vectors->count; i++) {
		sum += whole(
		    tsr_json_get(&vectors->u.members[i].value, "weight"));
		check_names(rules, s, &vectors->u.members[i]);
		if (rules->scores->vectors++ == TSR_VECTORS_MAX)
			tsr_diag_add(rules->diag, TSR_ERROR, "I003",
			    place(s, &vectors->u.members[i]),
			    "all scores together have at most %d vectors: the "
			    "visitor's cookie has no place for more",
			    TSR_VECTORS_MAX);
	}
	if (sum != 100)
		tsr_diag_add(rules->diag, TSR_ERROR, "I001",
		    tsr_json_where(vectors),
		    "the weights of \"%.*s\" add up to %u, not 100",
		    TSR_ARG(s->name), sum);
}

static void
check_tiers(struct tsr_rules *rules, struct score *s)
{
	const struct tsr_json *tiers = tsr_json_get(&s->json, "tiers");
	struct tsr_json *names;
	uint32_t i, from, last = 0;

	names = TSR_NEW_ARRAY(rules->arena, struct tsr_json, tiers->count);
	for (i = 0; i < tiers->count; i++) {
		from = whole(&tiers->u.members[i].value);
		names[i] = tsr_json_string(tiers->u.members[i].name);
		if (i == 0 ? from != 0 : from <= last)
			tsr_diag_add(rules->diag, TSR_ERROR, "I002",
			    tsr_json_where(&tiers->u.members[i].value),
			    i == 0 ? "the first tier begins at 0"
				   : "tiers stand in ascending order");
		last = from;
	}
	s->tiers = (struct tsr_json){
	    .type = TSR_JSON_ARRAY, .count = tiers->count, .u.items = names};
}

/* ---- the file ---- */

static struct tsr_json
read_default(struct tsr_rules *rules)
{
	struct tsr_sources *sources =
	    TSR_NEW(rules->arena, struct tsr_sources);
	struct tsr_json out = {.type = TSR_JSON_OBJECT};
	struct tsr_diag diag;

	tsr_sources_init(sources, rules->arena);
	tsr_diag_init(&diag, rules->arena);
	(void)tsr_json_read(&out, rules->arena, &diag, sources,
	    tsr_sources_add(sources, "intent", tsr_score_default()));
	return out;
}

static void
add_score(struct tsr_rules *rules, struct tsr_span name,
    struct tsr_where where, const struct tsr_json *said)
{
	static const char *const names[2] = {"tiers", "vectors"};
	struct score *s;
	struct tsr_member *list;
	const struct tsr_json *v;
	size_t i;

	if (rules->scores->count == TSR_VECTORS_MAX)
		return; /* it has a vector too many, too */
	s = &rules->scores->list[rules->scores->count++];
	s->name = name;
	s->where = where;
	s->json = read_default(rules);
	s->own = tsr_json_get(said, "vectors") != NULL;
	/* Each is taken from the file as a whole, or not. */
	list = TSR_NEW_ARRAY(rules->arena, struct tsr_member, 2);
	for (i = 0; i < 2; i++) {
		v = tsr_json_get(said, names[i]);
		list[i] = s->json.u.members[i];
		if (v != NULL)
			list[i].value = *v;
	}
	s->json.u.members = list;
	check_vectors(rules, s);
	check_tiers(rules, s);
}

void
tsr_rules_scores(struct tsr_rules *rules, const struct tsr_json *file)
{
	const struct tsr_member *m;
	uint32_t i;

	rules->scores = TSR_NEW(rules->arena, struct tsr_scores);
	for (i = 0; file != NULL && i < file->count; i++) {
		m = &file->u.members[i];
		if (tsr_span_eq(m->name, TSR_LIT("$schema")))
			continue;
		add_score(rules, m->name, tsr_json_name_where(m), &m->value);
	}
	rules->score_file = file;
}

/* ---- attributes ---- */

static uint32_t
find(const struct tsr_rules *rules, struct tsr_span name)
{
	uint32_t i;

	for (i = 0; rules->scores != NULL && i < rules->scores->count; i++)
		if (tsr_span_eq(rules->scores->list[i].name, name))
			return i;
	return UINT32_MAX;
}

static void
unknown(struct tsr_rules *rules, const struct tsr_rules_attribute *a,
    struct tsr_span name)
{
	struct tsr_span names[TSR_VECTORS_MAX], near;
	uint32_t i;

	for (i = 0; i < rules->scores->count; i++)
		names[i] = rules->scores->list[i].name;
	tsr_diag_add(rules->diag, TSR_ERROR, "I005",
	    tsr_json_where(tsr_json_get(a->declared, "source")),
	    "there is no score \"%.*s\"", TSR_ARG(name));
	near = tsr_nearest(name, names, i);
	if (near.n > 0)
		tsr_diag_hint(
		    rules->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	else
		tsr_diag_hint(rules->diag, rules->score_file != NULL
			? "score:NAME or score:NAME.tier, with a NAME of "
			  "variants/scores.json"
			: "without variants/scores.json there is one, intent: "
			  "score:intent or score:intent.tier");
}

bool
tsr_scores_check(struct tsr_rules *rules, struct tsr_rules_attribute *a)
{
	size_t dot = tsr_span_find(a->key, '.', 0);
	struct tsr_span name = tsr_span_part(a->key, 0, dot);
	bool tier = dot < a->key.n;
	uint32_t score;

	if (rules->scores == NULL)
		tsr_rules_scores(rules, NULL);
	if (rules->score_file == NULL && rules->scores->count == 0 &&
	    tsr_span_eq(name, TSR_LIT("intent")))
		add_score(rules, name, a->where, NULL);
	score = find(rules, name);
	if (score == UINT32_MAX ||
	    (tier && !tsr_span_eq(tsr_span_from(a->key, dot),
			 TSR_LIT(".tier")))) {
		unknown(rules, a, a->key);
		return false;
	}
	a->number = score * 2 + tier;
	if (a->type == (tier ? TSR_TYPE_STRING : TSR_TYPE_NUMBER) &&
	    a->purpose == TSR_PURPOSE_PERSONALIZATION)
		return true;
	tsr_diag_add(rules->diag, TSR_ERROR, "I006", a->where,
	    "attribute \"%.*s\": score:%.*s is a %s and needs the purpose "
	    "\"personalization\"",
	    TSR_ARG(a->name), TSR_ARG(a->key), tier ? "string" : "number");
	return false;
}

bool
tsr_scores_values(const struct tsr_json **out, const struct tsr_rules *rules,
    uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];

	if ((a->source != TSR_SOURCE_SCORE &&
		!tsr_span_starts(a->key, TSR_LIT("score:"))) ||
	    a->type != TSR_TYPE_STRING ||
	    rules->scores == NULL || a->number / 2 >= rules->scores->count)
		return false;
	*out = &rules->scores->list[a->number / 2].tiers;
	return true;
}

/* ---- the sections ---- */

struct writer {
	struct tsr_buf *sections;
	const struct tsr_rules *rules;
	const struct tsr_strings *strings;
};

static void
put_text(struct writer *w, enum tsr_section s, struct tsr_span text)
{
	tsr_buf_le32(&w->sections[s], w->strings->add(w->strings->ctx, text));
	tsr_buf_le32(&w->sections[s], (uint32_t)text.n);
}

static uint32_t
count_of(const struct writer *w, enum tsr_section s, size_t size)
{
	return (uint32_t)(w->sections[s].n / size);
}

static void
put_gain(struct writer *w, const struct tsr_json *gain)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_GAIN];
	const struct tsr_json *is = tsr_json_get(gain, "is");
	const struct tsr_json *least = tsr_json_get(gain, "atLeast");
	const struct tsr_json *per = tsr_json_get(gain, "per");
	enum tsr_gain test = TSR_GAIN_ANY;

	if (tsr_json_is(is, TSR_JSON_STRING))
		test = TSR_GAIN_TEXT;
	else if (is != NULL)
		test = tsr_json_true(is) ? TSR_GAIN_TRUE : TSR_GAIN_FALSE;
	else if (least != NULL)
		test = TSR_GAIN_LEAST;
	else if (per != NULL)
		test = TSR_GAIN_PER;
	put_text(w, TSR_SECTION_GAIN,
	    tsr_json_text(tsr_json_get(gain, "event")));
	put_text(w, TSR_SECTION_GAIN,
	    tsr_json_text(tsr_json_get(gain, "field")));
	tsr_buf_le32(out, test);
	tsr_buf_le32(out, (uint32_t)fixed(tsr_json_get(gain, "points")));
	put_text(w, TSR_SECTION_GAIN, tsr_json_text(is));
	tsr_buf_le32(out, whole(least != NULL ? least : per));
	tsr_buf_le32(out, 0);
}

static void
put_vector(struct writer *w, const struct score *s, const struct tsr_member *m)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_VECT];
	const struct tsr_json *gains = tsr_json_get(&m->value, "events");
	uint32_t i;

	put_text(w, TSR_SECTION_VECT, m->name);
	tsr_buf_le32(out, kept_name(s, m, w->rules->arena));
	tsr_buf_le32(out, whole(tsr_json_get(&m->value, "weight")));
	tsr_buf_le32(out, (uint32_t)fixed(tsr_json_get(&m->value, "cap")));
	tsr_buf_le32(out, whole(tsr_json_get(&m->value, "halfLife")));
	tsr_buf_le32(out, count_of(w, TSR_SECTION_GAIN, TSR_GAIN_SIZE));
	tsr_buf_le32(out, gains->count);
	tsr_buf_le64(out, 0);
	for (i = 0; i < gains->count; i++)
		put_gain(w, &gains->u.items[i]);
}

static void
put_score(struct writer *w, const struct score *s)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_SCOR];
	const struct tsr_json *vectors = tsr_json_get(&s->json, "vectors");
	const struct tsr_json *tiers = tsr_json_get(&s->json, "tiers");
	uint32_t i;

	put_text(w, TSR_SECTION_SCOR, s->name);
	tsr_buf_le32(out, count_of(w, TSR_SECTION_VECT, TSR_VECTOR_SIZE));
	tsr_buf_le32(out, vectors->count);
	tsr_buf_le32(out, count_of(w, TSR_SECTION_TIER, TSR_TIER_SIZE));
	tsr_buf_le32(out, tiers->count);
	tsr_buf_le64(out, 0);
	for (i = 0; i < vectors->count; i++)
		put_vector(w, s, &vectors->u.members[i]);
	for (i = 0; i < tiers->count; i++) {
		put_text(w, TSR_SECTION_TIER, tiers->u.members[i].name);
		tsr_buf_le32(&w->sections[TSR_SECTION_TIER],
		    whole(&tiers->u.members[i].value));
		tsr_buf_le32(&w->sections[TSR_SECTION_TIER], 0);
	}
}

void
tsr_scores_write(struct tsr_buf *sections, const struct tsr_rules *rules,
    const struct tsr_strings *strings)
{
	struct writer w = {sections, rules, strings};
	uint32_t i;

	for (i = 0; rules->scores != NULL && i < rules->scores->count; i++)
		put_score(&w, &rules->scores->list[i]);
}

/* ---- what the script is told ---- */

/* What the script tests of a field: src/browser/evaluate.js. */
static void
tell_gain(struct tsr_buf *out, const struct tsr_json *gain)
{
	static const char *const tests[][2] = {
	    {"is", "in"}, {"atLeast", ">="}, {"per", "/"}};
	const struct tsr_json *operand;
	size_t i;

	tsr_buf_byte(out, '[');
	tsr_json_write(out, tsr_json_get(gain, "event"));
	tsr_buf_printf(out, ",%d", (int)fixed(tsr_json_get(gain, "points")));
	for (i = 0; i < TSR_COUNT_OF(tests); i++) {
		operand = tsr_json_get(gain, tests[i][0]);
		if (operand == NULL)
			continue;
		tsr_buf_printf(out, ",\"%s\",%s", tests[i][1],
		    i == 0 ? "[" : "");
		tsr_json_write(out, operand);
		tsr_buf_text(out, i == 0 ? "]," : ",");
		tsr_json_write(out, tsr_json_get(gain, "field"));
		break;
	}
	tsr_buf_byte(out, ']');
}

static void
tell_vector(struct tsr_buf *out, const struct tsr_json *vector)
{
	const struct tsr_json *gains = tsr_json_get(vector, "events");
	uint32_t i;

	tsr_buf_printf(out, "[%u,%d,%u,[",
	    whole(tsr_json_get(vector, "weight")),
	    (int)fixed(tsr_json_get(vector, "cap")),
	    whole(tsr_json_get(vector, "halfLife")));
	for (i = 0; i < gains->count; i++) {
		if (i > 0)
			tsr_buf_byte(out, ',');
		tell_gain(out, &gains->u.items[i]);
	}
	tsr_buf_text(out, "]]");
}

static void
tell_score(struct tsr_buf *out, const struct score *s, uint32_t first)
{
	const struct tsr_json *tiers = tsr_json_get(&s->json, "tiers");
	uint32_t i;

	tsr_buf_printf(out, "[\"score:%.*s\",%u,%u,[", TSR_ARG(s->name), first,
	    first + tsr_json_get(&s->json, "vectors")->count);
	for (i = 0; i < tiers->count; i++) {
		tsr_buf_text(out, i > 0 ? ",[" : "[");
		tsr_buf_json(out, tiers->u.members[i].name);
		tsr_buf_printf(out, ",%u]", whole(&tiers->u.members[i].value));
	}
	tsr_buf_text(out, "]]");
}

void
tsr_rules_vectors_tell(struct tsr_buf *out, const struct tsr_rules *rules)
{
	uint32_t count = rules->scores != NULL ? rules->scores->count : 0;
	const struct tsr_json *vectors;
	uint32_t i, k, n = 0;

	tsr_buf_byte(out, '[');
	for (i = 0; i < count; i++) {
		vectors = tsr_json_get(&rules->scores->list[i].json, "vectors");
		for (k = 0; k < vectors->count; k++) {
			if (n++ > 0)
				tsr_buf_byte(out, ',');
			tell_vector(out, &vectors->u.members[k].value);
		}
	}
	tsr_buf_byte(out, ']');
}

void
tsr_rules_scores_tell(struct tsr_buf *out, const struct tsr_rules *rules)
{
	uint32_t count = rules->scores != NULL ? rules->scores->count : 0;
	uint32_t i, n = 0;

	tsr_buf_byte(out, '[');
	for (i = 0; i < count; i++) {
		if (i > 0)
			tsr_buf_byte(out, ',');
		tell_score(out, &rules->scores->list[i], n);
		n += tsr_json_get(&rules->scores->list[i].json, "vectors")
			 ->count;
	}
	tsr_buf_byte(out, ']');
}

uint32_t
tsr_rules_vector_count(const struct tsr_rules *rules)
{
	return rules->scores != NULL ? rules->scores->vectors : 0;
}
