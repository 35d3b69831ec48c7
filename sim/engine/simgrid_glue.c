/*
 * The only file that talks to SimGrid: platform, actors, semaphores, clock.
 * Dates are doubles in seconds nowhere else.  Written for 3.32 (Debian 12)
 * and 4.x.
 */
#include "sim/engine/internal.h"

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/semaphore.h>
#include <simgrid/version.h>
#include <xbt/config.h>
#include <xbt/log.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define GLUE_HOST      "host"
#define GLUE_STACK_KIB 256
#define GLUE_NS_PER_S  1e9

#if SIMGRID_VERSION >= 33400
#define GLUE_PRECISION "precision/timing"
#else
#define GLUE_PRECISION "surf/precision"
#endif

/* What an actor's main function is told. */
struct glue_start_info {
	void (*fn)(void *arg);
	void *arg;
};

static void glue_load_platform(unsigned int nr_cpus)
{
	char path[64];
	int fd = memfd_create("wbsim-platform.xml", MFD_CLOEXEC);

	SIM_ASSERT(fd >= 0);
	/* SimGrid insists on this DOCTYPE to the letter. */
	SIM_ASSERT(dprintf(fd,
			   "<?xml version='1.0'?>\n"
			   "<!DOCTYPE platform SYSTEM "
			   "\"https://simgrid.org/simgrid.dtd\">\n"
			   "<platform version=\"4.1\">\n"
			   "<zone id=\"zone\" routing=\"None\">\n"
			   "<host id=\"" GLUE_HOST "\" speed=\"1Gf\" "
			   "core=\"%u\"/>\n"
			   "</zone>\n</platform>\n",
			   nr_cpus) > 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	simgrid_load_platform(path);
	close(fd);
}

void glue_start(unsigned int nr_cpus)
{
	static bool is_started;
	char name[] = "wbsim";
	char *argv[] = { name, NULL };
	int argc = 1;

	SIM_ASSERT(!is_started);
	is_started = true;
	xbt_log_control_set("root.thres:error");
	simgrid_init(&argc, argv);
	/* By default dates less than 1 ns apart are merged. */
	sg_cfg_set_double(GLUE_PRECISION, 1e-12);
	sg_cfg_set_int("contexts/stack-size", GLUE_STACK_KIB);
	glue_load_platform(nr_cpus);
}

void glue_run(void)
{
	simgrid_run();
}

struct glue_sem *glue_sem_new(void)
{
	return (struct glue_sem *)sg_sem_init(0);
}

void glue_sem_free(struct glue_sem *sem)
{
	if (sem)
		sg_sem_destroy((sg_sem_t)sem);
}

void glue_sem_acquire(struct glue_sem *sem)
{
	sg_sem_acquire((sg_sem_t)sem);
}

void glue_sem_release(struct glue_sem *sem)
{
	sg_sem_release((sg_sem_t)sem);
}

static void glue_actor_main(int argc, char **argv)
{
	struct glue_start_info *info = sg_actor_self_get_data();
	void (*fn)(void *arg) = info->fn;
	void *arg = info->arg;

	(void)argc;
	(void)argv;
	free(info);
	fn(arg);
}

void glue_actor_start(const char *name, bool daemon, void (*fn)(void *arg),
		      void *arg)
{
	struct glue_start_info *info = malloc(sizeof(*info));
	sg_actor_t actor = sg_actor_init(name, sg_host_by_name(GLUE_HOST));

	SIM_ASSERT(info && "out of memory");
	SIM_ASSERT(actor);
	*info = (struct glue_start_info){ fn, arg };
	sg_actor_set_data(actor, info);
	sg_actor_start(actor, glue_actor_main, 0, NULL);
	/*
	 * Only now: a daemon that is not started makes SimGrid believe that
	 * daemons are all that is left.
	 */
	if (daemon)
		sg_actor_daemonize(actor);
}

void glue_catch_up(uint64_t date_ns)
{
	double delay_s = (double)date_ns / GLUE_NS_PER_S - simgrid_get_clock();

	/* Dates are whole nanoseconds: less than half of one is rounding. */
	SIM_ASSERT(delay_s > -0.5 / GLUE_NS_PER_S);
	if (delay_s > 0.5 / GLUE_NS_PER_S)
		sg_actor_sleep_for(delay_s);
}

uint64_t glue_clock_ns(void)
{
	return (uint64_t)(simgrid_get_clock() * GLUE_NS_PER_S + 0.5);
}
