/*
 * A main for the fuzz drivers without libFuzzer: feeds every file of the named folders and files to
  * the driver, so that what a fuzzer once found stays tried in each `make test` and under every
   * sanitizer. One TAP line a folder; a crash is the failure. A folder without a file is refused: a
    * driver must have something to replay.
 */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define REPLAY_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* The bytes lie at the end of a block of their own size, so that reading on is seen by ASan and
 * valgrind. */
static int replay_file(const char *path)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	if (!f || fstat(fileno(f), &st) || st.st_size > REPLAY_MAX) {
		perror(path);
		if (f)
			fclose(f);
		return -1;
	}
	size_t n = (size_t)st.st_size;
	uint8_t *data = malloc(n ? n : 1);
	int rc = data && fread(data, 1, n, f) == n ? 0 : -1;
	fclose(f);
	if (!rc) {
		fprintf(stderr, "# %s\n", path);
		LLVMFuzzerTestOneInput(data, n);
	}
	free(data);
	return rc;
}

/* How many files were replayed; < 0: one could not be read. */
static int replay_folder(const char *folder)
{
	char path[PATH_MAX];
	struct dirent *e;
	int count = 0;
	DIR *d = opendir(folder);
	if (!d)
		return -1;
	while (count >= 0 && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		count = replay_file(path) ? -1 : count + 1;
	}
	closedir(d);
	return count;
}

int main(int argc, char **argv)
{
	int failed = 0;
	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		int count = replay_folder(argv[i]);
		printf("%s %d - corpus %s: %d files\n", count > 0 ? "ok" : "not ok", i, argv[i],
		       count);
		failed |= count <= 0;
	}
	return failed || argc < 2;
}
