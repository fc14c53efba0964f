#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "demo.h"
#include "vh/date.h"

enum { ARGS = 16, READY_MS = 20000, STOP_MS = 25000, NAP_MS = 20 };

/* After fork of a process with threads: nothing but system calls. */
static void become(const char *const *argv, int out, int log)
{
	sigset_t none;
	sigemptyset(&none);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0); /* Ctrl-C is for the parent, which stops everybody in order */
	sigprocmask(SIG_SETMASK, &none, NULL);
	int null = open("/dev/null", O_RDONLY);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(log, 2) < 0)
		_exit(126);
	execv("/proc/self/exe", (char **)(uintptr_t)argv);
	_exit(127);
}

enum vh_rc child_start(struct cli *c, const char *name, const char *const *args, const char *log,
                       struct child *ret)
{
	const char *argv[ARGS] = { "vhotel" };
	int ends[2] = { -1, -1 };
	size_t n = 1;
	for (; *args && n + 1 < ARGS; args++)
		argv[n++] = *args;
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || pipe2(ends, O_CLOEXEC)) {
		if (fd >= 0)
			close(fd);
		return ctx_fail(&c->cx, VH_IO, "child", "", "%s: %s", log, strerror(errno));
	}
	pid_t pid = fork();
	if (!pid)
		become(argv, ends[1], fd);
	close(fd);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return ctx_fail(&c->cx, VH_IO, "child", "", "%s cannot be started", name);
	}
	*ret = (struct child){ .name = name, .pid = pid, .out = ends[0] };
	return VH_OK;
}

enum vh_rc child_address(struct cli *c, struct child *k, const char **ret)
{
	static const char says[] = "listening on ";
	char line[256];
	size_t n = 0;
	int64_t until = now_ms() + READY_MS;
	for (; n + 1 < sizeof line; n++) {
		struct pollfd p = { .fd = k->out, .events = POLLIN };
		int64_t left = until - now_ms();
		if (left <= 0 || poll(&p, 1, (int)left) <= 0 || read(k->out, line + n, 1) != 1)
			return ctx_fail(&c->cx, VH_BUSY, "child", "",
			                "%s does not start; see its log", k->name);
		if (line[n] == '\n')
			break;
	}
	line[n] = '\0';
	if (strncmp(line, says, sizeof says - 1))
		return ctx_fail(&c->cx, VH_IO, "child", "", "%s says something else", k->name);
	*ret = arena_dup(c->cx.a, line + sizeof says - 1);
	return *ret ? VH_OK : ctx_nomem(&c->cx);
}

bool child_ended(struct child *k)
{
	if (!k->pid || waitpid(k->pid, NULL, WNOHANG) != k->pid)
		return !k->pid;
	k->pid = 0;
	close(k->out);
	return true;
}

void children_stop(struct child *k, size_t n)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };
	int64_t until = now_ms() + STOP_MS;
	for (size_t i = 0; i < n; i++)
		if (k[i].pid)
			kill(k[i].pid, SIGTERM);
	for (size_t i = 0; i < n; i++) {
		while (!child_ended(&k[i]) && now_ms() < until)
			nanosleep(&nap, NULL);
		if (!k[i].pid)
			continue;
		kill(k[i].pid, SIGKILL);
		waitpid(k[i].pid, NULL, 0);
		close(k[i].out);
		k[i].pid = 0;
	}
}
