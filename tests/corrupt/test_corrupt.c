/*
 * A damaged index: each field is checked, and what is not checked does no
 * harm. Rows follow core/format.h; checksums are set right, so that the check
 * meant is reached.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/experiment.h"
#include "core/score.h"
#include "lib/guard.h"
#include "lib/reindex.h"
#include "lib/sample.h"
#include "lib/visitor.h"

#define FLIPS 20000

static struct tsr_sample sample;
static struct tsr_guard guard;

enum field { U8, U16, U32, U64 };

#define HEADER TSR_SECTION_COUNT
#define ENTRY (TSR_SECTION_COUNT + 1)
#define MAX UINT32_MAX
#define OUTSIDE 0x7fffffffu

/*
 * In record `record` of a section (or the header, or the section table) the
 * field at `at` becomes `value`.
 */
static const struct row {
	unsigned section;
	uint32_t record, at;
	enum field field;
	uint64_t value;
	enum tsr_err open, verify;
	const char *why;
} rows[] = {
    {HEADER, 0, 0, U8, 'X', TSR_MAGIC, 0, "another magic"},
    {HEADER, 0, 8, U32, TSR_FORMAT_VERSION + 1, TSR_VERSION, 0,
	"a version to come"},
    {HEADER, 0, 8, U32, 0, TSR_VERSION, 0, "no version"},
    {HEADER, 0, 12, U32, 0, TSR_MISSING, 0, "no sections"},
    {HEADER, 0, 12, U32, TSR_SECTIONS_MAX + 1, TSR_LONG, 0, "too many"},
    {HEADER, 0, 16, U64, 80, TSR_SHORT, 0, "a size that is not the file's"},
    {HEADER, 0, 64, U64, TSR_REPLY_MAX + 1, 0, TSR_LONG, "replies too large"},
    {ENTRY, 0, 0, U32, TSR_ID('X', 'X', 'X', 'X'), TSR_UNSUPPORTED, 0,
	"an unknown section that is required"},
    {ENTRY, 1, 0, U32, TSR_ID('S', 'T', 'R', 'S'), TSR_RANGE, 0,
	"a section twice, or of another size"},
    {ENTRY, 0, 8, U64, 8, TSR_ORDER, 0, "inside the section table"},
    {ENTRY, 1, 8, U64, 1 << 30, TSR_RANGE, 0, "behind the file"},
    {ENTRY, 1, 8, U64, UINT64_MAX - 7, TSR_RANGE, 0, "far behind the file"},
    {ENTRY, 0, 16, U64, UINT64_MAX, TSR_RANGE, 0, "longer than the file"},
    {ENTRY, 0, 16, U64, 1, TSR_RANGE, 0, "not count times size"},
    {ENTRY, 1, 24, U32, 0, TSR_RANGE, 0, "count is not length over size"},
    {ENTRY, 1, 28, U32, 0, TSR_RANGE, 0, "entries of no size"},
    {ENTRY, 1, 28, U32, 20, TSR_RANGE, 0, "entries of another size"},

    {TSR_SECTION_PACK, 0, 32, U64, 1, 0, TSR_RANGE,
	"objects lie behind the pack's end"},
    {TSR_SECTION_OBJS, 0, 0, U32, 9, 0, TSR_RANGE, "a pack that is not there"},
    {TSR_SECTION_OBJS, 0, 4, U32, MAX, 0, TSR_RANGE, "longer than its pack"},
    {TSR_SECTION_OBJS, 0, 8, U64, UINT64_MAX, 0, TSR_RANGE, "far behind it"},
    {TSR_SECTION_PART, 0, 0, U8, TSR_PART_KIND_COUNT, 0, TSR_RANGE,
	"an unknown kind"},
    {TSR_SECTION_PROG, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "first part"},
    {TSR_SECTION_PROG, 0, 0, U32, MAX, 0, TSR_RANGE, "first part, wrapping"},
    {TSR_SECTION_PROG, 0, 4, U32, MAX, 0, TSR_RANGE, "number of parts"},
    {TSR_SECTION_PROG, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "name's offset"},
    {TSR_SECTION_PROG, 0, 12, U32, MAX, 0, TSR_RANGE, "name's length"},
    {TSR_SECTION_PROG, 0, 16, U32, TSR_REPLY_MAX + 1, 0, TSR_RANGE, "bytes"},
    {TSR_SECTION_SLOT, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "decision"},
    {TSR_SECTION_SLOT, 0, 4, U32, OUTSIDE, 0, TSR_RANGE, "first program"},
    {TSR_SECTION_SLOT, 0, 8, U32, MAX, 0, TSR_RANGE, "number of programs"},
    {TSR_SECTION_SLOT, 0, 8, U32, 0, 0, TSR_RANGE, "no programs"},
    {TSR_SECTION_SLOT, 0, 8, U32, 1, 0, TSR_RANGE, "fewer than outcomes"},
    {TSR_SECTION_SLOT, 0, 12, U32, OUTSIDE, 0, TSR_RANGE, "name's offset"},
    {TSR_SECTION_SLOT, 0, 16, U32, MAX, 0, TSR_RANGE, "name's length"},
    {TSR_SECTION_TEXT, 0, 0, U32, 999, 0, TSR_RANGE, "attribute"},
    {TSR_SECTION_TEXT, 0, 4, U32, 65536, 0, TSR_RANGE, "no stored block"},
    {TSR_SECTION_TEXT, 0, 4, U32, 3, 0, TSR_RANGE, "shorter than its value"},
    {TSR_SECTION_TEXT, 0, 8, U32, 65535, 0, TSR_RANGE, "value too long"},
    {TSR_SECTION_TEXT, 0, 12, U32, TSR_ESCAPE_COUNT, 0, TSR_RANGE, "escape"},
    {TSR_SECTION_TEXT, 0, 16, U32, OUTSIDE, 0, TSR_RANGE, "tail's offset"},
    {TSR_SECTION_TEXT, 0, 20, U32, MAX, 0, TSR_RANGE, "tail's length"},
    {TSR_SECTION_TEXT, 0, 24, U32, OUTSIDE, 0, TSR_RANGE, "fallback's offset"},
    {TSR_SECTION_TEXT, 0, 28, U32, MAX, 0, TSR_RANGE, "fallback's length"},
    {TSR_SECTION_TEXT, 0, 36, U32, TSR_TEXT_MAX + 1, 0, TSR_RANGE,
	"characters"},
    {TSR_SECTION_PAGE, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "path's offset"},
    {TSR_SECTION_PAGE, 0, 4, U32, MAX, 0, TSR_RANGE, "path's length"},
    {TSR_SECTION_PAGE, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "id's offset"},
    {TSR_SECTION_PAGE, 0, 12, U32, MAX, 0, TSR_RANGE, "id's length"},
    {TSR_SECTION_PAGE, 0, 16, U32, 7, 0, TSR_RANGE, "locale"},
    {TSR_SECTION_PAGE, 0, 24, U32, OUTSIDE, 0, TSR_RANGE, "decision"},
    {TSR_SECTION_PAGE, 0, 28, U32, OUTSIDE, 0, TSR_RANGE, "first edition"},
    {TSR_SECTION_PAGE, 0, 32, U32, 0, 0, TSR_RANGE, "no edition"},
    {TSR_SECTION_PAGE, 0, 32, U32, MAX, 0, TSR_RANGE, "editions"},
    {TSR_SECTION_PAGE, 0, 36, U32, 999, 0, TSR_RANGE, "status"},
    {TSR_SECTION_PAGE, 0, 40, U32, OUTSIDE, 0, TSR_RANGE, "vary's offset"},
    {TSR_SECTION_PAGE, 0, 44, U32, MAX, 0, TSR_RANGE, "vary's length"},
    {TSR_SECTION_PAGE, 0, 48, U32, OUTSIDE, 0, TSR_RANGE, "first boundary"},
    {TSR_SECTION_PAGE, 0, 52, U32, MAX, 0, TSR_RANGE, "boundaries"},
    {TSR_SECTION_PAGE, 0, 64, U32, OUTSIDE, 0, TSR_RANGE, "first of WHYP"},
    {TSR_SECTION_PAGE, 0, 68, U32, MAX, 0, TSR_RANGE, "count of WHYP"},
    {TSR_SECTION_PAGE, 0, 72, U32, OUTSIDE, 0, TSR_RANGE, "first of MASK"},
    {TSR_SECTION_PAGE, 0, 76, U32, MAX, 0, TSR_RANGE, "count of MASK"},
    {TSR_SECTION_PAGE, 0, 56, U32, TSR_PAGE_TEXT_MAX + 1, 0, TSR_RANGE,
	"decoded bytes"},
    {TSR_SECTION_ROUT, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "path's offset"},
    {TSR_SECTION_ROUT, 0, 4, U32, MAX, 0, TSR_RANGE, "path's length"},
    {TSR_SECTION_ROUT, 1, 4, U32, 0, 0, TSR_ORDER, "not in order"},
    {TSR_SECTION_ROUT, 0, 8, U32, TSR_ROUTE_KIND_COUNT, 0, TSR_RANGE, "kind"},
    {TSR_SECTION_ROUT, 0, 12, U32, 999, 0, TSR_RANGE, "page"},
    {TSR_SECTION_ROUT, 0, 16, U32, OUTSIDE, 0, TSR_RANGE, "target's offset"},
    {TSR_SECTION_ROUT, 0, 20, U32, MAX, 0, TSR_RANGE, "target's length"},
    {TSR_SECTION_LOCL, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "tag's offset"},
    {TSR_SECTION_LOCL, 0, 4, U32, MAX, 0, TSR_RANGE, "tag's length"},
    {TSR_SECTION_LOCL, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "prefix' offset"},
    {TSR_SECTION_LOCL, 0, 12, U32, MAX, 0, TSR_RANGE, "prefix' length"},
    {TSR_SECTION_LOCL, 0, 16, U32, 999, 0, TSR_RANGE, "not-found page"},
    {TSR_SECTION_FSET, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "first fragment"},
    {TSR_SECTION_FSET, 0, 4, U32, MAX, 0, TSR_RANGE, "fragments"},
    {TSR_SECTION_FRAG, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "id's offset"},
    {TSR_SECTION_FRAG, 0, 4, U32, MAX, 0, TSR_RANGE, "id's length"},
    {TSR_SECTION_FRAG, 1, 4, U32, 0, 0, TSR_RANGE, "ids out of order"},
    {TSR_SECTION_FRAG, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "object"},
    {TSR_SECTION_META, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "key's offset"},
    {TSR_SECTION_META, 0, 4, U32, MAX, 0, TSR_RANGE, "key's length"},
    {TSR_SECTION_META, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "value's offset"},
    {TSR_SECTION_META, 0, 12, U32, MAX, 0, TSR_RANGE, "value's length"},

    {TSR_SECTION_ATTR, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "name's offset"},
    {TSR_SECTION_ATTR, 0, 4, U32, MAX, 0, TSR_RANGE, "name's length"},
    {TSR_SECTION_ATTR, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "key's offset"},
    {TSR_SECTION_ATTR, 0, 12, U32, MAX, 0, TSR_RANGE, "key's length"},
    {TSR_SECTION_ATTR, 0, 16, U8, TSR_TYPE_COUNT, 0, TSR_RANGE, "type"},
    {TSR_SECTION_ATTR, 0, 17, U8, TSR_SOURCE_COUNT, 0, TSR_RANGE, "source"},
    {TSR_SECTION_ATTR, 0, 18, U8, TSR_PURPOSE_COUNT, 0, TSR_RANGE, "purpose"},
    {TSR_SECTION_ATTR, 0, 19, U8, TSR_TIER_COUNT, 0, TSR_RANGE, "tier"},
    {TSR_SECTION_ATTR, 0, 28, U32, OUTSIDE, 0, TSR_RANGE, "fallback"},
    {TSR_SECTION_PRED, 0, 0, U8, 200, 0, TSR_RANGE, "operator"},
    {TSR_SECTION_PRED, 0, 1, U8, TSR_TIER_COUNT, 0, TSR_RANGE, "tier"},
    {TSR_SECTION_PRED, 0, 4, U32, 999, 0, TSR_RANGE, "attribute"},
    {TSR_SECTION_PRED, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "first operand"},
    {TSR_SECTION_PRED, 0, 12, U32, MAX, 0, TSR_RANGE, "operands"},
    {TSR_SECTION_VALU, 0, 0, U8, 9, 0, TSR_RANGE, "operand's type"},
    {TSR_SECTION_VALU, 1, 8, U32, OUTSIDE, 0, TSR_RANGE, "operand's text"},
    {TSR_SECTION_NODE, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "predicate"},
    {TSR_SECTION_NODE, 0, 4, U32, 0, 0, TSR_RANGE, "a node that is itself"},
    {TSR_SECTION_NODE, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "target"},
    {TSR_SECTION_NODE, 0, 12, U16, 0, 0, TSR_RANGE, "longest path"},
    {TSR_SECTION_NODE, 0, 14, U16, 0, 0, TSR_RANGE, "outcomes"},
    {TSR_SECTION_DECN, 1, 0, U32, OUTSIDE, 0, TSR_RANGE, "root"},
    {TSR_SECTION_DECN, 1, 4, U32, 0, 0, TSR_RANGE, "no outcome"},
    {TSR_SECTION_DECN, 1, 8, U8, TSR_TIER_COUNT, 0, TSR_RANGE, "tier"},
    {TSR_SECTION_AUTO, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "automaton"},
    {TSR_SECTION_AUTO, 0, 4, U32, 3, 0, TSR_SHORT, "automaton's length"},
    {TSR_SECTION_SKEY, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "predicate"},
    {TSR_SECTION_SCOR, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "score's name"},
    {TSR_SECTION_SCOR, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "first vector"},
    {TSR_SECTION_SCOR, 0, 12, U32, MAX, 0, TSR_RANGE, "vectors"},
    {TSR_SECTION_SCOR, 0, 12, U32, 4, 0, TSR_RANGE, "weights below 100"},
    {TSR_SECTION_SCOR, 0, 16, U32, OUTSIDE, 0, TSR_RANGE, "first tier"},
    {TSR_SECTION_SCOR, 0, 20, U32, MAX, 0, TSR_RANGE, "tiers"},
    {TSR_SECTION_SCOR, 0, 20, U32, 0, 0, TSR_RANGE, "no tier"},
    {TSR_SECTION_SCOR, 0, 24, U64, 1, 0, TSR_RANGE, "not 0"},
    {TSR_SECTION_VECT, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "vector's name"},
    {TSR_SECTION_VECT, 0, 8, U32, 65536, 0, TSR_RANGE, "number"},
    {TSR_SECTION_VECT, 0, 12, U32, 101, 0, TSR_RANGE, "weight"},
    {TSR_SECTION_VECT, 0, 16, U32, 0, 0, TSR_RANGE, "no cap"},
    {TSR_SECTION_VECT, 0, 16, U32, TSR_SCORE_CAP * 256 + 1, 0, TSR_RANGE,
	"cap"},
    {TSR_SECTION_VECT, 0, 20, U32, TSR_HALF_LIFE_MIN - 1, 0, TSR_RANGE,
	"short half-life"},
    {TSR_SECTION_VECT, 0, 20, U32, TSR_HALF_LIFE_MAX + 1, 0, TSR_RANGE,
	"long half-life"},
    {TSR_SECTION_VECT, 0, 24, U32, OUTSIDE, 0, TSR_RANGE, "first gain"},
    {TSR_SECTION_VECT, 0, 28, U32, MAX, 0, TSR_RANGE, "gains"},
    {TSR_SECTION_VECT, 0, 32, U64, 1, 0, TSR_RANGE, "not 0"},
    {TSR_SECTION_GAIN, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "event"},
    {TSR_SECTION_GAIN, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "field"},
    {TSR_SECTION_GAIN, 0, 16, U32, TSR_GAIN_COUNT, 0, TSR_RANGE, "test"},
    {TSR_SECTION_GAIN, 0, 20, U32, TSR_SCORE_CAP * 256 + 1, 0, TSR_RANGE,
	"points"},
    {TSR_SECTION_GAIN, 0, 20, U32, 0x80000000u, 0, TSR_RANGE,
	"points below all"},
    {TSR_SECTION_GAIN, 0, 24, U32, OUTSIDE, 0, TSR_RANGE, "text"},
    {TSR_SECTION_GAIN, 0, 36, U32, 1, 0, TSR_RANGE, "not 0"},
    {TSR_SECTION_TIER, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "tier's name"},
    {TSR_SECTION_TIER, 0, 8, U32, 1, 0, TSR_RANGE, "not from 0"},
    {TSR_SECTION_TIER, 1, 8, U32, 0, 0, TSR_RANGE, "not ascending"},
    {TSR_SECTION_TIER, 2, 8, U32, 101, 0, TSR_RANGE, "above all"},
    {TSR_SECTION_TIER, 0, 12, U32, 1, 0, TSR_RANGE, "not 0"},

    /* cart is the first kind; its fields: a choice, a text, two integers. */
    {TSR_SECTION_EVNT, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "name"},
    {TSR_SECTION_EVNT, 0, 4, U32, 0, 0, TSR_RANGE, "no name"},
    {TSR_SECTION_EVNT, 0, 4, U32, TSR_EVENT_NAME_MAX + 1, 0, TSR_RANGE,
	"too long a name"},
    {TSR_SECTION_EVNT, 1, 4, U32, 1, 0, TSR_ORDER, "c is before cart"},
    {TSR_SECTION_EVNT, 0, 8, U32, 0, 0, TSR_RANGE, "no version"},
    {TSR_SECTION_EVNT, 0, 8, U32, TSR_EVENT_VERSION_MAX + 1, 0, TSR_RANGE,
	"too many versions"},
    {TSR_SECTION_EVNT, 0, 12, U32, OUTSIDE, 0, TSR_RANGE, "first field"},
    {TSR_SECTION_EVNT, 0, 12, U32, MAX, 0, TSR_RANGE, "fields, wrapping"},
    {TSR_SECTION_EVNT, 0, 16, U32, TSR_EVENT_FIELDS_MAX + 1, 0, TSR_LONG,
	"too many fields"},
    {TSR_SECTION_EVNT, 0, 16, U32, MAX, 0, TSR_RANGE, "fields that are not"},
    {TSR_SECTION_EVNT, 0, 20, U8, TSR_PURPOSE_COUNT, 0, TSR_RANGE, "purpose"},
    {TSR_SECTION_EVNT, 0, 21, U8, 0, 0, TSR_RANGE, "from nobody"},
    {TSR_SECTION_EVNT, 0, 21, U8, 1 << TSR_EVENT_FROM_COUNT, 0, TSR_RANGE,
	"from somebody else"},
    {TSR_SECTION_EVNT, 0, 22, U8, TSR_EVENT_CATEGORY_COUNT, 0, TSR_RANGE,
	"category"},
    {TSR_SECTION_EVNT, 0, 23, U8, 1, 0, TSR_RANGE, "a byte that is 0"},
    {TSR_SECTION_EVNT, 0, 24, U32, TSR_EVENT_BYTES_MAX + 1, 0, TSR_LONG,
	"a line too long"},
    {TSR_SECTION_EVNT, 0, 28, U32, 1, 0, TSR_RANGE, "a number that is 0"},
    {TSR_SECTION_EVFD, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "name"},
    {TSR_SECTION_EVFD, 0, 4, U32, 0, 0, TSR_RANGE, "no name"},
    {TSR_SECTION_EVFD, 0, 8, U8, TSR_EVENT_TYPE_COUNT, 0, TSR_RANGE, "type"},
    {TSR_SECTION_EVFD, 0, 8, U8, TSR_EVENT_BOOLEAN, 0, TSR_RANGE,
	"only texts are chosen from"},
    {TSR_SECTION_EVFD, 0, 9, U8, TSR_EVENT_FLAGS + 1, 0, TSR_RANGE, "flags"},
    {TSR_SECTION_EVFD, 0, 9, U8, TSR_EVENT_LEAST, 0, TSR_RANGE,
	"bounds of a choice"},
    {TSR_SECTION_EVFD, 0, 10, U16, 1, 0, TSR_RANGE, "a number that is 0"},
    {TSR_SECTION_EVFD, 0, 12, U32, 1, 0, TSR_RANGE, "a number that is 0"},
    {TSR_SECTION_EVFD, 0, 16, U64, 1, 0, TSR_RANGE,
	"a bound that is not there is 0"},
    {TSR_SECTION_EVFD, 0, 32, U32, OUTSIDE, 0, TSR_RANGE, "first choice"},
    {TSR_SECTION_EVFD, 0, 36, U32, 0, 0, TSR_RANGE, "no choices"},
    {TSR_SECTION_EVFD, 0, 36, U32, MAX, 0, TSR_RANGE, "choices, wrapping"},
    {TSR_SECTION_EVFD, 0, 40, U32, OUTSIDE, 0, TSR_RANGE, "pattern"},
    {TSR_SECTION_EVFD, 0, 44, U32, 1, 0, TSR_RANGE, "a choice's pattern"},
    {TSR_SECTION_EVFD, 1, 9, U8, 0, 0, TSR_RANGE, "bounds without flags"},
    {TSR_SECTION_EVFD, 1, 9, U8, TSR_EVENT_MOST | TSR_EVENT_ABOVE, 0,
	TSR_RANGE, "above what is not there"},
    {TSR_SECTION_EVFD, 1, 24, U64, 0x407f480000000000, 0, TSR_LONG,
	"a text of more than 500 characters"},
    {TSR_SECTION_EVFD, 1, 24, U64, 0, 0, TSR_RANGE, "1 is more than 0"},
    {TSR_SECTION_EVFD, 1, 24, U64, 0x7ff8000000000000, 0, TSR_RANGE, "NaN"},
    {TSR_SECTION_EVFD, 1, 24, U64, 0x7ff0000000000000, 0, TSR_RANGE,
	"infinite"},
    {TSR_SECTION_EVFD, 1, 44, U32, 3, 0, TSR_UNSUPPORTED, "no automaton"},
    {TSR_SECTION_EVFD, 2, 44, U32, 1, 0, TSR_RANGE, "a number's pattern"},
    {TSR_SECTION_EVCH, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "choice"},
    {TSR_SECTION_EVCH, 0, 4, U32, MAX, 0, TSR_RANGE, "choice's length"},
    {TSR_SECTION_EXPT, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "id's offset"},
    {TSR_SECTION_EXPT, 0, 4, U32, MAX, 0, TSR_RANGE, "id's length"},
    {TSR_SECTION_EXPT, 0, 8, U32, OUTSIDE, 0, TSR_RANGE, "seed's offset"},
    {TSR_SECTION_EXPT, 0, 12, U32, MAX, 0, TSR_RANGE, "seed's length"},
    {TSR_SECTION_EXPT, 0, 16, U8, TSR_TRIAL_KIND_COUNT, 0, TSR_RANGE, "kind"},
    {TSR_SECTION_EXPT, 1, 16, U8, TSR_TRIAL_HOLDOUT, 0, TSR_RANGE,
	"a holdout whose attribute is an experiment's"},
    {TSR_SECTION_EXPT, 0, 17, U8, 0, 0, TSR_RANGE, "no hash version"},
    {TSR_SECTION_EXPT, 0, 17, U8, 3, 0, TSR_RANGE, "another hash version"},
    {TSR_SECTION_EXPT, 1, 20, U32, 999, 0, TSR_RANGE, "result's attribute"},
    {TSR_SECTION_EXPT, 1, 20, U32, 0, 0, TSR_RANGE, "an attribute that is sent"},
    {TSR_SECTION_EXPT, 1, 24, U32, 999, 0, TSR_RANGE, "hashed attribute"},
    {TSR_SECTION_EXPT, 1, 24, U32, 9, 0, TSR_RANGE, "one that is assigned"},
    {TSR_SECTION_EXPT, 1, 32, U32, OUTSIDE, 0, TSR_RANGE, "first arm"},
    {TSR_SECTION_EXPT, 1, 36, U32, MAX, 0, TSR_RANGE, "number of arms"},
    {TSR_SECTION_EXPT, 1, 40, U32, OUTSIDE, 0, TSR_RANGE, "first filter"},
    {TSR_SECTION_EXPT, 1, 44, U32, MAX, 0, TSR_RANGE, "number of filters"},
    {TSR_SECTION_EXPT, 0, 44, U32, 1, 0, TSR_RANGE, "a holdout with a filter"},
    {TSR_SECTION_EXPT, 0, 48, U32, 1, 0, TSR_RANGE, "a holdout that decides"},
    {TSR_SECTION_EXPT, 1, 48, U32, OUTSIDE, 0, TSR_RANGE, "decision"},
    {TSR_SECTION_EXPT, 1, 60, U32, 3, 0, TSR_RANGE, "a winner of two arms"},
    {TSR_SECTION_EARM, 0, 0, U32, OUTSIDE, 0, TSR_RANGE, "name's offset"},
    {TSR_SECTION_EARM, 0, 4, U32, MAX, 0, TSR_RANGE, "name's length"},
    {TSR_SECTION_EARM, 0, 8, U32, 10001, 0, TSR_RANGE, "from"},
    {TSR_SECTION_EARM, 0, 12, U32, 10001, 0, TSR_RANGE, "to"},
    {TSR_SECTION_EFLT, 0, 0, U8, TSR_FILTER_KIND_COUNT, 0, TSR_RANGE, "kind"},
    {TSR_SECTION_EFLT, 0, 4, U32, 999, 0, TSR_RANGE, "attribute"},
    {TSR_SECTION_EFLT, 0, 4, U32, 0, 0, TSR_RANGE, "no holdout's attribute"},
    {TSR_SECTION_EFLT, 2, 1, U8, 3, 0, TSR_RANGE, "hash version"},
    {TSR_SECTION_EFLT, 2, 12, U32, OUTSIDE, 0, TSR_RANGE, "first range"},
    {TSR_SECTION_EFLT, 2, 16, U32, MAX, 0, TSR_RANGE, "number of ranges"},
    {TSR_SECTION_EFLT, 2, 20, U32, OUTSIDE, 0, TSR_RANGE, "seed's offset"},
    {TSR_SECTION_EFLT, 2, 24, U32, MAX, 0, TSR_RANGE, "seed's length"},
    {TSR_SECTION_ZONE, 1, 0, U64, 0, 0, TSR_RANGE, "not after the one before"},
    {TSR_SECTION_ZONE, 1, 8, U32, 94000, 0, TSR_RANGE, "an offset of 26 hours"},
    {TSR_SECTION_ZONE, 1, 8, U32, (uint32_t)-90000, 0, TSR_RANGE,
	"one of 25 hours to the west"},
    {TSR_SECTION_ZONE, 1, 12, U32, 1, 0, TSR_RANGE, "not zero"},
    {TSR_SECTION_PRXY, 0, 16, U8, 129, 0, TSR_RANGE, "more bits than there are"},
    {TSR_SECTION_PRXY, 0, 17, U8, 1, 0, TSR_RANGE, "not zero"},
    {TSR_SECTION_PRXY, 0, 23, U8, 1, 0, TSR_RANGE, "nor here"},
};

static uint8_t *
section_at(uint8_t *file, unsigned section)
{
	return file +
	    (sample.table.sections[section].p - sample.index.p);
}

static void
put_field(uint8_t *p, enum field field, uint64_t value)
{
	if (field == U8)
		*p = (uint8_t)value;
	else if (field == U16)
		tsr_put16(p, (uint16_t)value);
	else if (field == U32)
		tsr_put32(p, (uint32_t)value);
	else
		tsr_put64(p, value);
}

/* Whatever the index says, answers end and stay inside. */
static void
answer_all(struct tsr_span file)
{
	struct tsr_store store = sample.release.store;

	if (tsr_table_open(&store.table, file) == TSR_OK)
		tsr_sample_answer(&sample, &store);
}

static void
check_row(const struct row *row)
{
	uint8_t *file = tsr_guard_room(&guard, sample.index.n), *p;
	struct tsr_span bytes = tsr_span_of(file, sample.index.n);
	struct tsr_table table;
	enum tsr_err err;

	memcpy(file, sample.index.p, sample.index.n);
	p = row->section == HEADER ? file
	    : row->section == ENTRY
	    ? file + TSR_HEADER_SIZE + row->record * TSR_SECTION_SIZE
	    : section_at(file, row->section) +
		row->record *
		    tsr_table_section_size((enum tsr_section)row->section);
	if (row->section < TSR_SECTION_COUNT &&
	    row->record >= sample.table.sections[row->section].count)
		fail_msg("section %u: no record %u", row->section,
		    (unsigned)row->record);
	put_field(p + row->at, row->field, row->value);
	tsr_reindex_sums(file, sample.index.n);
	err = tsr_table_open(&table, bytes);
	if (err != row->open)
		fail_msg("section %u, field %u, %s: open says \"%s\"",
		    row->section, (unsigned)row->at, row->why,
		    tsr_err_text(err));
	if (err != TSR_OK)
		return;
	err = tsr_table_verify(&table);
	if (err != row->verify)
		fail_msg("section %u, field %u, %s: verify says \"%s\"",
		    row->section, (unsigned)row->at, row->why,
		    tsr_err_text(err));
	answer_all(bytes);
}

static void
test_corrupt_each_field_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		check_row(&rows[i]);
}

/* Parts point by kind: one of each, to where nothing is. */
static void
test_corrupt_parts_that_point_outside_are_refused(void **state)
{
	struct tsr_table table;
	unsigned kinds = 0;
	uint32_t i, n = tsr_table_count(&sample.table, TSR_SECTION_PART);

	(void)state;
	for (i = 0; i < n; i++) {
		uint8_t *file = tsr_guard_room(&guard, sample.index.n), *p;
		struct tsr_span bytes = tsr_span_of(file, sample.index.n);

		memcpy(file, sample.index.p, sample.index.n);
		p = section_at(file, TSR_SECTION_PART) + i * TSR_PART_SIZE;
		kinds |= 1u << p[0];
		tsr_put32(p + 4, OUTSIDE);
		tsr_reindex_sums(file, sample.index.n);
		assert_int_equal(tsr_table_open(&table, bytes), TSR_OK);
		assert_int_equal(tsr_table_verify(&table), TSR_RANGE);
		answer_all(bytes);
	}
	/* The sample has no fields. */
	kinds |= 1u << TSR_PART_FIELD;
	assert_int_equal(kinds, (1u << TSR_PART_KIND_COUNT) - 1);
}

/* A slot whose programs come after the one that it stands in: a circle. */
static void
test_corrupt_circle_of_slots_is_refused(void **state)
{
	uint8_t *file = tsr_guard_room(&guard, sample.index.n), *p;
	struct tsr_span bytes = tsr_span_of(file, sample.index.n);
	uint32_t n = tsr_table_count(&sample.table, TSR_SECTION_PROG);
	struct tsr_table table;

	(void)state;
	memcpy(file, sample.index.p, sample.index.n);
	p = section_at(file, TSR_SECTION_SLOT);
	tsr_put32(p + 4, n - tsr_le32(p + 8));
	tsr_reindex_sums(file, sample.index.n);
	assert_int_equal(tsr_table_open(&table, bytes), TSR_OK);
	assert_int_equal(tsr_table_verify(&table), TSR_ORDER);
	answer_all(bytes);
}

/* The index of routes must lead to each of them. */
static void
test_corrupt_route_index_must_find_all(void **state)
{
	uint32_t n = tsr_table_count(&sample.table, TSR_SECTION_RIDX), i;
	struct tsr_table table;

	(void)state;
	for (i = 0; i < n; i++) {
		uint8_t *file = tsr_guard_room(&guard, sample.index.n), *p;
		struct tsr_span bytes = tsr_span_of(file, sample.index.n);

		memcpy(file, sample.index.p, sample.index.n);
		p = section_at(file, TSR_SECTION_RIDX) + i * 4;
		if (tsr_le32(p) == 0)
			continue;
		tsr_put32(p, 0);
		tsr_reindex_sums(file, sample.index.n);
		assert_int_equal(tsr_table_open(&table, bytes), TSR_OK);
		assert_int_equal(tsr_table_verify(&table), TSR_RANGE);
		answer_all(bytes);
	}
}

/* Checksums refuse a changed byte, wherever it is. */
static void
test_corrupt_flips_are_noticed(void **state)
{
	struct tsr_dice dice = {7};
	struct tsr_table table;
	size_t i, bit;

	(void)state;
	for (i = 0; i < FLIPS; i++) {
		uint8_t *file = tsr_guard_room(&guard, sample.index.n);
		struct tsr_span bytes = tsr_span_of(file, sample.index.n);

		memcpy(file, sample.index.p, sample.index.n);
		bit = tsr_dice_below(&dice, (uint32_t)sample.index.n * 8);
		file[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (tsr_table_open(&table, bytes) == TSR_OK &&
		    tsr_table_verify(&table) == TSR_OK)
			fail_msg("bit %zu may be flipped", bit);
	}
}

/* With checksums that fit the damage, answers still stay inside. */
static void
test_corrupt_flips_with_right_sums_stay_inside(void **state)
{
	struct tsr_dice dice = {8};
	size_t i, bit, n;

	(void)state;
	for (i = 0; i < FLIPS / 4; i++) {
		uint8_t *file = tsr_guard_room(&guard, sample.index.n);

		memcpy(file, sample.index.p, sample.index.n);
		for (n = tsr_dice_below(&dice, 4); n != SIZE_MAX; n--) {
			bit = tsr_dice_below(
			    &dice, (uint32_t)sample.index.n * 8);
			file[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		tsr_reindex_sums(file, sample.index.n);
		answer_all(tsr_span_of(file, sample.index.n));
	}
}

static void
test_corrupt_truncation_is_refused(void **state)
{
	struct tsr_table table;
	size_t n;

	(void)state;
	for (n = 0; n < sample.index.n; n++)
		if (tsr_table_open(&table,
			tsr_guard_copy(&guard,
			    tsr_span_part(sample.index, 0, n))) == TSR_OK)
			fail_msg("%zu bytes are enough", n);
}

/* Packs are the release's own, but their bytes may be anything. */
static void
test_corrupt_packs_end_the_body_early(void **state)
{
	struct tsr_span packs[1] = {sample.release.packs[0]};
	struct tsr_store store = sample.release.store;
	struct tsr_dice dice = {9};
	struct tsr_guard pack;
	uint8_t *p;
	size_t i, n = packs[0].n;

	(void)state;
	assert_int_equal(store.pack_count, 1);
	tsr_guard_init(&pack, n);
	store.packs = packs;
	for (i = 0; i < 500; i++) {
		p = tsr_guard_room(&pack, n);
		memcpy(p, sample.release.packs[0].p, n);
		p[tsr_dice_below(&dice, (uint32_t)n)] ^=
		    (uint8_t)(1u << tsr_dice_below(&dice, 8));
		packs[0] = tsr_span_of(p, n);
		tsr_sample_answer(&sample, &store);
	}
	/* A pack that is shorter than the index says. */
	for (i = 0; i < n; i += 7) {
		packs[0] = tsr_guard_copy(
		    &pack, tsr_span_part(sample.release.packs[0], 0, i));
		tsr_sample_answer(&sample, &store);
	}
	tsr_guard_free(&pack);
}

static int
setup(void **state)
{
	(void)state;
	tsr_sample_init(&sample);
	tsr_guard_init(&guard, sample.index.n);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tsr_guard_free(&guard);
	tsr_sample_free(&sample);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_corrupt_each_field_is_refused),
	    cmocka_unit_test(
		test_corrupt_parts_that_point_outside_are_refused),
	    cmocka_unit_test(test_corrupt_circle_of_slots_is_refused),
	    cmocka_unit_test(test_corrupt_route_index_must_find_all),
	    cmocka_unit_test(test_corrupt_flips_are_noticed),
	    cmocka_unit_test(test_corrupt_flips_with_right_sums_stay_inside),
	    cmocka_unit_test(test_corrupt_truncation_is_refused),
	    cmocka_unit_test(test_corrupt_packs_end_the_body_early),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
