/*
 * What a key means, for `wbsim explain`.
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

/* A table that contains itself is followed this far. */
#define EXPLAIN_DEPTH 8u
#define MAX_PATH_TEXT 512u

/**
 * struct lookup - one search over all paths of a table
 * @word: what is looked for
 * @found, @found_path: the row, and the first path that leads to it
 * @nr_rows: different rows that fit; @others: the paths of the rest
 * @endings: as keys, ends of all paths
 */
struct lookup {
	const char *word;
	const struct cfg_key *found;
	char found_path[MAX_PATH_TEXT];
	size_t nr_rows;
	struct cfg_buf *others;
	json_t *endings;
};

typedef void (*visit_fn)(struct lookup *lookup, const struct cfg_key *key,
			 const char *path);

static void visit_all(const struct cfg_object *object, struct cfg_buf *path,
		      unsigned int depth, struct lookup *lookup, visit_fn visit)
{
	size_t used = path->used;

	for (size_t i = 0; i < object->nr_keys; i++) {
		const struct cfg_key *key = &object->keys[i];

		path->used = used;
		cfg_buf_add(path, "%s%s", used ? "." : "", key->key);
		visit(lookup, key, path->text);
		if (key->object && depth < EXPLAIN_DEPTH)
			visit_all(key->object, path, depth + 1, lookup, visit);
	}
	path->used = used;
	path->text[used] = '\0';
}

static void search(const struct cfg_object *object, struct lookup *lookup,
		   visit_fn visit)
{
	char text[MAX_PATH_TEXT];
	struct cfg_buf path;

	cfg_buf_init(&path, text, sizeof(text));
	visit_all(object, &path, 0, lookup, visit);
}

static bool path_ends_in(const char *path, const char *ending)
{
	size_t nr = strlen(path), nr_ending = strlen(ending);

	if (nr_ending > nr || strcmp(path + nr - nr_ending, ending) != 0)
		return false;
	return nr == nr_ending || path[nr - nr_ending - 1] == '.';
}

static void visit_ending(struct lookup *lookup, const struct cfg_key *key,
			 const char *path)
{
	bool is_whole = strcmp(path, lookup->word) == 0;

	if (!path_ends_in(path, lookup->word) || key == lookup->found)
		return;
	/* A whole path wins over endings of longer ones. */
	if (lookup->found && strcmp(lookup->found_path, lookup->word) == 0)
		return;
	if (is_whole)
		lookup->nr_rows = 0;
	if (lookup->nr_rows++ == 0) {
		struct cfg_buf buf;

		lookup->found = key;
		cfg_buf_init(&buf, lookup->found_path,
			     sizeof(lookup->found_path));
		cfg_buf_add(&buf, "%s", path);
	} else {
		cfg_buf_add(lookup->others, ", %s", path);
	}
}

/* As many last components as the word has are compared. */
static void visit_near(struct lookup *lookup, const struct cfg_key *key,
		       const char *path)
{
	const char *ending = path + strlen(path);
	size_t nr_dots = 1;

	(void)key;
	for (const char *c = lookup->word; *c; c++)
		nr_dots += *c == '.';
	while (ending > path && nr_dots > 0)
		nr_dots -= *--ending == '.';
	if (*ending == '.')
		ending++;
	json_object_set_new(lookup->endings, ending, json_null());
}

static void print_keys(const struct cfg_object *object, FILE *out)
{
	for (size_t i = 0; i < object->nr_keys; i++)
		fprintf(out, "    %-32s %s\n", object->keys[i].key,
			object->keys[i].help ? object->keys[i].help : "");
}

static void print_line(FILE *out, const char *label, const char *text)
{
	if (text && text[0])
		fprintf(out, "  %-9s%s\n", label, text);
}

static void print_key(const struct cfg_key *key, const char *path, FILE *out)
{
	char text[1024];
	struct cfg_buf buf;

	fprintf(out, "%s\n", path);
	print_line(out, "meaning", key->help);
	cfg_buf_init(&buf, text, sizeof(text));
	cfg_value_expected(&buf, key, false);
	print_line(out, "value", text);
	print_line(out, "unit", key->unit);
	print_line(out, "default",
		   key->required ? "none, the key is required" : key->def);
	if (key->type == CFG_INT || key->type == CFG_COST ||
	    key->type == CFG_INT_ARRAY) {
		cfg_buf_init(&buf, text, sizeof(text));
		cfg_value_range(&buf, key);
		print_line(out, "range", text);
	}
	print_line(out, "source", key->source);
	if (!key->object)
		return;
	fprintf(out, "  keys of %s:\n", key->object->name);
	print_keys(key->object, out);
}

static int fail_lookup(const struct cfg_object *object, struct lookup *lookup,
		       const char *path, struct cfg_error *reterr)
{
	struct cfg_nearest near;
	struct cfg_buf buf;
	const char *ending;
	json_t *unused;

	lookup->endings = json_object();
	search(object, lookup, visit_near);
	cfg_nearest_init(&near, lookup->word);
	json_object_foreach(lookup->endings, ending, unused)
		cfg_nearest_offer(&near, ending);
	cfg_buf_init(&buf, reterr->text, sizeof(reterr->text));
	cfg_buf_add(&buf, "%s: unknown key", path);
	for (size_t i = 0; i < 3 && near.best[i]; i++)
		cfg_buf_add(&buf, "%s%s",
			    i ? ", " : " (nearest: ", near.best[i]);
	if (near.best[0])
		cfg_buf_add(&buf, ")");
	json_decref(lookup->endings);
	return -ENOENT;
}

/* "$.threads[0].ops" to "threads.ops". */
static int plain_path(const char *path, char *ret, size_t size)
{
	struct cfg_path parsed;
	struct cfg_buf buf;
	int err;

	cfg_buf_init(&buf, ret, size);
	err = cfg_path_parse(path, &parsed);
	if (err)
		return err;
	for (size_t i = 0; i < parsed.nr_steps; i++)
		if (parsed.steps[i].key)
			cfg_buf_add(&buf, "%s%s", i ? "." : "",
				    parsed.steps[i].key);
	cfg_path_done(&parsed);
	return 0;
}

int cfg_explain(const struct cfg_object *object, const char *path, FILE *out,
		struct cfg_error *reterr)
{
	char word[MAX_PATH_TEXT], others[768];
	struct lookup lookup = { .word = word };
	struct cfg_buf buf;

	SIM_ASSERT(object != NULL);
	SIM_ASSERT(out != NULL);
	if (plain_path(path, word, sizeof(word)))
		snprintf(word, sizeof(word), "%s", path);
	if (!word[0]) {
		fprintf(out, "%s\n", object->help ? object->help : "");
		print_keys(object, out);
		return 0;
	}
	cfg_buf_init(&buf, others, sizeof(others));
	lookup.others = &buf;
	search(object, &lookup, visit_ending);
	if (lookup.nr_rows == 1) {
		print_key(lookup.found, lookup.found_path, out);
		return 0;
	}
	if (lookup.nr_rows == 0)
		return fail_lookup(object, &lookup, path, reterr);
	cfg_buf_init(&buf, reterr->text, sizeof(reterr->text));
	cfg_buf_add(&buf, "%s: more than one key ends so: %s%s", path,
		    lookup.found_path, others);
	return -ENOENT;
}
