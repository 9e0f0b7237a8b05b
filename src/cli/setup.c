/*
 * setup - start the libraries that want to be started once, before threads.
 */
#include "cli/setup.h"

#include "build/markdown.h"
#include "build/xml.h"

void
tsr_setup(void)
{
	tsr_markdown_setup();
	tsr_xml_setup();
}
