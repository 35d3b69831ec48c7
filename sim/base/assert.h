/*
 * Assertions of the simulator: always compiled in.
 *
 * A failed SIM_ASSERT is a bug of wbsim, never a user error and never a
 * simulated failure.  It prints the expression, the place and what
 * sim_bug_context() was last told (simulated time, event number, seed), and
 * ends the process with exit status 3.
 */
#ifndef SIM_BASE_ASSERT_H
#define SIM_BASE_ASSERT_H

#include <stdint.h>

/**
 * sim_bug_hook - name the function that describes the run for bug reports
 * @describe: writes a line without newline into @buf; NULL removes the hook
 * @arg: handed to @describe
 *
 * One hook per process (a process holds one run).
 */
void sim_bug_hook(void (*describe)(char *buf, int size, void *arg), void *arg);

/**
 * sim_bug - report a bug and end the process with exit status 3
 *
 * With the environment variable WBSIM_ABORT set it aborts instead, so that a
 * debugger or a core file shows the place.
 */
_Noreturn void sim_bug(const char *file, int line, const char *func,
		       const char *expr);

#define SIM_ASSERT(expr)                                                       \
	((expr) ? (void)0 : sim_bug(__FILE__, __LINE__, __func__, #expr))

/*
 * Checks that walk whole structures: compiled in by the audit preset only.
 */
#ifdef WBSIM_AUDIT
#define SIM_AUDIT(expr) SIM_ASSERT(expr)
#else
#define SIM_AUDIT(expr) ((void)0)
#endif

#endif
