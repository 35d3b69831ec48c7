/*
 * Configuration tables: one table per object drives parsing, defaults,
 * `explain`, the JSON Schema, the man page and docs/config.md.
 *
 * A table describes the members of a plain C structure.  The loader fills the
 * structure from JSON, checks types, units and ranges, refuses unknown and
 * duplicate keys with file, line, JSON path and the nearest known key, and can
 * print the resolved object back.
 */
#ifndef SIM_CONFIG_TABLE_H
#define SIM_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum cfg_type - C type of the member at cfg_key.offset
 *
 * @CFG_INT: uint64_t.  JSON integer, or a string with a unit of the key's
 *   kind: bytes "4KiB" "64MiB" "2GiB" "40MB" (KiB = 2^10, MB = 10^6),
 *   durations "10us" "4ms" "30s" "5ns" (unit "ns"), rates "40MB/s" "7GB/s"
 *   "100MiB/s" (unit "bytes/s"), "%" (unit "ppm").  Resolved: integer.
 * @CFG_COST: uint64_t picoseconds, at most 1000 s.  JSON number of nanoseconds
 *   with at most three decimals, or string "388.6ns", "50ps".  Unit "ns" (or
 *   "ns/byte" ...).  Resolved: JSON real in nanoseconds, exactly three
 *   decimals kept.
 * @CFG_BOOL: bool
 * @CFG_STRING: char * (owned; NULL when absent and no default)
 * @CFG_ENUM: int, index into cfg_key.names
 * @CFG_OBJECT: embedded structure described by cfg_key.object
 * @CFG_PRESET: embedded structure; JSON is the name of a preset file
 *   (configs/<preset_dir>/<name>.json), or an object whose optional "base"
 *   names one and whose other keys override it.  The name is kept in the
 *   char * member at preset_name_offset.
 * @CFG_ARRAY: struct cfg_array of structures described by cfg_key.object
 * @CFG_INT_ARRAY: struct cfg_array of uint64_t (units as CFG_INT)
 * @CFG_IGNORED: no member: taken and skipped, whatever it holds.  For parts that
 *   a build leaves out, so that its presets still load.
 */
enum cfg_type {
	CFG_INT,
	CFG_COST,
	CFG_BOOL,
	CFG_STRING,
	CFG_ENUM,
	CFG_OBJECT,
	CFG_PRESET,
	CFG_ARRAY,
	CFG_INT_ARRAY,
	CFG_IGNORED,
};

struct cfg_array {
	void *items; /* owned; nr_items structures or uint64_t */
	size_t nr_items;
};

struct cfg_object;

/**
 * struct cfg_key - one row
 * @key: JSON name; its unit is part of it (_bytes, _ns, _sectors ...)
 * @type: see above
 * @unit: "bytes", "ns", "bytes/s", "sectors", "pages", "ppm", "" ...
 * @offset: of the member in the object's structure
 * @def: default, in JSON text ("4096", "\"none\"", "true"); NULL: see
 *   @required.  Without one an absent optional key is zero, NULL or an empty
 *   array (null says the same); an absent object is filled from the defaults
 *   of its keys, so that a required key in it makes it required as well.
 * @min, @max: inclusive range of integers in base units, picoseconds for
 *   CFG_COST (max 0 = no upper limit; INT64_MAX at most)
 * @required: absence is an error
 * @names: CFG_ENUM: NULL-terminated
 * @object: CFG_OBJECT, CFG_PRESET, CFG_ARRAY
 * @preset_dir: CFG_PRESET: folder below configs/
 * @preset_name_offset: CFG_PRESET: char * member in the *outer* structure
 * @help: one sentence, what it is and what it changes
 * @source: where the default comes from (kernel version and function, paper,
 *   specification clause, measurement, "assumption")
 */
struct cfg_key {
	const char *key;
	enum cfg_type type;
	const char *unit;
	size_t offset;
	const char *def;
	uint64_t min;
	uint64_t max;
	bool required;
	const char *const *names;
	const struct cfg_object *object;
	const char *preset_dir;
	size_t preset_name_offset;
	const char *help;
	const char *source;
};

/**
 * struct cfg_object - a table
 * @name: "device", "thread.op" ...; used in messages and as the schema's $defs
 *   key; unique among the tables of one root
 * @help: one paragraph
 * @size: of the C structure
 * @keys, @nr_keys: the rows, in the order of documents
 *
 * Every object also takes "comment" (string) and "sources" (object: key of
 * this object -> string), which presets use to name the source of each value.
 */
struct cfg_object {
	const char *name;
	const char *help;
	size_t size;
	const struct cfg_key *keys;
	size_t nr_keys;
};

/*
 * Rows of a table for structure @T whose member has the key's name.
 */
#define CFG_ROW_INT(T, member, u, d, lo, hi, h, src)                           \
	{                                                                      \
		.key = #member, .type = CFG_INT, .unit = u,                    \
		.offset = offsetof(T, member), .def = d, .min = lo, .max = hi, \
		.help = h, .source = src                                       \
	}
#define CFG_ROW_COST(T, member, u, d, h, src)                                  \
	{                                                                      \
		.key = #member, .type = CFG_COST, .unit = u,                   \
		.offset = offsetof(T, member), .def = d, .help = h,            \
		.source = src                                                  \
	}
#define CFG_ROW_BOOL(T, member, d, h, src)                                     \
	{                                                                      \
		.key = #member, .type = CFG_BOOL, .unit = "",                  \
		.offset = offsetof(T, member), .def = d, .help = h,            \
		.source = src                                                  \
	}
#define CFG_ROW_STRING(T, member, d, req, h, src)                              \
	{                                                                      \
		.key = #member, .type = CFG_STRING, .unit = "",                \
		.offset = offsetof(T, member), .def = d, .required = req,      \
		.help = h, .source = src                                       \
	}
#define CFG_ROW_ENUM(T, member, d, words, h, src)                              \
	{                                                                      \
		.key = #member, .type = CFG_ENUM, .unit = "",                  \
		.offset = offsetof(T, member), .def = d, .names = words,       \
		.help = h, .source = src                                       \
	}
#define CFG_ROW_OBJECT(T, member, table, h)                                    \
	{                                                                      \
		.key = #member, .type = CFG_OBJECT, .unit = "",                \
		.offset = offsetof(T, member), .object = table, .help = h,     \
		.source = ""                                                   \
	}
#define CFG_ROW_ARRAY(T, member, table, d, h)                                  \
	{                                                                      \
		.key = #member, .type = CFG_ARRAY, .unit = "",                 \
		.offset = offsetof(T, member), .def = d, .object = table,      \
		.help = h, .source = ""                                        \
	}

#define CFG_ROW_IGNORED(name, h)                                               \
	{                                                                      \
		.key = name, .type = CFG_IGNORED, .unit = "", .help = h,       \
		.source = ""                                                   \
	}

#define CFG_NR_KEYS(array) (sizeof(array) / sizeof((array)[0]))

#endif
