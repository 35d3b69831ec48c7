/*
 * From a file to JSON: size, depth, syntax and duplicate keys.
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"

static int fail_read(const char *path, int err, struct cfg_error *reterr)
{
	SIM_ASSERT(err < 0);
	if (err == -EFBIG)
		snprintf(reterr->text, sizeof(reterr->text),
			 "%s: larger than %zu MiB", path,
			 CFG_MAX_FILE_BYTES >> 20);
	else
		snprintf(reterr->text, sizeof(reterr->text),
			 "%s: cannot be read: %s", path, strerror(-err));
	return err;
}

static void fail_syntax(const char *path, const char *text, size_t nr_bytes,
			const json_error_t *error, struct cfg_error *reterr)
{
	size_t offset = error->position > 0 ? (size_t)error->position : 0;
	struct cfg_buf buf;

	cfg_buf_init(&buf, reterr->text, sizeof(reterr->text));
	cfg_buf_add(&buf, "%s:%d: ", path, error->line);
	cfg_path_at(text, offset < nr_bytes ? offset : nr_bytes, &buf);
	if (json_error_code(error) == json_error_duplicate_key)
		cfg_buf_add(&buf, ": duplicate key");
	else
		cfg_buf_add(&buf, ": not JSON: %s", error->text);
	for (size_t i = 0; i < buf.used; i++)
		if ((unsigned char)buf.text[i] < ' ')
			buf.text[i] = ' ';
}

static int read_text(const char *path, char **ret, size_t *ret_bytes)
{
	struct stat st;
	int err;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (st.st_size > 0 && (size_t)st.st_size > CFG_MAX_FILE_BYTES)
		return -EFBIG;
	err = file_read(path, ret, ret_bytes);
	if (err)
		return err;
	if (*ret_bytes > CFG_MAX_FILE_BYTES) {
		free(*ret);
		return -EFBIG;
	}
	return 0;
}

int cfg_source_read(const char *path, struct cfg_source *ret,
		    struct cfg_error *reterr)
{
	struct cfg_source source = { 0 };
	json_error_t error;
	int err;

	err = read_text(path, &source.text, &source.nr_bytes);
	if (err)
		return fail_read(path, err, reterr);
	source.name = strdup(path);
	if (!source.name) {
		free(source.text);
		return fail_read(path, -ENOMEM, reterr);
	}
	if (cfg_text_depth(source.text, source.nr_bytes) > CFG_MAX_DEPTH) {
		snprintf(reterr->text, sizeof(reterr->text),
			 "%s: nested deeper than %u levels", path,
			 CFG_MAX_DEPTH);
		cfg_source_done(&source);
		return -EINVAL;
	}
	source.json =
		json_loadb(source.text, source.nr_bytes,
			   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!source.json) {
		fail_syntax(path, source.text, source.nr_bytes, &error, reterr);
		cfg_source_done(&source);
		return -EINVAL;
	}
	*ret = source;
	return 0;
}

void cfg_source_done(struct cfg_source *source)
{
	json_decref(source->json);
	free(source->text);
	free(source->name);
}

static bool is_deeper(const json_t *value, size_t levels)
{
	const char *key;
	json_t *child;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return false;
	if (levels == 0)
		return true;
	if (json_is_array(value)) {
		json_array_foreach(value, i, child)
			if (is_deeper(child, levels - 1))
				return true;
		return false;
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, child)
		if (is_deeper(child, levels - 1))
			return true;
	return false;
}

bool cfg_json_is_deep(const json_t *value)
{
	return is_deeper(value, CFG_MAX_DEPTH);
}
