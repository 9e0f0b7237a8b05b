/*
 * lost - messages that only follow from a file that could not be used.
 *
 * A file of attributes with one wrong letter declares none, and every use of
 * every attribute would be a mistake: a hundred messages, one cause. So where a
 * file has mistakes of its own, what is unknown for the lack of it is not said.
 */
#include "build/rules/lost.h"

#include <string.h>

#include "build/read/mistake.h"

/* What is unknown without a file: messages with this rule, and this text. */
static const struct {
	enum tsr_lost file;
	const char *rule, *text;
} follows[] = {
    {TSR_LOST_ATTRIBUTES, "R001", ""},
    {TSR_LOST_ATTRIBUTES, TSR_M_PERSONA, "unknown attribute"},
    {TSR_LOST_ATTRIBUTES, TSR_M_TEXT, "no attribute is called"},
    {TSR_LOST_ATTRIBUTES, "E001", ""},
    {TSR_LOST_SEGMENTS, "R002", "unknown segment"},
    {TSR_LOST_GROUPS, "R002", "no such saved group"},
    {TSR_LOST_EXPERIMENTS, "E009", ""},
    {TSR_LOST_EXPERIMENTS, "R001", "unknown attribute \"experiment."},
    {TSR_LOST_EXPERIMENTS, "R001", "unknown attribute \"holdout."},
    {TSR_LOST_EXPERIMENTS, TSR_M_PERSONA, "unknown attribute \"experiment."},
    {TSR_LOST_EXPERIMENTS, TSR_M_PERSONA, "unknown attribute \"holdout."},
    {TSR_LOST_SCORES, "I005", ""},
};

static bool
only_follows(unsigned lost, const struct tsr_message *m)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(follows); i++)
		if ((lost & follows[i].file) != 0 &&
		    strcmp(m->rule, follows[i].rule) == 0 &&
		    strncmp(m->text, follows[i].text,
			strlen(follows[i].text)) == 0)
			return true;
	return false;
}

void
tsr_lost_drop(struct tsr_diag *diag, unsigned lost)
{
	size_t i, kept = 0;

	for (i = 0; i < diag->count; i++) {
		if (only_follows(lost, &diag->list[i]))
			tsr_diag_forget(diag, diag->list[i].severity);
		else
			diag->list[kept++] = diag->list[i];
	}
	diag->count = kept;
}
