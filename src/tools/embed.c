/*
 * embed FILE...: writes C that holds the files, for include/vh/embed.h. Runs at build time only;
 * the names are taken as given, without a leading "src/"; NAME=FILE gives a file another name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int put_file(const char *arg, int i)
{
	const char *as = strchr(arg, '='), *path = as ? as + 1 : arg;
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		return 1;
	}
	printf("static const unsigned char f%d[] = {", i);
	for (int c, n = 0; (c = getc(f)) != EOF; n++)
		printf("%s%d,", n % 24 ? "" : "\n", c);
	printf("0};\n");
	fclose(f);
	return 0;
}

int main(int argc, char **argv)
{
	qsort(argv + 1, (size_t)(argc - 1), sizeof *argv, by_name);
	printf("#include \"vh/embed.h\"\n");
	for (int i = 1; i < argc; i++) {
		if (put_file(argv[i], i))
			return 1;
	}
	printf("const struct embedded embedded_files[] = {\n");
	for (int i = 1; i < argc; i++) {
		const char *name = strncmp(argv[i], "src/", 4) ? argv[i] : argv[i] + 4;
		printf("{ \"%.*s\", f%d, sizeof f%d - 1 },\n", (int)strcspn(name, "="), name, i, i);
	}
	printf("{ 0 }\n};\n");
	return fflush(stdout) ? 1 : 0;
}
