/*
 * main - tessera-fcgi, the program that answers requests.
 */
#include <stdio.h>

int
main(void)
{
	puts("tessera-fcgi");
	return 0;
}
