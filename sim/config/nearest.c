/*
 * The known words nearest to an unknown one: edit distance, with swapped
 * neighbours as one edit and a forgotten unit ("zone_size" for
 * "zone_size_bytes") as one.
 */
#include "sim/config/internal.h"

#include <string.h>

#include "sim/base/assert.h"

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

static size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][CFG_MAX_KEY + 1];
	size_t nr_a = strlen(a);
	size_t nr_b = strlen(b);

	if (nr_a > CFG_MAX_KEY || nr_b > CFG_MAX_KEY)
		return SIZE_MAX;
	for (size_t j = 0; j <= nr_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= nr_a; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3];
		const size_t *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= nr_b; j++) {
			size_t differs = a[i - 1] != b[j - 1];

			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + differs);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && above2[j - 2] + 1 < row[j])
				row[j] = above2[j - 2] + 1;
		}
	}
	return rows[nr_a % 3][nr_b];
}

static size_t word_distance(const char *word, const char *candidate)
{
	size_t nr = strlen(word);

	if (nr > 1 && strncmp(candidate, word, nr) == 0 && candidate[nr] == '_')
		return 1;
	return edit_distance(word, candidate);
}

void cfg_nearest_init(struct cfg_nearest *near, const char *word)
{
	near->word = word;
	for (size_t i = 0; i < 3; i++) {
		near->best[i] = NULL;
		near->distance[i] = SIZE_MAX;
	}
}

void cfg_nearest_offer(struct cfg_nearest *near, const char *candidate)
{
	size_t distance = word_distance(near->word, candidate);

	for (size_t i = 0; i < 3; i++) {
		if (distance >= near->distance[i])
			continue;
		for (size_t j = 2; j > i; j--) {
			near->best[j] = near->best[j - 1];
			near->distance[j] = near->distance[j - 1];
		}
		near->best[i] = candidate;
		near->distance[i] = distance;
		return;
	}
}

const char *cfg_nearest_get(const struct cfg_nearest *near)
{
	size_t limit = strlen(near->word) / 3 + 1;

	SIM_ASSERT(near->best[0] || near->distance[0] == SIZE_MAX);
	/* A distance of the whole word would suggest anything. */
	if (limit >= strlen(near->word))
		limit = strlen(near->word) ? strlen(near->word) - 1 : 0;
	return near->distance[0] <= limit ? near->best[0] : NULL;
}

const char *cfg_nearest_key(const struct cfg_object *object, const char *word)
{
	struct cfg_nearest near;

	cfg_nearest_init(&near, word);
	for (size_t i = 0; i < object->nr_keys; i++)
		cfg_nearest_offer(&near, object->keys[i].key);
	return cfg_nearest_get(&near);
}
