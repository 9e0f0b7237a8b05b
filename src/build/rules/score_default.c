/*
 * score_default - the score "intent" of a site that says nothing else.
 */
#include "build/rules/score.h"

static const char text[] =
    "{\"tiers\":{\"low\":0,\"warm\":60,\"hot\":85},\"vectors\":{"
    "\"depth\":{\"weight\":20,\"cap\":12,\"halfLife\":604800,\"events\":["
    "{\"event\":\"view\",\"points\":1},"
    "{\"event\":\"scroll\",\"field\":\"depth\",\"atLeast\":75,\"points\":0.5}]},"
    "\"time\":{\"weight\":25,\"cap\":600,\"halfLife\":604800,\"events\":["
    "{\"event\":\"time\",\"field\":\"visible\",\"per\":1000,\"points\":1}]},"
    "\"interaction\":{\"weight\":15,\"cap\":20,\"halfLife\":604800,\"events\":["
    "{\"event\":\"click\",\"points\":1},{\"event\":\"search\",\"points\":2},"
    "{\"event\":\"filter\",\"points\":1},{\"event\":\"zoom\",\"points\":1},"
    "{\"event\":\"tab\",\"points\":2}]},"
    "\"path\":{\"weight\":25,\"cap\":10,\"halfLife\":259200,\"events\":["
    "{\"event\":\"size\",\"points\":1},"
    "{\"event\":\"cart\",\"field\":\"op\",\"is\":\"add\",\"points\":5},"
    "{\"event\":\"cart\",\"field\":\"op\",\"is\":\"remove\",\"points\":-3},"
    "{\"event\":\"form\",\"field\":\"step\",\"is\":\"start\",\"points\":2},"
    "{\"event\":\"form\",\"field\":\"step\",\"is\":\"submit\",\"points\":3},"
    "{\"event\":\"purchase\",\"points\":-10}]},"
    "\"behaviour\":{\"weight\":15,\"cap\":10,\"halfLife\":259200,\"events\":["
    "{\"event\":\"return\",\"points\":3},{\"event\":\"tab\",\"points\":1},"
    "{\"event\":\"exit\",\"points\":-1}]}}}";

struct tsr_span
tsr_score_default(void)
{
	return tsr_span_of(text, sizeof(text) - 1);
}
