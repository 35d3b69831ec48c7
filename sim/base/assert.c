/*
 * Bug reports.  The state here is the only mutable global of the base: a
 * process holds one run, and a bug must be able to describe it from anywhere.
 */
#include "sim/base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
	void (*describe)(char *buf, int size, void *arg);
	void *arg;
} bug_hook;

void sim_bug_hook(void (*describe)(char *buf, int size, void *arg), void *arg)
{
	bug_hook.describe = describe;
	bug_hook.arg = arg;
}

_Noreturn void sim_bug(const char *file, int line, const char *func,
		       const char *expr)
{
	void (*describe)(char *buf, int size, void *arg) = bug_hook.describe;
	char run[256] = "";

	/* A bug inside the hook must not come back here for ever. */
	bug_hook.describe = NULL;
	if (describe)
		describe(run, (int)sizeof(run), bug_hook.arg);
	fflush(stdout);
	fprintf(stderr, "wbsim: bug: %s: %s:%d: %s\n", func, file, line, expr);
	if (run[0])
		fprintf(stderr, "wbsim: bug: run: %s\n", run);
	fflush(stderr);
	if (getenv("WBSIM_ABORT"))
		abort();
	/* Not exit(): the stack may be that of an actor. */
	_exit(3);
}
