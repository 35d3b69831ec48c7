/*
 * A second pass over JSON text, for places in messages: jansson keeps no
 * line of a parsed value.
 *
 * The text is known to be JSON up to the byte of interest; anything else
 * ends the pass, it never reads past the end.
 */
#include "sim/config/internal.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

struct scan {
	const char *pos;
	const char *end;
	unsigned int line;
};

static void scan_init(struct scan *scan, const char *text, size_t nr_bytes)
{
	scan->pos = text;
	scan->end = text + nr_bytes;
	scan->line = 1;
}

static int scan_peek(struct scan *scan)
{
	for (; scan->pos < scan->end; scan->pos++) {
		if (*scan->pos == '\n')
			scan->line++;
		else if (!strchr(" \t\r", *scan->pos) || !*scan->pos)
			return (unsigned char)*scan->pos;
	}
	return -1;
}

/* A string with its quotes; a string holds no raw newline in JSON. */
static size_t scan_string(struct scan *scan, const char **ret_text)
{
	const char *start = scan->pos;

	SIM_ASSERT(start < scan->end);
	*ret_text = start;
	for (scan->pos++; scan->pos < scan->end; scan->pos++) {
		if (*scan->pos == '\\' && scan->pos + 1 < scan->end) {
			scan->pos++;
		} else if (*scan->pos == '"') {
			scan->pos++;
			break;
		}
	}
	return (size_t)(scan->pos - start);
}

static void scan_value(struct scan *scan)
{
	size_t depth = 0;
	const char *text;
	int c;

	while ((c = scan_peek(scan)) >= 0) {
		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			return;
		if (c == '"') {
			scan_string(scan, &text);
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		scan->pos++;
	}
}

static bool string_is(const char *text, size_t nr, const char *key)
{
	bool same;
	json_t *decoded;

	if (!memchr(text, '\\', nr))
		return nr == strlen(key) + 2 &&
		       memcmp(text + 1, key, nr - 2) == 0;
	decoded = json_loadb(text, nr, JSON_DECODE_ANY, NULL);
	same = decoded && strcmp(json_string_value(decoded), key) == 0;
	json_decref(decoded);
	return same;
}

/* From "{" to the value of @key; the line of the key, or 0. */
static unsigned int enter_key(struct scan *scan, const char *key)
{
	if (scan_peek(scan) != '{')
		return 0;
	do {
		const char *text;
		unsigned int line;
		size_t nr;

		scan->pos++;
		if (scan_peek(scan) != '"')
			return 0;
		line = scan->line;
		nr = scan_string(scan, &text);
		if (scan_peek(scan) != ':')
			return 0;
		scan->pos++;
		if (string_is(text, nr, key))
			return line;
		scan_value(scan);
	} while (scan_peek(scan) == ',');
	return 0;
}

static unsigned int enter_index(struct scan *scan, size_t index)
{
	if (scan_peek(scan) != '[')
		return 0;
	for (size_t i = 0;; i++) {
		scan->pos++;
		if (scan_peek(scan) < 0 || *scan->pos == ']')
			return 0;
		if (i == index)
			return scan->line;
		scan_value(scan);
		if (scan_peek(scan) != ',')
			return 0;
	}
}

unsigned int cfg_line_of(const char *text, size_t nr_bytes,
			 const struct cfg_step *steps, size_t nr_steps)
{
	struct scan scan;
	unsigned int line;

	scan_init(&scan, text, nr_bytes);
	if (scan_peek(&scan) < 0)
		return 0;
	line = scan.line;
	for (size_t i = 0; i < nr_steps && line; i++) {
		if (steps[i].key)
			line = enter_key(&scan, steps[i].key);
		else
			line = enter_index(&scan, steps[i].index);
	}
	return line;
}

/* One open bracket on the way to a byte. */
struct level {
	bool is_array;
	size_t index;
	const char *key;
	size_t nr_key;
};

static void print_levels(const struct level *levels, size_t nr_levels,
			 struct cfg_buf *ret)
{
	cfg_buf_add(ret, "$");
	for (size_t i = 0; i < nr_levels; i++) {
		json_t *key;

		if (levels[i].is_array) {
			cfg_buf_add(ret, "[%zu]", levels[i].index);
			continue;
		}
		if (!levels[i].key)
			continue;
		key = json_loadb(levels[i].key, levels[i].nr_key,
				 JSON_DECODE_ANY, NULL);
		if (!json_is_string(key)) {
			json_decref(key);
			continue;
		}
		cfg_buf_add(ret, ".");
		cfg_buf_word(ret, json_string_value(key));
		json_decref(key);
	}
}

static size_t step_bracket(struct level *levels, size_t depth, int c)
{
	if (c == '{' || c == '[') {
		SIM_ASSERT(depth < CFG_MAX_DEPTH);
		levels[depth] = (struct level){ .is_array = c == '[' };
		return depth + 1;
	}
	return depth ? depth - 1 : 0;
}

void cfg_path_at(const char *text, size_t offset, struct cfg_buf *ret)
{
	struct level levels[CFG_MAX_DEPTH];
	bool want_key = false;
	size_t depth = 0;
	struct scan scan;
	int c;

	scan_init(&scan, text, offset);
	while ((c = scan_peek(&scan)) >= 0) {
		struct level *top = depth ? &levels[depth - 1] : NULL;

		if (c == '"') {
			const char *start;
			size_t nr = scan_string(&scan, &start);

			if (want_key && top) {
				top->key = start;
				top->nr_key = nr;
			}
			want_key = false;
			continue;
		}
		if (strchr("{}[]", c) && c)
			depth = step_bracket(levels, depth, c);
		if (c == ',' && top && top->is_array)
			top->index++;
		want_key = c == '{' || (c == ',' && top && !top->is_array);
		scan.pos++;
	}
	print_levels(levels, depth, ret);
}

size_t cfg_text_depth(const char *text, size_t nr_bytes)
{
	size_t depth = 0, deepest = 0;
	const char *string;
	struct scan scan;
	int c;

	scan_init(&scan, text, nr_bytes);
	while ((c = scan_peek(&scan)) >= 0) {
		if (c == '"') {
			scan_string(&scan, &string);
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth)
			depth--;
		deepest = depth > deepest ? depth : deepest;
		scan.pos++;
	}
	return deepest;
}
