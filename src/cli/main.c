/*
 * main - tessera, the build tool: one verb, one file.
 */
#include <stdio.h>

int
main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("tessera");
	return 0;
}
