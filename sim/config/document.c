/*
 * The tables as Markdown, for docs/config.md.
 */
#include "sim/config/internal.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

#define MAX_OBJECTS 128u

struct document {
	const struct cfg_object *objects[MAX_OBJECTS];
	size_t nr_objects;
};

static void add_object(struct document *document,
		       const struct cfg_object *object)
{
	for (size_t i = 0; i < document->nr_objects; i++)
		if (document->objects[i] == object)
			return;
	SIM_ASSERT(document->nr_objects < MAX_OBJECTS);
	document->objects[document->nr_objects++] = object;
}

static void print_cell(FILE *out, const char *text)
{
	fputs("| ", out);
	for (; text && *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
	fputc(' ', out);
}

static void print_type(FILE *out, const struct cfg_key *key)
{
	char text[640];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	if (key->type == CFG_ENUM) {
		for (size_t i = 0; key->names[i]; i++)
			cfg_buf_add(&buf, "%s`%s`", i ? ", " : "",
				    key->names[i]);
	} else if (key->type == CFG_PRESET) {
		SIM_ASSERT(key->object != NULL);
		cfg_buf_add(&buf, "preset in %s/ ([%s](#%s))", key->preset_dir,
			    key->object->name, key->object->name);
	} else {
		cfg_buf_add(&buf, "%s", cfg_type_word(key->type));
		if (key->object)
			cfg_buf_add(&buf, " ([%s](#%s))", key->object->name,
				    key->object->name);
	}
	print_cell(out, text);
}

static void print_row(FILE *out, const struct cfg_key *key)
{
	char text[256];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	cfg_buf_add(&buf, "`%s`", key->key);
	print_cell(out, text);
	print_type(out, key);
	print_cell(out, key->unit);
	cfg_buf_init(&buf, text, sizeof(text));
	if (key->required)
		cfg_buf_add(&buf, "required");
	else if (key->def)
		cfg_buf_add(&buf, "`%s`", key->def);
	print_cell(out, text);
	cfg_buf_init(&buf, text, sizeof(text));
	if (key->type == CFG_INT || key->type == CFG_COST ||
	    key->type == CFG_INT_ARRAY)
		cfg_value_range(&buf, key);
	print_cell(out, text);
	print_cell(out, key->help);
	print_cell(out, key->source);
	fputs("|\n", out);
}

/* An anchor of its own: renderers disagree on those of "thread.op". */
static void print_object(FILE *out, const struct cfg_object *object)
{
	fprintf(out, "<a id=\"%s\"></a>\n\n## %s\n\n%s\n\n", object->name,
		object->name, object->help ? object->help : "");
	fputs("| key | type | unit | default | range | meaning | source |\n"
	      "| --- | --- | --- | --- | --- | --- | --- |\n",
	      out);
	for (size_t i = 0; i < object->nr_keys; i++)
		print_row(out, &object->keys[i]);
}

void cfg_document(const struct cfg_object *object, FILE *out)
{
	struct document document = { .nr_objects = 0 };

	SIM_ASSERT(out != NULL);
	add_object(&document, object);
	/* The list grows while it is walked: outer objects come first. */
	for (size_t i = 0; i < document.nr_objects; i++) {
		const struct cfg_object *next = document.objects[i];

		for (size_t j = 0; j < next->nr_keys; j++)
			if (next->keys[j].object)
				add_object(&document, next->keys[j].object);
		if (i)
			fputc('\n', out);
		print_object(out, next);
	}
}
