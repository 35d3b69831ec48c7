/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "sim/base/digest.h"
#include "sim/base/fileio.h"
#include "sim/base/hist.h"
#include "sim/base/pool.h"
#include "sim/base/rng.h"
#include "sim/base/units.h"

static void a_pool_hands_out_distinct_objects_and_reuses_them(void **state)
{
	struct pool pool;
	uint64_t *objects[5000];
	void *again;

	(void)state;
	pool_init(&pool, "test", 24);
	for (size_t i = 0; i < 5000; i++) {
		objects[i] = pool_get(&pool);
		assert_int_equal((uintptr_t)objects[i] % 16, 0);
		for (size_t k = 0; k < 3; k++)
			objects[i][k] = i;
	}
	for (size_t i = 0; i < 5000; i++)
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(objects[i][k], i);
	assert_int_equal(pool.nr_used, 5000);
	pool_put(&pool, objects[77]);
	pool_put(&pool, NULL);
	assert_int_equal(pool.nr_used, 4999);
	again = pool_get_zeroed(&pool);
	assert_ptr_equal(again, objects[77]);
	assert_int_equal(objects[77][2], 0);
	assert_int_equal(pool.nr_used_max, 5000);
	pool_done(&pool);
}

static uint64_t digest_of(const uint64_t *words, size_t nr)
{
	struct digest d;

	digest_init(&d);
	for (size_t i = 0; i < nr; i++)
		digest_word(&d, words[i]);
	return digest_value(&d);
}

static void digests_depend_on_every_word_the_order_and_the_length(void **state)
{
	uint64_t words[200] = { 0 };
	uint64_t seen[201];

	(void)state;
	for (size_t nr = 0; nr <= 200; nr++) {
		seen[nr] = digest_of(words, nr);
		for (size_t i = 0; i < nr; i++)
			assert_int_not_equal(seen[i], seen[nr]);
	}
	for (size_t i = 0; i < 200; i++) {
		words[i] = 1;
		assert_int_not_equal(digest_of(words, 200), seen[200]);
		words[i] = 0;
	}
	words[3] = 1;
	seen[0] = digest_of(words, 100);
	words[3] = 0;
	words[4] = 1;
	assert_int_not_equal(digest_of(words, 100), seen[0]);
}

static void a_digest_can_be_read_in_between(void **state)
{
	uint64_t words[150];
	struct digest d;

	(void)state;
	digest_init(&d);
	for (uint64_t i = 0; i < 150; i++) {
		assert_int_equal(digest_value(&d), digest_of(words, i));
		words[i] = i;
		digest_word(&d, i);
	}
	assert_int_equal(digest_value(&d), digest_of(words, 150));
	/* XXH3_64bits of no bytes, from its specification */
	assert_int_equal(digest_bytes("", 0), 0x2d06800538d394c2ull);
}

static void xoshiro_gives_the_published_numbers(void **state)
{
	/* state 1, 2, 3, 4: the vector of rand_xoshiro and others */
	static const uint64_t known[] = {
		11520ull,
		0ull,
		1509978240ull,
		1215971899390074240ull,
		1216172134540287360ull,
		607988272756665600ull,
		16172922978634559625ull,
		8476171486693032832ull,
		10595114339597558777ull,
		2904607092377533576ull,
	};
	struct rng rng = { { 1, 2, 3, 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(rng_next(&rng), known[i]);
}

static void random_streams_differ_by_seed_and_by_name(void **state)
{
	struct rng a, b, c, d;

	(void)state;
	rng_init(&a, 1, "device");
	rng_init(&b, 1, "devices");
	rng_init(&c, 2, "device");
	rng_init(&d, 1, "device");
	for (int i = 0; i < 100; i++) {
		uint64_t x = rng_next(&a);

		assert_int_not_equal(x, rng_next(&b));
		assert_int_not_equal(x, rng_next(&c));
		assert_int_equal(x, rng_next(&d));
	}
}

static void bounded_numbers_are_uniform_and_below_the_bound(void **state)
{
	uint64_t counts[7] = { 0 }, hits = 0;
	struct rng rng;

	(void)state;
	rng_init(&rng, 9, "bounds");
	for (int i = 0; i < 70000; i++) {
		uint64_t x = rng_below(&rng, 7);

		assert_true(x < 7);
		counts[x]++;
		hits += rng_chance_ppm(&rng, 250000);
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(counts[i], 9600, 10400);
	assert_in_range(hits, 17000, 18000);
	assert_int_equal(rng_below(&rng, 1), 0);
	assert_false(rng_chance_ppm(&rng, 0));
	assert_true(rng_chance_ppm(&rng, 1000000));
	for (int i = 0; i < 100; i++)
		assert_true(rng_below(&rng, (1ull << 63) + 1) <= 1ull << 63);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void quantiles_lie_within_a_bucket_of_exact_sorting(void **state)
{
	static const uint32_t ppms[] = { 1,      1000,   500000,
					 900000, 999000, 1000000 };
	static uint64_t values[20000];
	struct hist h;
	struct rng rng;

	(void)state;
	hist_init(&h);
	rng_init(&rng, 3, "hist");
	for (size_t i = 0; i < 20000; i++) {
		values[i] = rng_next(&rng) >> (1 + rng_below(&rng, 63));
		hist_add(&h, values[i]);
	}
	qsort(values, 20000, sizeof(values[0]), by_value);
	assert_int_equal(h.min, values[0]);
	assert_int_equal(h.max, values[19999]);
	for (size_t i = 0; i < sizeof(ppms) / sizeof(ppms[0]); i++) {
		uint64_t rank = mul_div_up(20000, ppms[i], 1000000);
		uint64_t exact = values[rank - 1];
		uint64_t got = hist_quantile(&h, ppms[i]);

		assert_true(got >= exact);
		assert_true(got - exact <= exact / 32);
	}
}

static void histogram_buckets_tile_the_values(void **state)
{
	struct hist h;

	(void)state;
	assert_int_equal(hist_bucket_low(0), 0);
	for (unsigned int i = 0; i < HIST_NR_BUCKETS; i++) {
		uint64_t low = hist_bucket_low(i);
		uint64_t high = hist_bucket_low(i + 1) - 1;

		assert_true(high >= low);
		assert_true(high - low <= low / 32);
		hist_init(&h);
		hist_add(&h, low);
		hist_add(&h, high);
		assert_int_equal(h.buckets[i], 2);
	}
}

static void merged_histograms_equal_one_over_all(void **state)
{
	struct hist a, b, both;

	(void)state;
	hist_init(&a);
	hist_init(&b);
	hist_init(&both);
	assert_int_equal(hist_quantile(&a, 500000), 0);
	hist_merge(&a, &b);
	assert_int_equal(a.min, 0);
	for (uint64_t i = 100; i < 1000; i++) {
		hist_add(i & 1 ? &a : &b, i * i);
		hist_add(&both, i * i);
	}
	hist_merge(&a, &b);
	assert_memory_equal(&a, &both, sizeof(a));
}

static char *temporary_dir(void)
{
	static char path[64];

	strcpy(path, "/tmp/wbsim-test-XXXXXX");
	assert_non_null(mkdtemp(path));
	return path;
}

static void a_written_file_reads_back_and_leaves_nothing_else(void **state)
{
	char path[128], command[160], *dir = temporary_dir(), *data;
	size_t nr_bytes;

	(void)state;
	snprintf(path, sizeof(path), "%s/a/b/c", dir);
	assert_int_equal(dir_make(path), 0);
	assert_int_equal(dir_make(path), 0);
	snprintf(path, sizeof(path), "%s/a/b/c/file", dir);
	assert_int_equal(file_read(path, &data, &nr_bytes), -ENOENT);
	assert_int_equal(file_write_atomic(path, "first", 5), 0);
	assert_int_equal(file_write_atomic(path, "x\0y", 3), 0);
	assert_int_equal(file_read(path, &data, &nr_bytes), 0);
	assert_int_equal(nr_bytes, 3);
	assert_memory_equal(data, "x\0y", 4);
	free(data);
	snprintf(command, sizeof(command), "test $(ls -A %s/a/b/c | wc -l) = 1",
		 dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(dir_make(path), -ENOTDIR);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

static void a_failed_write_changes_nothing(void **state)
{
	char path[128], *dir = temporary_dir();
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s/no/file", dir);
	assert_int_equal(file_write_atomic(path, "x", 1), -ENOENT);
	/* The name is taken by a folder: the rename fails. */
	snprintf(path, sizeof(path), "%s/taken", dir);
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(file_write_atomic(path, "x", 1), -EISDIR);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void gzip_files_read_as_their_contents(void **state)
{
	char path[128], *dir = temporary_dir(), *data;
	size_t nr_bytes;
	gzFile gz;

	(void)state;
	snprintf(path, sizeof(path), "%s/f.gz", dir);
	for (int member = 0; member < 2; member++) {
		gz = gzopen(path, member ? "ab" : "wb");
		assert_non_null(gz);
		for (int i = 0; i < 100000; i++)
			gzprintf(gz, "line %d\n", i);
		gzclose(gz);
	}
	assert_int_equal(file_read(path, &data, &nr_bytes), 0);
	assert_int_equal(nr_bytes, 2 * 1088890);
	assert_memory_equal(data, "line 0\nline 1\n", 14);
	assert_memory_equal(data + nr_bytes - 11, "line 99999\n", 12);
	free(data);
	assert_int_equal(truncate(path, 5000), 0);
	data = dir;
	assert_int_equal(file_read(path, &data, &nr_bytes), -EBADMSG);
	assert_ptr_equal(data, dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void paths_that_leave_their_folder_are_found(void **state)
{
	(void)state;
	assert_true(path_is_inside("a"));
	assert_true(path_is_inside("a/b..c/..d/.e/..."));
	assert_true(path_is_inside("./a"));
	assert_false(path_is_inside(""));
	assert_false(path_is_inside("/a"));
	assert_false(path_is_inside(".."));
	assert_false(path_is_inside("../a"));
	assert_false(path_is_inside("a/../b"));
	assert_false(path_is_inside("a/.."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_pool_hands_out_distinct_objects_and_reuses_them),
		cmocka_unit_test(
			digests_depend_on_every_word_the_order_and_the_length),
		cmocka_unit_test(a_digest_can_be_read_in_between),
		cmocka_unit_test(xoshiro_gives_the_published_numbers),
		cmocka_unit_test(random_streams_differ_by_seed_and_by_name),
		cmocka_unit_test(
			bounded_numbers_are_uniform_and_below_the_bound),
		cmocka_unit_test(
			quantiles_lie_within_a_bucket_of_exact_sorting),
		cmocka_unit_test(histogram_buckets_tile_the_values),
		cmocka_unit_test(merged_histograms_equal_one_over_all),
		cmocka_unit_test(
			a_written_file_reads_back_and_leaves_nothing_else),
		cmocka_unit_test(a_failed_write_changes_nothing),
		cmocka_unit_test(gzip_files_read_as_their_contents),
		cmocka_unit_test(paths_that_leave_their_folder_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
