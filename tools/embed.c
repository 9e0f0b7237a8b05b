/*
 * embed - print a C file that holds the files named as arguments.
 *
 * Run by the Makefile on the machine that builds. The table is declared in
 * src/base/embedded.h; a file is found by the last two parts of its path.
 */
#include <stdio.h>
#include <string.h>

static const char *
short_name(const char *path)
{
	const char *p = path + strlen(path);
	int slashes = 0;

	while (p > path) {
		if (p[-1] == '/' && ++slashes == 2)
			break;
		p--;
	}
	return p;
}

static int
print_bytes(const char *path, int number)
{
	FILE *in = fopen(path, "rb");
	int c, n = 0;

	if (in == NULL) {
		perror(path);
		return 1;
	}
	printf("static const unsigned char file%d[] = {\n", number);
	while ((c = getc(in)) != EOF)
		printf("%d,%s", c, ++n % 20 == 0 ? "\n" : "");
	printf("0};\n");
	fclose(in);
	return 0;
}

int
main(int argc, char **argv)
{
	int i;

	printf("#include \"base/embedded.h\"\n");
	for (i = 1; i < argc; i++)
		if (print_bytes(argv[i], i) != 0)
			return 1;
	printf("const struct tsr_embedded tsr_embedded_files[] = {\n");
	for (i = 1; i < argc; i++)
		printf("{\"%s\", file%d, sizeof(file%d) - 1},\n",
		    short_name(argv[i]), i, i);
	printf("{0, 0, 0}};\n");
	return 0;
}
