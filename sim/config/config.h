/*
 * Loading of configuration objects by table (table.h).
 *
 * Strict: unknown keys, duplicate keys, wrong types, values out of range are
 * errors that name file, line, JSON path and, for keys and enumerations, the
 * nearest known word.  One error is reported, the first.  Loading runs
 * nothing and writes nothing.
 */
#ifndef SIM_CONFIG_CONFIG_H
#define SIM_CONFIG_CONFIG_H

#include <jansson.h>
#include <stdio.h>

#include "sim/config/table.h"

/** struct cfg_error - one message, complete with place */
struct cfg_error {
	char text[1024];
};

/**
 * struct cfg_override - "--set path=value"
 * @path: dotted, array index in brackets: "kernel.block.max_sectors_bytes",
 *   "threads[0].ops[1].write_bytes"; "[*]" or a missing index means every
 *   element (an array as the last key is replaced as a whole)
 * @value: JSON text, or a bare word or "64MiB" taken as a string; for keys
 *   that are words or names anything is taken as one
 */
struct cfg_override {
	const char *path;
	const char *value;
};

/**
 * cfg_load_file - read, apply overrides, resolve presets, check, fill
 * @object: table of the root object
 * @path: JSON file
 * @overrides, @nr_overrides: applied in order, after the file, before
 *   defaults; an override that names an unknown key is an error with
 *   "--set" as its place
 * @ret: structure of object->size bytes, filled; owned members are released
 *   with cfg_release(); untouched on error
 * Return: 0, or -EINVAL/-ENOENT/... with @reterr set
 * ("FILE:LINE: $.path: what, expected what"; FILE is the preset file where
 * the value stands there, and "--set" for overrides).
 */
int cfg_load_file(const struct cfg_object *object, const char *path,
		  const struct cfg_override *overrides, size_t nr_overrides,
		  void *ret, struct cfg_error *reterr);

/**
 * cfg_load_json - the same from a parsed value (no line numbers)
 * @origin: stands for the file name in messages
 */
int cfg_load_json(const struct cfg_object *object, const json_t *value,
		  const char *origin, const struct cfg_override *overrides,
		  size_t nr_overrides, void *ret, struct cfg_error *reterr);

/** cfg_release - free owned members of a filled structure (not itself) */
void cfg_release(const struct cfg_object *object, void *filled);

/**
 * cfg_resolved - the complete object: every key, integers in base units
 * Presets become plain objects whose comment "preset NAME" keeps the name
 * (and gives it back when loaded).  An optional string without default that
 * is absent is null.  Costs are reals that 15 digits hold exactly: dump with
 * JSON_REAL_PRECISION(15).
 * Return: new reference; loading it again gives the same structure and the
 * same resolved text.
 */
json_t *cfg_resolved(const struct cfg_object *object, const void *filled);

/**
 * cfg_schema - JSON Schema (draft 2020-12) of the object, with $defs
 * Return: new reference.
 */
json_t *cfg_schema(const struct cfg_object *object);

/**
 * cfg_explain - print what a key means: type, unit, default, range, source
 * @path: dotted path from the root ("kernel.block.max_sectors_bytes") or any
 *   unique ending of one; "" lists the root's keys
 * Return: 0; -ENOENT with the nearest known paths in @reterr.
 */
int cfg_explain(const struct cfg_object *object, const char *path, FILE *out,
		struct cfg_error *reterr);

/**
 * cfg_document - docs/config.md body: every object as a Markdown table
 */
void cfg_document(const struct cfg_object *object, FILE *out);

/** cfg_path_exists - does the table know @path (indices ignored)? */
bool cfg_path_exists(const struct cfg_object *object, const char *path);

/**
 * cfg_set_dir - folder that holds kernels/, hosts/, devices/ ...
 * Default: environment WBSIM_CONFIGS, else the installed folder, else the
 * source tree's configs/.
 */
void cfg_set_dir(const char *dir);
const char *cfg_dir(void);

/**
 * cfg_preset_list - names and comments of the presets in one folder
 * @each: called in name order
 */
int cfg_preset_list(const char *preset_dir,
		    void (*each)(const char *name, const char *comment,
				 void *arg),
		    void *arg);

#endif
