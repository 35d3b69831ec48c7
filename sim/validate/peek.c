/*
 * A look at the top-level keys of a JSON object.  Building the tree of a
 * recording costs 50 times as much, and most are not wanted.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/find.h"
#include "sim/validate/vec.h"

/** struct scanner - what is left of the text */
struct scanner {
	const char *at;
	const char *end;
};

static void skip_space(struct scanner *s)
{
	while (s->at < s->end && strchr(" \t\r\n", *s->at) && *s->at)
		s->at++;
}

static bool take(struct scanner *s, char c)
{
	skip_space(s);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* At a quote; leaves the scanner behind the closing one. */
static bool skip_string(struct scanner *s)
{
	for (s->at++; s->at < s->end; s->at++) {
		if (*s->at == '\\')
			s->at++;
		else if (*s->at == '"') {
			s->at++;
			return true;
		}
	}
	s->at = s->end;
	return false;
}

/* Any value; brackets are only counted. */
static bool skip_value(struct scanner *s)
{
	size_t depth = 0;

	skip_space(s);
	while (s->at < s->end) {
		char c = *s->at;

		if (c == '"') {
			if (!skip_string(s))
				return false;
			if (!depth)
				return true;
			continue;
		}
		if (!depth && (c == ',' || c == '}' || c == ']'))
			return true;
		if (c == '{' || c == '[')
			depth++;
		s->at++;
		if ((c == '}' || c == ']') && !--depth)
			return true;
	}
	return false;
}

static char *decode(const char *begin, const char *end)
{
	json_t *value =
		json_loadb(begin, (size_t)(end - begin), JSON_DECODE_ANY, NULL);
	char *ret = str_copy(json_string_value(value));

	json_decref(value);
	return ret;
}

static bool key_is(const char *begin, const char *end, const char *name)
{
	return (size_t)(end - begin) == strlen(name) + 2 &&
	       !memcmp(begin + 1, name, strlen(name));
}

static bool peek_member(struct scanner *s, struct peek *ret)
{
	const char *key;
	const char *key_end;
	const char *value;
	char **wanted = NULL;

	skip_space(s);
	key = s->at;
	if (key == s->end || *key != '"' || !skip_string(s))
		return false;
	key_end = s->at;
	if (!take(s, ':'))
		return false;
	skip_space(s);
	value = s->at;
	if (!skip_value(s))
		return false;
	if (key_is(key, key_end, "kernel"))
		wanted = &ret->kernel;
	else if (key_is(key, key_end, "scenario"))
		wanted = &ret->scenario;
	else if (key_is(key, key_end, "format") ||
		 key_is(key, key_end, "threads"))
		ret->is_timed = true;
	if (wanted && !*wanted)
		*wanted = decode(value, s->at);
	return true;
}

int peek_json(const char *text, size_t nr_bytes, struct peek *ret)
{
	struct scanner s = { text, text + nr_bytes };

	*ret = (struct peek){ 0 };
	if (!take(&s, '{'))
		return -EINVAL;
	if (!take(&s, '}')) {
		do {
			if (!peek_member(&s, ret))
				goto damaged;
		} while (take(&s, ','));
		if (!take(&s, '}'))
			goto damaged;
	}
	skip_space(&s);
	if (s.at == s.end)
		return 0;
damaged:
	peek_done(ret);
	return -EINVAL;
}

void peek_done(struct peek *peek)
{
	free(peek->kernel);
	free(peek->scenario);
	*peek = (struct peek){ 0 };
}
