/*
 * Bounded text for messages: what users wrote is shortened and kept on one
 * line, whatever they wrote.
 */
#include "sim/config/internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

#define SHOWN_CHARS 48

void cfg_buf_init(struct cfg_buf *buf, char *text, size_t size)
{
	SIM_ASSERT(size > 0);
	buf->text = text;
	buf->size = size;
	buf->used = 0;
	text[0] = '\0';
}

void cfg_buf_add(struct cfg_buf *buf, const char *format, ...)
{
	size_t room = buf->size - buf->used;
	va_list args;
	int nr;

	SIM_ASSERT(buf->used < buf->size);
	va_start(args, format);
	nr = vsnprintf(buf->text + buf->used, room, format, args);
	va_end(args);
	if (nr < 0)
		return;
	buf->used += (size_t)nr < room ? (size_t)nr : room - 1;
}

static void add_short(struct cfg_buf *buf, const char *text)
{
	if (strlen(text) <= SHOWN_CHARS)
		cfg_buf_add(buf, "%s", text);
	else
		cfg_buf_add(buf, "%.*s...", SHOWN_CHARS, text);
}

void cfg_buf_value(struct cfg_buf *buf, const json_t *value)
{
	char *text;

	if (json_is_object(value)) {
		cfg_buf_add(buf, "an object");
		return;
	}
	if (json_is_array(value)) {
		cfg_buf_add(buf, "an array");
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII |
					 JSON_REAL_PRECISION(15));
	add_short(buf, text ? text : "(no text)");
	free(text);
}

void cfg_buf_word(struct cfg_buf *buf, const char *word)
{
	json_t *quoted;
	size_t i;

	for (i = 0; word[i] && i < SHOWN_CHARS; i++)
		if (!isalnum((unsigned char)word[i]) && !strchr("_-", word[i]))
			break;
	if (i > 0 && (!word[i] || i == SHOWN_CHARS)) {
		add_short(buf, word);
		return;
	}
	quoted = json_string(word);
	cfg_buf_value(buf, quoted);
	json_decref(quoted);
}
