/*
 * timed FILE COMMAND...: runs it and adds a line `SECONDS PEAK_MIB PROCESSOR_SECONDS` to FILE; ends as the command
 * ended. What the command prints to standard output is dropped.
 */
#include "bench.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage use;
	int status = 0;
	need(argc > 2, "usage: timed FILE COMMAND...");
	int64_t begin = now_ns();
	pid_t pid = fork();
	need(pid >= 0, "timed: fork");
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	need(wait4(pid, &status, 0, &use) == pid && WIFEXITED(status), "timed: %s did not end by itself", argv[2]);
	double took = seconds_since(begin);
	FILE *f = fopen(argv[1], "a");
	need(f != NULL, "timed: %s", argv[1]);
	fprintf(f, "%.3f %.1f %.3f\n", took, (double)use.ru_maxrss / 1024,
	        (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	                (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
	fclose(f);
	return WEXITSTATUS(status);
}
