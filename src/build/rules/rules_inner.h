/*
 * rules_inner - what the files of the rule compiler share.
 *
 *	rules.c		  what was declared is asked
 *	rules_declare.c	  attributes are declared
 *	rules_site.c	  what attributes need of tessera.json
 *	rules_condition.c JSON becomes conditions (struct tsr_cond) over tests
 *	rules_operator.c  one operator on one attribute
 *	rules_test.c	  tests, each once, and conditions of them
 *	rules_group.c	  saved groups
 *	rules_pattern.c	  regular expressions
 *	rules_expression.c what no single predicate can say becomes code, of
 *			  rules_code.c by rules_code_operator.c
 *	rules_segment.c	  segments that are the same
 *	rules_lint.c	  what an author would not have meant
 *	rules_diagram.c	  conditions become nodes
 *	reach.c		  diagrams are walked knowing what is possible
 *	residue.c	  what conditions leave to the browser
 *	residue_json.c	  a diagram as a condition again
 *	browser_form.c	  a condition as the browser takes it
 *	residue_sample.c  what the interpreter takes the browser's values for
 *	rules_range.c	  the values that an attribute can have
 *	score_file.c	  scores of what visitors do
 *	rules_assign.c	  arms and holdouts for the interpreter
 *	rules_chain.c	  chains and products become diagrams
 *	rules_prove.c	  which outcomes can happen
 *	rules_decision.c  diagrams become decisions, and what those ask
 *	rules_cost.c	  how many predicates decisions ask
 *	reason.c	  why a rule holds or does not, for people
 *	rules_write.c	  the sections of the index
 *	segment_map.c	  the segment key for web servers, by segment_pattern.c
 */
#ifndef TSR_BUILD_RULES_INNER_H
#define TSR_BUILD_RULES_INNER_H

#include "build/rules/condition.h"
#include "build/pack/intern.h"
#include "build/regex/regex.h"
#include "build/rules/rules.h"
#include "core/limits.h"
#include "core/netaddr.h"
#include "core/predicate.h"

/* One predicate: equal ones have one number. */
struct tsr_test {
	enum tsr_operator operator;
	enum tsr_tier tier;
	uint32_t attribute;
	struct tsr_json operand;   /* IN: an array in the order of core */
	struct tsr_span automaton; /* REGEX; the operand is the pattern */
	struct tsr_span code;	   /* EXPRESSION; the operand is an array */
	uint32_t number;	   /* FRAGMENT: the set */
	struct tsr_span word;	   /* EXPRESSION: as written; p NULL: bare */
	struct tsr_span path;	   /* EXPRESSION: into JSON; p NULL: none */
	const struct tsr_json *asked; /* EXPRESSION: the operand as written */
	bool missing;		   /* it holds for a missing attribute */
	struct tsr_member written; /* EXPRESSION: the operator and its operand */
};

enum tsr_cond_kind {
	TSR_COND_TRUE,
	TSR_COND_FALSE,
	TSR_COND_TEST,
	TSR_COND_AND,
	TSR_COND_OR,
	TSR_COND_NOT
};

struct tsr_attribute_set {
	uint64_t bits[TSR_ATTRIBUTES_MAX / 64];
};

static inline bool
tsr_attribute_set_has(const struct tsr_attribute_set *set, size_t attribute)
{
	return (set->bits[attribute / 64] >> attribute % 64 & 1) != 0;
}

struct tsr_cond {
	enum tsr_cond_kind kind;
	uint32_t id; /* for memos */
	uint32_t test;
	const struct tsr_cond **items;
	uint32_t count;
	struct tsr_where where;
	bool asked; /* it has a test */
	struct tsr_attribute_set reads;
	/* Attributes without which it cannot fail [0], cannot hold [1]. */
	struct tsr_attribute_set needs[2];
};

struct tsr_segment {
	struct tsr_span name;
	struct tsr_where where;
	const struct tsr_json *audience;
	enum { TSR_SEGMENT_NEW, TSR_SEGMENT_OPEN, TSR_SEGMENT_DONE } state;
	const struct tsr_cond *cond; /* NULL after an error */
};

/*
 * A node of a diagram. A target is as in format.h: an outcome, or a node. The
 * targets of a node were made before it, so their numbers are SMALLER here.
 */
struct tsr_node {
	uint32_t test, yes, no;
	uint32_t height;   /* longest path to an outcome */
	uint32_t outcomes; /* 1 + the largest outcome */
};

struct tsr_decision {
	uint32_t root, outcomes;
	uint32_t *tests; /* those it asks, in the order of their numbers */
	size_t test_count;
	enum tsr_tier tier;
	bool purposed;
	/* A chain: for the interpreter. */
	const struct tsr_rule *list;
	size_t count;
	struct tsr_json known; /* page, locale and path it was folded with */
	/* What is left to the browser, and its values that tell rules apart. */
	const struct tsr_rules_residue *residues;
	size_t residue_count;
	const struct tsr_json *samples;
	size_t sample_count;
	const struct tsr_rules_residue *bit; /* whose decision this is */
	uint32_t of;			     /* the chain that has it */
	/* A product, when it has parts. */
	const uint32_t *parts, *tuples;
	size_t part_count;
};

/* A chain that was seen: the tests of it that a page may answer. */
struct tsr_seen_chain {
	uint32_t *tests;
	size_t count;
};

struct tsr_experiments;
struct tsr_scores;

struct tsr_rules {
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	bool relaxed;
	struct tsr_rules_known known;
	const struct tsr_json *config; /* tessera.json, or NULL */
	struct tsr_span languages; /* of the site, joined by commas */
	struct tsr_span zone;	   /* the section ZONE */
	bool zone_read, clocks;	   /* clocks: some attribute is one */
	struct tsr_netaddr *proxies;
	size_t proxy_count;
	struct tsr_span proxy_words; /* joined by blanks */
	const struct tsr_json *segment_file;
	const struct tsr_json *groups; /* saved groups by id, or NULL */
	const struct tsr_seen_group *seen; /* being read */
	const struct tsr_json *experiment_file;
	struct tsr_experiments *experiments;
	struct tsr_scores *scores;
	const struct tsr_json *score_file; /* NULL: there is none */
	struct tsr_rules_attribute attributes[TSR_ATTRIBUTES_MAX];
	size_t attribute_count;
	uint32_t clock; /* attribute of startsAt and endsAt; UINT32_MAX: none */
	struct tsr_segment *segments;
	size_t segment_count;
	struct tsr_test *tests;
	size_t test_count, test_cap, key_count;
	struct tsr_node *nodes;
	size_t node_count, node_cap;
	struct tsr_decision *decisions;
	size_t decision_count, decision_cap;
	struct tsr_fragment_ids *fragments; /* by number; for interpret */
	size_t fragment_count, fragment_cap;
	uint32_t cond_count;
	uint8_t *linted; /* by condition: bit 0 seen negated, bit 1 as it is */
	size_t linted_count;
	unsigned depth; /* of the condition being read */
	struct tsr_intern test_index, node_index, decision_index;
	struct tsr_intern automata; /* of rules_pattern.c */
	struct tsr_span *automaton_list;
	size_t automaton_count, automaton_cap;
	struct tsr_intern conditions;	    /* text and place -> condition */
	const struct tsr_cond **condition_list;
	size_t condition_count, condition_cap;
	struct tsr_intern chains; /* chain and what is known -> decision */
	struct tsr_intern chains_seen; /* chain -> number below */
	struct tsr_seen_chain *seen_chains;
	size_t seen_chain_count, seen_chain_cap;
	bool sticky; /* some experiment is */
	uint32_t state_days;	       /* 0: not said */
	const struct tsr_json *counters; /* of the visitor state, or NULL */
};

/* A saved group whose condition is being read, and those around it. */
struct tsr_seen_group {
	struct tsr_span id;
	const struct tsr_seen_group *outer;
};

struct tsr_fragment_ids {
	const struct tsr_span *list;
	size_t count;
};

/* rules_declare.c */
void tsr_rules_declare_attributes(
    struct tsr_rules *rules, const struct tsr_json *file);

/* rules_site.c */
void tsr_rules_zone(struct tsr_rules *rules);
/* tsr_rules_moment without a word, once the zone was read. */
bool tsr_rules_moment_of(int64_t *out, const struct tsr_rules *rules,
    const struct tsr_json *text);

/* Report a "title" in a language that the site does not have. */
void tsr_rules_check_title(
    struct tsr_rules *rules, const struct tsr_json *declared);
/* Has tessera.json no "consent"? Then what has a purpose is missing. */
bool tsr_rules_nothing_granted(const struct tsr_rules *rules);
/* Warn of it where an attribute has one; and what there is to do about it. */
void tsr_rules_check_consent(struct tsr_rules *rules);
void tsr_rules_hint_consent(struct tsr_rules *rules);
void tsr_rules_proxies(struct tsr_rules *rules);
/* Warn of a header that nobody is believed about. */
void tsr_rules_check_proxy(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a);
bool tsr_rules_proxy_word(
    const struct tsr_rules *rules, struct tsr_span word);
/* Is it a header that only a proxy of the site can know? */
bool tsr_rules_is_geography(struct tsr_span header);

/* rules.c */
bool tsr_rules_may_miss(const struct tsr_rules *rules, uint32_t attribute);
uint32_t tsr_rules_clock(struct tsr_rules *rules);
/* What is known of an attribute, or false; null: that it is missing. */
bool tsr_rules_known_value(struct tsr_json *out, const struct tsr_rules *rules,
    uint32_t attribute);

/* Conditions inside conditions and segments; the interpreter stops there. */
#define TSR_CONDITION_DEPTH 200

/* rules_condition.c; NULL after an error. */
const struct tsr_cond *tsr_rules_condition(
    struct tsr_rules *rules, const struct tsr_json *condition);
struct tsr_message *tsr_rules_mistake(struct tsr_rules *rules,
    const char *rule, struct tsr_where where, const char *text);

/* rules_operator.c: what a field is asked; NULL after an error. */
struct tsr_atom {
	struct tsr_rules *rules;
	uint32_t attribute;
	enum tsr_attribute_type type;
	struct tsr_span path; /* into a JSON attribute; p NULL: none */
	struct tsr_where where;
};
const struct tsr_cond *tsr_rules_field(
    const struct tsr_atom *atom, const struct tsr_json *v);

/* rules_test.c */
const struct tsr_cond *tsr_cond_test(struct tsr_rules *rules,
    struct tsr_test *test, struct tsr_where where);
const struct tsr_cond *tsr_cond_make(struct tsr_rules *rules,
    enum tsr_cond_kind kind, const struct tsr_cond **items, uint32_t count,
    struct tsr_where where);
/* NULL of NULL. */
const struct tsr_cond *tsr_cond_negate(
    struct tsr_rules *rules, const struct tsr_cond *c);
/* The interpreter's world over the rules' segments and automata. */
struct tsr_condition_world tsr_rules_world(const struct tsr_rules *rules);
/* A test's answer; NULL: missing. Not for FRAGMENT. */
bool tsr_test_holds(const struct tsr_rules *rules, uint32_t test,
    const struct tsr_json *value);

/* rules_pattern.c: a pattern's automaton; empty: none was made. */
struct tsr_span tsr_rules_pattern(
    const struct tsr_rules *rules, struct tsr_span pattern, bool caseless);
/* Make it, or say what is wrong with the pattern. */
bool tsr_rules_pattern_make(struct tsr_span *automaton,
    struct tsr_regex_error *err, struct tsr_rules *rules,
    struct tsr_span pattern, bool caseless);

/* The order of core/predicate.c, for qsort. */
int tsr_rules_operand_cmp(const void *a, const void *b);

/*
 * What a reference to a saved group comes to: false for nobody; a list with
 * the path that is looked up in it; or, with list NULL, a condition.
 */
struct tsr_group {
	struct tsr_span id, path;
	const struct tsr_json *list, *condition;
};
bool tsr_rules_group(struct tsr_group *out, const struct tsr_rules *rules,
    const struct tsr_json *reference);
/* The values that $inGroup looks in: NULL: it is false, and $notInGroup. */
const struct tsr_json *tsr_rules_group_list(
    const struct tsr_rules *rules, const struct tsr_json *id);

/*
 * The values of an IN, in order, as they are written: from TSR_GROUP_LEAST on,
 * texts become one value that is an array of them, and so do whole numbers.
 * Such arrays come last, that of texts before that of numbers.
 */
const struct tsr_json *tsr_rules_packed(uint32_t *count,
    const struct tsr_json *list, uint32_t n, struct tsr_arena *arena);

/* Is there a group with this id at all? */
bool tsr_rules_has_group(
    const struct tsr_rules *rules, const struct tsr_json *id);

/* rules_expression.c: where a test of an attribute begins. */
struct tsr_place {
	uint32_t attribute;
	struct tsr_span path; /* into its JSON; p NULL: the attribute itself */
	struct tsr_where where;
};
/*
 * The test of one operator; name empty: of a bare value. NULL after an error.
 */
const struct tsr_cond *tsr_rules_expression(struct tsr_rules *rules,
    const struct tsr_place *place, const struct tsr_member *member);
/* Is this a field's operator at all? */
bool tsr_rules_is_operator(struct tsr_span name);

/* rules_segment.c: report segments that are the same. */
void tsr_rules_segments(struct tsr_rules *rules);

/* rules_lint.c */
void tsr_rules_lint(struct tsr_rules *rules, const struct tsr_cond *cond);

/* rules_diagram.c */
uint32_t tsr_node_make(
    struct tsr_rules *rules, uint32_t test, uint32_t yes, uint32_t no);
uint32_t tsr_target_height(const struct tsr_rules *rules, uint32_t target);
uint32_t tsr_target_outcomes(const struct tsr_rules *rules, uint32_t target);

struct tsr_draw {
	struct tsr_rules *rules;
	struct tsr_arena arena; /* of memos */
	struct tsr_intern memo;
	size_t most; /* nodes of the rules at which drawing is given up */
	bool folded; /* take what is known into account */
	bool full;
};
void tsr_draw_init(struct tsr_draw *draw, struct tsr_rules *rules, bool folded);
void tsr_draw_free(struct tsr_draw *draw);
/* The diagram that goes to yes where cond holds. Look at full afterwards. */
uint32_t tsr_draw_cond(struct tsr_draw *draw, const struct tsr_cond *cond,
    uint32_t yes, uint32_t no);

/*
 * reach.c: follow diagrams together, knowing what values are possible. Gives
 * one diagram without impossible branches, whose outcomes are the numbers of
 * tuples of the diagrams' outcomes, in the order found; or, for one diagram and
 * not tupled, its own outcomes. False when it was too much work or there were
 * more than tuples_max.
 */
struct tsr_reach {
	uint32_t root;
	const uint32_t *tuples;
	size_t tuple_count;
	/*
	 * Attributes some of whose tests were taken as independent of each
	 * other: what their values exclude was taken as possible.
	 */
	struct tsr_attribute_set coarse;
};
bool tsr_reach_walk(struct tsr_reach *out, struct tsr_rules *rules,
    const uint32_t *roots, size_t count, bool tupled, size_t tuples_max,
    struct tsr_arena *scratch);

/* The nodes below targets, ascending: those that others lead to come first. */
size_t tsr_reach_nodes(uint32_t **out, const struct tsr_rules *rules,
    const uint32_t *roots, size_t count, struct tsr_arena *scratch);

/* reach_cells.c: the kinds of values that tests of one attribute tell apart. */
struct tsr_cells {
	size_t count;
	uint64_t **truth; /* by test: a bit a cell */
};
/* False: they cannot be told apart in few kinds. */
bool tsr_cells_make(struct tsr_cells *out, const struct tsr_rules *rules,
    uint32_t attribute, const uint32_t *tests, size_t count,
    struct tsr_arena *scratch);
/*
 * reach_wheel.c: the answers that strings can get which no test mentions: each
 * turn gives one of each test. False: there are too many.
 */
struct tsr_wheel {
	struct tsr_span *marks; /* in order, each once */
	size_t count, cap;
};
struct tsr_wheels {
	size_t turns;
	struct tsr_wheel versions, prefixes;
	struct tsr_span *marks; /* by test */
	uint8_t *either;	/* by test: 1 may be false, 2 true, 0 neither */
};
bool tsr_wheels_make(struct tsr_wheels *out, const struct tsr_rules *rules,
    const uint32_t *tests, size_t count, struct tsr_arena *scratch);
/* False: the value itself must be asked. */
bool tsr_wheels_answer(bool *holds, const struct tsr_wheels *wheels,
    const struct tsr_rules *rules, const uint32_t *tests, size_t test,
    size_t turn);

/* Does a test stand for itself, because only core can answer it? */
bool tsr_cells_free(const struct tsr_rules *rules, const struct tsr_test *test);

/* experiment.c: between attributes and segments, and after segments. */
void tsr_experiments_declare(struct tsr_rules *rules);
void tsr_experiments_compile(struct tsr_rules *rules);
/* The values that an attribute can have: arms; false: it is none of these. */
bool tsr_experiments_values(const struct tsr_json **out,
    const struct tsr_rules *rules, uint32_t attribute);
/* The decision that an attribute's experiment asks, or 0. */
uint32_t tsr_experiments_decision(
    const struct tsr_rules *rules, uint32_t attribute);
/* The sections EXPT EARM EFLT. */
void tsr_experiments_write(struct tsr_buf *sections,
    const struct tsr_rules *rules, const struct tsr_strings *strings);

/*
 * rules_assign.c: the visitor with the arms and holdouts that it does not give;
 * known is looked into before it.
 */
const struct tsr_json *tsr_rules_assigned(const struct tsr_rules *rules,
    const struct tsr_json *visitor, const struct tsr_json *known, int64_t now,
    struct tsr_arena *arena);

/* rules_interpret.c: does the key of a rule's fragment name a record? */
bool tsr_rules_key_is_in(const struct tsr_rules *rules,
    const struct tsr_rule *rule, const struct tsr_json *visitor);

/* What a rule of a chain shows. */
static inline uint32_t
tsr_rule_outcome(const struct tsr_rule *list, size_t i)
{
	return list[i].outcome == 0 ? (uint32_t)i : list[i].outcome - 1;
}

/* residue.c */
bool tsr_residue_asks(const struct tsr_rules *rules, const struct tsr_cond *cond);

struct tsr_residue_chain {
	uint32_t root; /* of the server's decision */
	struct tsr_rules_residue *list;
	uint32_t *roots; /* of the bits, where they are not ALWAYS */
	size_t count, cap;
	const struct tsr_json *samples;
	size_t sample_count;
};
/*
 * Draw a chain some of whose conditions ask the browser. False when it is too
 * large, or after a message (*told).
 */
bool tsr_residue_draw(struct tsr_residue_chain *out, bool *told,
    struct tsr_rules *rules, const struct tsr_rule *list,
    const struct tsr_cond *const *conds, size_t count, size_t outcomes,
    struct tsr_arena *scratch);

/* residue_json.c: the condition that goes to outcome 0; false: too large. */
bool tsr_residue_condition(
    struct tsr_json *out, struct tsr_rules *rules, uint32_t root);

/* residue_sample.c: objects of all browser attributes below roots. */
const struct tsr_json *tsr_residue_samples(size_t *count,
    struct tsr_rules *rules, const uint32_t *roots, size_t root_count,
    const struct tsr_json *known, struct tsr_arena *scratch);

/* rules_range.c: warn of a constant that the attribute never is. */
void tsr_rules_check_value(struct tsr_rules *rules, uint32_t attribute,
    const struct tsr_json *v);
/* Say of which numbers a condition asks others. */
void tsr_rules_hint_range(
    struct tsr_rules *rules, const struct tsr_cond *cond);

/*
 * rules_chain.c: the diagram of all rules; past them goes the default. list
 * NULL: each rule leads to its own number, and what is known of the page is not
 * folded in. False: it is too large.
 */
bool tsr_rules_draw(uint32_t *root, struct tsr_rules *rules,
    const struct tsr_cond *const *conds, size_t count,
    const struct tsr_rule *list, size_t outcomes);

/* rules_prove.c: report a condition that always or never holds. */
void tsr_rules_judge(struct tsr_rules *rules, const struct tsr_cond *cond,
    struct tsr_where where);
/* Proofs about a chain as it was written, whatever page it stands on. */
void tsr_rules_prove(struct tsr_rules *rules, const struct tsr_rule *list,
    const struct tsr_cond *const *conds, size_t count,
    struct tsr_arena *scratch);

/* rules_decision.c: a new decision; *number is its own. */
struct tsr_decision *tsr_rules_decide(uint32_t *number,
    struct tsr_rules *rules, uint32_t root, uint32_t outcomes,
    struct tsr_arena *scratch);

/* rules_write.c: an expression's answer, by core; NULL: missing. */
bool tsr_rules_run(const struct tsr_rules *rules, const struct tsr_test *test,
    const struct tsr_json *value);

/* rules_write.c: the tests of the segment key, in its order. */
size_t tsr_rules_key(uint32_t **out, const struct tsr_rules *rules,
    struct tsr_arena *arena);

/* segment_map.c: can a web server work this test out from the request? */
bool tsr_segment_can(const struct tsr_rules *rules, const struct tsr_test *test);

/* Is this a field of the state, with its type and purpose? (rules_state.c) */
bool tsr_rules_check_state(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a);

/* The same for a signal of the browser. */
bool tsr_rules_check_signal(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a);

#endif
