/*
 * rules - attributes, segments and chains become one decision table.
 *
 * Attributes and segments are declared once; each chain (a slot's variants in
 * order, each with its condition) is compiled to a decision: a diagram over
 * shared predicates whose outcome says which variant is shown. Equal chains are
 * one decision. Decision 0 is the constant: one outcome, always the default.
 *
 * One thread adds; afterwards any number may ask.
 */
#ifndef TSR_BUILD_RULES_H
#define TSR_BUILD_RULES_H

#include "build/read/json.h"
#include "core/format.h"

struct tsr_rules;

struct tsr_rules *tsr_rules_new(struct tsr_arena *arena, struct tsr_diag *diag);

/*
 * Declare what variants/attributes.json and variants/segments.json hold (both
 * already valid against their schemas; either may be NULL). Mistakes beyond
 * the schema (a source that does not fit the type or tier, unknown segment, a
 * cycle of segments, unknown attribute, ...) go to the diag.
 */
void tsr_rules_declare(struct tsr_rules *rules, const struct tsr_json *attributes,
    const struct tsr_json *segments);

/*
 * What attributes need of tessera.json (valid against its schema; NULL: none):
 * the locales, the time zone, the proxies. Borrowed. Before declare.
 */
void tsr_rules_site(struct tsr_rules *rules, const struct tsr_json *config);

/*
 * Turn the author's lint off: types may be mixed as the reference mixes them.
 * For tools that answer as the reference does, and tests. Before declare.
 */
void tsr_rules_relax(struct tsr_rules *rules);

/*
 * The saved groups that $inGroup, $notInGroup and $savedGroup name, as the
 * reference has them: an object from ids to lists, or to {"type": "list"} or
 * {"type": "condition"}. Borrowed. Before declare.
 */
void tsr_rules_groups(struct tsr_rules *rules, const struct tsr_json *groups);

/*
 * The experiments and holdouts (variants/experiments.json, valid against its
 * schema; may be NULL): each is an attribute, experiment.ID or holdout.ID.
 * Borrowed. Before declare.
 */
void tsr_rules_experiments(
    struct tsr_rules *rules, const struct tsr_json *experiments);

/*
 * variants/scores.json (valid against its schema; NULL: none, so that there is
 * the score "intent" as soon as an attribute asks for it). Borrowed. Before
 * declare.
 */
void tsr_rules_scores(struct tsr_rules *rules, const struct tsr_json *file);

/*
 * The vectors of all scores as src/browser/score.js takes them, and the scores:
 * [name, first vector, end, [[tier, from], ..]].
 */
void tsr_rules_vectors_tell(struct tsr_buf *out, const struct tsr_rules *rules);
void tsr_rules_scores_tell(struct tsr_buf *out, const struct tsr_rules *rules);

/* Vectors of all scores. */
uint32_t tsr_rules_vector_count(const struct tsr_rules *rules);

/*
 * "state" of tessera.json, or NULL: for how long visitors are remembered, and
 * the counters' names. Borrowed. Before declare.
 */
void tsr_rules_state(struct tsr_rules *rules, const struct tsr_json *state);

/* For how many days; 0: nothing reads the state. The names, or NULL. */
uint32_t tsr_rules_state_days(const struct tsr_rules *rules);
const struct tsr_json *tsr_rules_counters(const struct tsr_rules *rules);

/*
 * What is known of the page whose chains follow: tests of attributes from page,
 * locale, path and facts are folded away. facts: objects that a fact is looked
 * for in, one after the other; NULL: none. words: the page's own, for facts
 * that begin with "page."
 */
struct tsr_rules_known {
	struct tsr_span page, locale, path; /* p NULL: not known */
	const struct tsr_json *facts[2], *words;
};

/* known NULL: nothing is. What it points to lives as long as the rules. */
void tsr_rules_page(
    struct tsr_rules *rules, const struct tsr_rules_known *known);

/* The same by attribute, as the interpreter takes it. */
struct tsr_json tsr_rules_known_object(struct tsr_rules *rules);

/*
 * The ids in a fragment set, by number. Only tsr_rules_interpret asks for them;
 * borrowed.
 */
void tsr_rules_fragments(struct tsr_rules *rules, uint32_t set,
    const struct tsr_span *ids, size_t count);

/*
 * A moment as an author writes it: without an offset it is a time of the
 * site's zone (UTC without one), which is warned of where clocks are set
 * forward past it or back over it. False: it is none.
 */
bool tsr_rules_moment(int64_t *out, struct tsr_rules *rules,
    const struct tsr_json *text);

/* One variant of a chain. */
struct tsr_rule {
	const struct tsr_json *audience; /* condition or segment's name; NULL:
					    everyone */
	int64_t starts, ends; /* ms since 1970; INT64_MIN and MAX: always */
	uint32_t fragment_set; /* + 1: only when key_attribute is in the set */
	uint32_t key_attribute;
	struct tsr_span name;  /* for messages */
	struct tsr_where where;
	uint32_t outcome; /* 1 + the outcome it leads to; 0: its own number */
	bool trigger;	  /* it is no variant of a slot, for messages */
};

/* A chain as it is written. */
struct tsr_rule_list {
	const struct tsr_rule *list;
	size_t count;
};

/*
 * Does a chain ask what is known of its page? Then it is compiled for each page
 * of its own.
 */
bool tsr_rules_asks_page(
    struct tsr_rules *rules, const struct tsr_rule *list, size_t count);

/*
 * Compile a chain of count rules and the default after them. *decision has
 * count + 1 outcomes: i for rule i, count for the default. Rules that can never
 * be chosen are reported (warning R010 with both places). False after an error
 * in a condition; *decision is then 0.
 */
bool tsr_rules_chain(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, size_t count);

/*
 * The same where rules say which outcome they lead to: of `outcomes`, the last
 * of which is the default's.
 */
bool tsr_rules_chain_to(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, size_t count, size_t outcomes);

/* The latest tier that a condition asks; as it is written, for any page. */
enum tsr_tier tsr_rules_asks(
    struct tsr_rules *rules, const struct tsr_json *audience);

/*
 * Conditions for chains: those in an arm (the where: of who says so), and those
 * whom a holdout that applies everywhere holds out, or NULL. False after a
 * mistake: there is no such experiment or arm.
 */
bool tsr_rules_arm(struct tsr_json *out, struct tsr_rules *rules,
    const struct tsr_json *experiment, const struct tsr_json *arm,
    struct tsr_span arm_name);
const struct tsr_json *tsr_rules_held_out(struct tsr_rules *rules);

/*
 * Once all conditions were read: report arms of running experiments that no
 * variant shows and no condition asks. The first arm may be what there is
 * already.
 */
void tsr_rules_check_arms(struct tsr_rules *rules);

/* An arm that nobody can be in: the experiment is a draft, or stopped. */
bool tsr_rules_arm_open(
    const struct tsr_rules *rules, struct tsr_span experiment,
    struct tsr_span arm);

/*
 * The joint decision of several: its outcome o stands for the tuple
 * tuples[o * count ...] of their outcomes. Only combinations that can happen are
 * counted. False, when there would be more than max. tuples are in the arena.
 */
bool tsr_rules_product(uint32_t *decision, uint32_t **tuples, uint32_t *outcomes,
    struct tsr_rules *rules, const uint32_t *decisions, size_t count,
    size_t max, struct tsr_arena *arena);

uint32_t tsr_rules_decision_count(const struct tsr_rules *rules);

/*
 * What a chain leaves to the browser. The decision shows the first variant that
 * holds whatever the browser's attributes are; a rule above it that may still
 * hold has a residue: a condition over the browser's attributes alone. So the
 * first rule that holds is the first one above the outcome whose residue is in
 * force and holds, and the outcome where there is none.
 */
struct tsr_rules_residue {
	uint32_t rule;		   /* its place in the chain */
	uint32_t outcome;	   /* the variant it shows */
	uint32_t decision;	   /* outcome 0: it is in force, 1: it is not;
				      TSR_RESIDUE_ALWAYS: it always is */
	struct tsr_json condition; /* without names of segments */
	struct tsr_json form;	   /* the same: browser_form.h */
};
#define TSR_RESIDUE_ALWAYS UINT32_MAX

/*
 * For whom a bit, or the chain of a trigger, comes to outcome 0: a condition
 * over what the server knows, for people. False: it is too large. And a
 * condition with the names that the author gave to scores.
 */
bool tsr_rules_said(
    struct tsr_json *out, struct tsr_rules *rules, uint32_t decision);
struct tsr_json tsr_rules_as_written(
    struct tsr_rules *rules, const struct tsr_json *condition);

/* By falling priority; none for most chains. */
size_t tsr_rules_residues(const struct tsr_rules_residue **out,
    const struct tsr_rules *rules, uint32_t decision);

/* Mark the outcomes that a visitor can get from the server. */
void tsr_rules_can(bool *can, const struct tsr_rules *rules, uint32_t decision);

uint32_t tsr_rules_outcomes(const struct tsr_rules *rules, uint32_t decision);

/*
 * The latest tier a decision reads; TSR_TIER_BUILD for the constant. startsAt
 * and endsAt are of the segment tier: a page may be shared until the next
 * boundary. An attribute of the segment tier is of the request tier where it is
 * compared in a way that no web server can (order of texts, most expressions).
 */
enum tsr_tier tsr_rules_tier(const struct tsr_rules *rules, uint32_t decision);

/* True when it reads an attribute with a purpose. */
bool tsr_rules_purposed(const struct tsr_rules *rules, uint32_t decision);

/* The moments (ms, sorted) at which the outcome may change by time alone. */
size_t tsr_rules_boundaries(const int64_t **out, const struct tsr_rules *rules,
    uint32_t decision, struct tsr_arena *arena);

/*
 * Mark the attributes a decision reads in used[attribute number]. The caller
 * builds Vary from their sources.
 */
void tsr_rules_reads(bool *used, const struct tsr_rules *rules, uint32_t decision);

struct tsr_rules_attribute {
	struct tsr_span name;
	struct tsr_span key; /* as written: CF-IPCountry, cart, utm_campaign;
				of a language the tags: de,en */
	enum tsr_attribute_type type;
	enum tsr_attribute_source source;
	enum tsr_purpose purpose;
	enum tsr_tier tier;
	uint32_t number; /* of its experiment or holdout */
	bool proxy; /* it counts only from a believed proxy */
	bool has_text;
	uint32_t text_max;	  /* characters; 0: not for {{>text:}} */
	struct tsr_span fallback;
	const struct tsr_json *declared; /* the member of attributes.json, or
					    experiments.json; or NULL */
	struct tsr_where where;
};

size_t tsr_rules_attribute_count(const struct tsr_rules *rules);
const struct tsr_rules_attribute *tsr_rules_attribute_at(
    const struct tsr_rules *rules, uint32_t i);
/* The values that are expected of an attribute, or its arms; or NULL. */
const struct tsr_json *tsr_rules_values(
    const struct tsr_rules *rules, uint32_t attribute);
/* The least and the greatest number that it can be; false: any may come. */
bool tsr_rules_range(double *low, double *high, const struct tsr_rules *rules,
    uint32_t attribute);
/* Its name as the author wrote it: a trigger's score has one of its own. */
struct tsr_span tsr_rules_written(
    const struct tsr_rules *rules, uint32_t attribute);
/* Number of an attribute, or UINT32_MAX. */
uint32_t tsr_rules_attribute_find(
    const struct tsr_rules *rules, struct tsr_span name);

/*
 * What people call something, in the language of a locale, or in the site's
 * default one, or in any; title: "title" as it was declared, or NULL.
 */
struct tsr_span tsr_rules_title(const struct tsr_rules *rules,
    const struct tsr_json *title, struct tsr_span locale);

/* What it takes to come to one outcome of a decision. */
struct tsr_rules_cost {
	bool reached;  /* it can be come to */
	uint32_t most; /* predicates asked */
	double mean;   /* the same, were yes and no equally likely */
};

/* out: one an outcome. */
void tsr_rules_cost(struct tsr_rules_cost *out, const struct tsr_rules *rules,
    uint32_t decision);

/* Text references into STRS: the caller keeps the strings. */
struct tsr_strings {
	void *ctx;
	/* Offset of s in STRS; equal strings have one offset. */
	uint32_t (*add)(void *ctx, struct tsr_span s);
};

/*
 * Write the sections ATTR PRED VALU NODE DECN AUTO SKEY ZONE PRXY, those of
 * experiments and scores, and what
 * of META belongs to them; sections[s] is a
 * buffer for each enum tsr_section (others untouched).
 */
void tsr_rules_write(struct tsr_buf *sections, const struct tsr_rules *rules,
    const struct tsr_strings *strings);

/*
 * A condition over one JSON object (a catalogue's record), answered at build by
 * an interpreter of its own: the second opinion of the tests, too. Unknown
 * operators and segments are errors in the diag.
 */
bool tsr_condition_check(struct tsr_diag *diag, const struct tsr_json *condition);
bool tsr_condition_holds(
    const struct tsr_json *condition, const struct tsr_json *object);

/*
 * Interpret a chain or product without its compiled form: the outcome for a
 * visitor given as an object of attribute values ("cart.value" is a member's
 * name; time is a member, too). What was known of the page when the chain was
 * compiled is taken from there. Consent is the caller's: values without it are
 * left out. now is for startsAt and endsAt. The browser's attributes are not
 * known: what visitor says of them does not count. Arms and holdouts that
 * visitor does not give are worked out from what it has.
 */
uint32_t tsr_rules_interpret(const struct tsr_rules *rules, uint32_t decision,
    const struct tsr_json *visitor, int64_t now);

/*
 * The same once the browser's attributes are known, too: those that visitor
 * lacks are missing. For chains.
 */
uint32_t tsr_rules_settle(const struct tsr_rules *rules, uint32_t decision,
    const struct tsr_json *visitor, int64_t now);

/*
 * The maps of the segment key for nginx (http block) and Varnish (VCL sub), so
 * that a shared cache keys public pages exactly as core/decide.h does.
 */
void tsr_rules_nginx(struct tsr_buf *out, const struct tsr_rules *rules);
void tsr_rules_varnish(struct tsr_buf *out, const struct tsr_rules *rules);

#endif
