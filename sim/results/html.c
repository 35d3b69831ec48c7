/*
 * HTML parts of a report.
 */
#include "sim/results/html.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"

static void html_char(FILE *out, char c)
{
	switch (c) {
	case '&':
		fputs("&amp;", out);
		break;
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		if (((unsigned char)c < ' ' && c != '\n' && c != '\t') ||
		    c == 0x7f)
			fputs("\xEF\xBF\xBD", out);
		else
			putc(c, out);
	}
}

void html_text(FILE *out, const char *text)
{
	for (; *text; text++)
		html_char(out, *text);
}

void html_element(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	html_text(out, text);
	fprintf(out, "</%s>\n", tag);
}

static void table_head(FILE *out, const struct print_table *table)
{
	const struct print_column *column;
	size_t i;

	fputs("<thead><tr>", out);
	for (i = 0; (column = print_column_at(table, i)); i++) {
		fprintf(out, "<th scope=\"col\"%s>",
			column->number ? " class=\"number\"" : "");
		html_text(out, column->name);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n", out);
}

static void table_cell(FILE *out, const struct print_column *column,
		       const char *shown)
{
	fputs(column->number ? "<td class=\"number\">" : "<td>", out);
	if (strcasecmp(column->name, "trust") == 0 && *shown) {
		fputs("<span class=\"trust ", out);
		html_text(out, shown);
		fputs("\">", out);
		html_text(out, shown);
		fputs("</span>", out);
	} else {
		html_text(out, shown);
	}
	fputs("</td>", out);
}

void html_table(FILE *out, const struct print_table *table, const char *caption)
{
	const struct print_column *column;
	size_t row, i;

	if (print_nr_rows(table) == 0)
		return;
	fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"",
	      out);
	html_text(out, caption);
	fputs("\"><table><caption>", out);
	html_text(out, caption);
	fputs("</caption>\n", out);
	table_head(out, table);
	fputs("<tbody>\n", out);
	for (row = 0; row < print_nr_rows(table); row++) {
		fputs("<tr>", out);
		for (i = 0; (column = print_column_at(table, i)); i++)
			table_cell(out, column, print_shown(table, row, i));
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

void html_json(FILE *out, const char *summary, const json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENCODE_ANY);

	SIM_ASSERT(text);
	fputs("<details><summary>", out);
	html_text(out, summary);
	fputs("</summary><pre tabindex=\"0\">", out);
	html_text(out, text);
	fputs("</pre></details>\n", out);
	free(text);
}

/*
 * Where in a tag an id is made or named: the prefix goes behind it.
 * Return: length of the place's text, 0 when @text begins with none.
 */
static size_t svg_id_place(const char *text)
{
	static const char *const places[] = { " id='", " id=\"", "href='#",
					      "href=\"#", "url(#" };
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strncmp(text, places[i], strlen(places[i])) == 0)
			return strlen(places[i]);
	}
	return 0;
}

static void svg_copy(FILE *out, const char *svg, const char *prefix)
{
	static const char title[] = "<title>Gnuplot</title>";
	bool in_tag = false;

	while (*svg) {
		size_t n = in_tag ? svg_id_place(svg) : 0;

		if (n) {
			fwrite(svg, 1, n, out);
			fprintf(out, "%s-", prefix);
			svg += n;
			continue;
		}
		if (!in_tag && strncmp(svg, title, sizeof(title) - 1) == 0) {
			svg += sizeof(title) - 1;
			continue;
		}
		if (*svg == '<' || *svg == '>')
			in_tag = *svg == '<';
		putc(*svg++, out);
	}
}

int html_svg(FILE *out, const char *path, const char *prefix, const char *label)
{
	char *text, *svg;
	size_t nr_bytes;
	int error = file_read(path, &text, &nr_bytes);

	if (error)
		return error;
	svg = strstr(text, "<svg");
	if (svg) {
		fputs("<svg role=\"img\" aria-label=\"", out);
		html_text(out, label);
		fputs("\"", out);
		/* the tag goes on behind its name, before the first '>' */
		svg += strlen("<svg");
		while (*svg && *svg != '>')
			putc(*svg++, out);
		svg_copy(out, svg, prefix);
	}
	free(text);
	return svg ? 0 : -EBADMSG;
}

void html_shell_word(FILE *out, const char *word)
{
	static const char safe[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_./=,:@%+-";

	if (*word && !word[strspn(word, safe)]) {
		fputs(word, out);
		return;
	}
	html_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			html_text(out, "'\\''");
		else
			html_char(out, *word);
	}
	html_char(out, '\'');
}
