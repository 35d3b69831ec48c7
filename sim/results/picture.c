/*
 * Pictures: files and gnuplot.
 */
#include "sim/results/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"
#include "sim/results/datadir.h"
#include "sim/results/writer.h"

#define GNUPLOT_MISSING 127

void picture_set_init(struct picture_set *set, const char *dir)
{
	set->dir = dir;
	set->names = json_array();
	set->warning[0] = '\0';
	set->for_report = false;
}

void picture_set_done(struct picture_set *set)
{
	json_decref(set->names);
}

void picture_begin(struct picture *picture, struct picture_set *set,
		   const char *name)
{
	memset(picture, 0, sizeof(*picture));
	picture->set = set;
	picture->name = name;
	picture->csv = open_memstream(&picture->csv_text, &picture->csv_bytes);
	picture->variables = open_memstream(&picture->variables_text,
					    &picture->variables_bytes);
	SIM_ASSERT(picture->csv && picture->variables);
}

void picture_variable(struct picture *picture, const char *variable,
		      const char *text)
{
	FILE *out = picture->variables;

	fprintf(out, "%s = '", variable);
	for (; *text; text++) {
		if (*text == '\'')
			putc('\'', out);
		putc((unsigned char)*text < ' ' ? (int)' ' : (int)*text, out);
	}
	fputs("'\n", out);
}

/* quotes would end the text in the script */
void picture_word(FILE *out, const char *word)
{
	bool is_quoted = strpbrk(word, " '\"\\") || !*word;

	if (is_quoted)
		putc('"', out);
	for (; *word; word++)
		putc(strchr("'\"\\", *word) || (unsigned char)*word < ' '
			     ? ' '
			     : *word,
		     out);
	fputs(is_quoted ? "\" " : " ", out);
}

/* stderr of gnuplot goes to @fd */
static void gnuplot_exec(const char *dir, const char *script, int fd)
{
	int null = open("/dev/null", O_RDWR);

	if (chdir(dir) != 0 || null < 0)
		_exit(1);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execlp("gnuplot", "gnuplot", "-d", script, (char *)NULL);
	_exit(GNUPLOT_MISSING);
}

static int gnuplot_run(const char *dir, const char *script, char *reterr,
		       size_t reterr_bytes)
{
	size_t used = 0;
	int pipe_fds[2], status;
	pid_t pid;
	ssize_t n;

	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		gnuplot_exec(dir, script, pipe_fds[1]);
	close(pipe_fds[1]);
	for (;;) {
		char chunk[256];

		n = read(pipe_fds[0], chunk, sizeof(chunk));
		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n && used + 1 < reterr_bytes; i++) {
			reterr[used] = chunk[i];
			if (chunk[i] == '\n')
				reterr[used] = ' ';
			used++;
		}
	}
	reterr[used] = '\0';
	close(pipe_fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == GNUPLOT_MISSING)
		return -ENOENT;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static void template_copy(FILE *out, const char *name, struct picture_set *set)
{
	char path[4096];
	char *text;
	size_t nr_bytes;
	int error;

	datadir_path(path, sizeof(path), "plots", name, ".gp");
	error = file_read(path, &text, &nr_bytes);
	if (error) {
		snprintf(set->warning, sizeof(set->warning), "%.400s: %s", path,
			 strerror(-error));
		return;
	}
	fwrite(text, 1, nr_bytes, out);
	free(text);
}

static char *script_text(struct picture *picture, const char *template_name)
{
	char *text;
	size_t nr_bytes;
	FILE *out = open_memstream(&text, &nr_bytes);

	SIM_ASSERT(out);
	fprintf(out,
		"# Draws %s.svg and %s.png from %s.csv: gnuplot -d %s.gp\n"
		"name = '%s'\ndata = '%s.csv'\n",
		picture->name, picture->name, picture->name, picture->name,
		picture->name, picture->name);
	fputs(picture->variables_text, out);
	if (picture->set->for_report)
		fputs("endings = 'svg'\nis_compact = 1\n", out);
	template_copy(out, "common", picture->set);
	template_copy(out, template_name, picture->set);
	fclose(out);
	return text;
}

void picture_end(struct picture *picture, const char *template_name)
{
	struct picture_set *set = picture->set;
	char file[256], message[300];
	char *script;
	int error;

	fclose(picture->csv);
	fclose(picture->variables);
	snprintf(file, sizeof(file), "%s.csv", picture->name);
	error = results_write_text(set->dir, file, picture->csv_text);
	script = script_text(picture, template_name);
	snprintf(file, sizeof(file), "%s.gp", picture->name);
	if (!error)
		error = results_write_text(set->dir, file, script);
	if (error) {
		snprintf(set->warning, sizeof(set->warning),
			 "%.300s/%.100s: %s", set->dir, file, strerror(-error));
	} else if (!set->warning[0]) {
		error = gnuplot_run(set->dir, file, message, sizeof(message));
		if (error == -ENOENT)
			snprintf(set->warning, sizeof(set->warning),
				 "no pictures: gnuplot is not installed "
				 "(apt install gnuplot-nox, then wbsim plot)");
		else if (error)
			snprintf(set->warning, sizeof(set->warning),
				 "gnuplot failed on %.100s: %s", file, message);
		else
			json_array_append_new(set->names,
					      json_string(picture->name));
	}
	free(script);
	free(picture->csv_text);
	free(picture->variables_text);
}
