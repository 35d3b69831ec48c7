/*
 * Progress on stderr.
 *
 * The state lies in memory shared with the children, because the parent
 * sleeps in jobs_run(): whoever reports next prints the line for all.
 */
#include "sim/cli/progress.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/assert.h"

#define PPM         1000000u
#define FIRST_NS    1000000000ull
#define INTERVAL_NS 100000000ull
#define BAR_WIDTH   30u

struct progress {
	size_t nr_jobs;
	bool is_on;
	uint64_t start_ns;
	atomic_uint_least64_t last_ns;
	atomic_uint_least32_t done_ppm[];
};

static size_t shared_bytes(size_t nr_jobs)
{
	return sizeof(struct progress) +
	       nr_jobs * sizeof(atomic_uint_least32_t);
}

static uint64_t wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct progress *progress_new(size_t nr_jobs, bool is_quiet)
{
	struct progress *progress =
		mmap(NULL, shared_bytes(nr_jobs), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	SIM_ASSERT(progress != MAP_FAILED);
	progress->nr_jobs = nr_jobs;
	progress->is_on = !is_quiet && isatty(STDERR_FILENO);
	progress->start_ns = wall_ns();
	return progress;
}

static void print_line(const struct progress *progress, uint64_t spent_ns)
{
	size_t nr_done = 0, i;
	double share = 0;
	unsigned int filled;
	char bar[BAR_WIDTH + 1], left[64] = "";

	for (i = 0; i < progress->nr_jobs; i++) {
		uint32_t ppm = atomic_load(&progress->done_ppm[i]);

		share += (double)ppm / PPM / (double)progress->nr_jobs;
		nr_done += ppm == PPM;
	}
	filled = (unsigned int)(share * BAR_WIDTH);
	for (i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	if (share > 0.01)
		snprintf(left, sizeof(left), ", %.0f s left",
			 (double)spent_ns / 1e9 * (1 - share) / share);
	fprintf(stderr, "\r\033[K[%s] %3.0f %%, %zu of %zu runs%s", bar,
		100 * share, nr_done, progress->nr_jobs, left);
	fflush(stderr);
}

void progress_job(struct progress *progress, size_t index, uint64_t done,
		  uint64_t total)
{
	uint64_t now_ns, last_ns;
	uint32_t ppm;

	if (!progress->is_on)
		return;
	SIM_ASSERT(index < progress->nr_jobs);
	ppm = total == 0 || done >= total
		      ? PPM
		      : (uint32_t)((double)done / (double)total * PPM);
	atomic_store(&progress->done_ppm[index], ppm);
	now_ns = wall_ns();
	last_ns = atomic_load(&progress->last_ns);
	if (now_ns - progress->start_ns < FIRST_NS ||
	    now_ns - last_ns < INTERVAL_NS)
		return;
	if (atomic_compare_exchange_strong(&progress->last_ns, &last_ns,
					   now_ns))
		print_line(progress, now_ns - progress->start_ns);
}

void progress_end(struct progress *progress)
{
	if (!progress)
		return;
	if (atomic_load(&progress->last_ns)) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	munmap(progress, shared_bytes(progress->nr_jobs));
}
