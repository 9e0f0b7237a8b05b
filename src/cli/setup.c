/*
 * setup - what is done once, before any thread: libraries and signals.
 */
#include "cli/setup.h"

#include <signal.h>

#include "build/read/markdown.h"
#include "build/read/xml.h"

void
tsr_setup(void)
{
	/* A file above the limit is an error to report, not our end. */
	signal(SIGXFSZ, SIG_IGN);
	tsr_markdown_setup();
	tsr_xml_setup();
}
