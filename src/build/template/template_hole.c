/*
 * template_hole - whether a tag may print where it stands in HTML.
 */
#include "build/template/template_hole.h"

struct reason {
	const char *rule, *text, *hint;
};

static const struct reason reasons[TSR_HOLE_COUNT] = {
    [TSR_HOLE_UNQUOTED] = {"T012", "quote this attribute",
	"write name=\"{{x}}\""},
    [TSR_HOLE_TAG_NAME] = {"T013", "a tag's name cannot be printed",
	"write the elements out, in sections"},
    [TSR_HOLE_ATTR_NAME] = {"T013",
	"names of attributes cannot be printed",
	"write the attribute out, in a section"},
    [TSR_HOLE_EVENT] = {"T014",
	"an attribute that is run as code cannot hold a value",
	"put the value in a data- attribute and read it in the script"},
    [TSR_HOLE_MARKUP_ATTR] = {"T032",
	"this attribute changes what others mean: write its value out", NULL},
    [TSR_HOLE_COMMENT] = {"T015", "a comment cannot hold a value",
	"{{! }} leaves a text out of the page"},
    [TSR_HOLE_RAW] = {"T016", "raw text cannot hold a value", NULL},
    [TSR_HOLE_SCRIPT_TYPE] = {"T018",
	"a script of an unknown type cannot hold a value",
	"application/json and JavaScript can"},
    [TSR_HOLE_SCRIPT_PLACE] = {"T017",
	"a script takes {{x|json}} only where a value is expected",
	"write const x = {{x|json}}; or use a script of type "
	"application/json"},
    [TSR_HOLE_URL_SCHEME] = {"T019",
	"this URL's scheme is not http, https, mailto or tel", NULL},
    [TSR_HOLE_URL_UNSURE] = {"T019",
	"this may be the start of the URL or not",
	"write the whole URL in each branch"},
};

static bool
ends_in_json(const struct node *node)
{
	return node->npipes > 0 &&
	    node->pipes[node->npipes - 1].pipe.kind == TSR_PIPE_JSON;
}

bool
tsr_hole_check(struct checker *ck, const struct node *node, enum tsr_hole hole)
{
	struct reason reason = reasons[hole];

	if (hole == TSR_HOLE_SCRIPT && !ends_in_json(node))
		reason = reasons[TSR_HOLE_SCRIPT_PLACE];
	if (node->raw && hole != TSR_HOLE_TEXT && reason.rule == NULL) {
		reason.rule = "T025";
		reason.text = "markup stands in text";
	}
	if (reason.rule == NULL)
		return true;
	ck->unit->bad = true;
	tsr_diag_add(ck->diag, TSR_ERROR, reason.rule, node->where, "%s",
	    reason.text);
	if (reason.hint != NULL)
		tsr_diag_hint(ck->diag, "%s", reason.hint);
	return false;
}
