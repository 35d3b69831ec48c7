/*
 * What the files of sim/config share: the state of one load, places in the
 * document, and the small parts (values, words, lines) they are made of.
 */
#ifndef SIM_CONFIG_INTERNAL_H
#define SIM_CONFIG_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/config/config.h"
#include "sim/config/table.h"

#define CFG_MAX_FILE_BYTES ((size_t)64 << 20)
#define CFG_MAX_DEPTH      64u
#define CFG_MAX_STEPS      256u
#define CFG_MAX_CHAIN      16u
#define CFG_MAX_KEY        64u

/* A cost is at most 1000 s, so that 15 digits of a double are exact. */
#define CFG_COST_MAX_PS 1000000000000000ull

/** struct cfg_buf - bounded text; what does not fit is dropped */
struct cfg_buf {
	char *text;
	size_t size;
	size_t used;
};

void cfg_buf_init(struct cfg_buf *buf, char *text, size_t size);
void cfg_buf_add(struct cfg_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** cfg_buf_value - a value as users wrote it, shortened, one line */
void cfg_buf_value(struct cfg_buf *buf, const json_t *value);

/** cfg_buf_word - a key: bare when it looks like one, else quoted */
void cfg_buf_word(struct cfg_buf *buf, const char *word);

/** struct cfg_step - one component of a path; @key NULL: array index */
struct cfg_step {
	const char *key;
	size_t index;
};

/* An index that stands for every element. */
#define CFG_EVERY SIZE_MAX

/** struct cfg_place - where the walk stands: a list up to the root (NULL) */
struct cfg_place {
	const struct cfg_place *parent;
	struct cfg_step step;
};

/**
 * struct cfg_source - one document that was read
 * @name: file name or origin, for messages
 * @text: NULL when there was only a parsed value
 */
struct cfg_source {
	char *name;
	char *text;
	size_t nr_bytes;
	json_t *json;
};

/** struct cfg_mount - preset file @source takes part at a place */
struct cfg_mount {
	struct cfg_step *steps;
	size_t nr_steps;
	const struct cfg_source *source;
};

struct cfg_path;

/** struct cfg_set - an override, parsed */
struct cfg_set {
	struct cfg_path *path;
	json_t *value;
};

/**
 * struct cfg_loader - one load
 * @main: the document itself
 * @sources, @mounts: preset files, in the order they were met
 * @sets: overrides applied so far
 */
struct cfg_loader {
	struct cfg_error *reterr;
	struct cfg_source main;
	struct cfg_source **sources;
	size_t nr_sources;
	struct cfg_mount *mounts;
	size_t nr_mounts;
	struct cfg_set *sets;
	size_t nr_sets;
};

/*
 * table.c
 */
const struct cfg_key *cfg_find_key(const struct cfg_object *object,
				   const char *name);
/** cfg_default - parsed default of a row, or NULL (new reference) */
json_t *cfg_default(const struct cfg_key *key);
/** cfg_key_takes_null - optional without default: null means absent */
bool cfg_key_takes_null(const struct cfg_key *key);
/** cfg_object_is_needed - must it be written because a key in it must? */
bool cfg_object_is_needed(const struct cfg_object *object);
/** cfg_type_word - "integer", "object" ... for people */
const char *cfg_type_word(enum cfg_type type);
static inline void *cfg_member(void *filled, size_t offset)
{
	return (char *)filled + offset;
}
static inline const void *cfg_const_member(const void *filled, size_t offset)
{
	return (const char *)filled + offset;
}

/*
 * nearest.c
 */
/** cfg_nearest_init - look for the words nearest to @word */
struct cfg_nearest {
	const char *word;
	const char *best[3];
	size_t distance[3];
};
void cfg_nearest_init(struct cfg_nearest *near, const char *word);
/** cfg_nearest_offer - @candidate must stay valid while @near is used */
void cfg_nearest_offer(struct cfg_nearest *near, const char *candidate);
/** cfg_nearest_get - the nearest word if it is near enough, or NULL */
const char *cfg_nearest_get(const struct cfg_nearest *near);
/** cfg_nearest_key - the nearest key of a table, or NULL */
const char *cfg_nearest_key(const struct cfg_object *object, const char *word);

/*
 * value.c
 */
/** struct cfg_suffix - "MiB" = 2^20 */
struct cfg_suffix {
	const char *text;
	uint64_t scale;
};
/** cfg_suffixes - those a string of this row may end in, or NULL */
const struct cfg_suffix *cfg_suffixes(const struct cfg_key *key);
/**
 * cfg_value_parse - JSON of a CFG_INT, CFG_COST row or of an element of a
 *   CFG_INT_ARRAY to base units
 * Return: 0, -EINVAL (wrong form), -ERANGE (not representable or outside
 * the row's range).
 */
int cfg_value_parse(const struct cfg_key *key, const json_t *value,
		    uint64_t *ret);
/** cfg_value_max - upper limit in base units */
uint64_t cfg_value_max(const struct cfg_key *key);
/** cfg_value_add - a number in base units with its unit, "0.5 ns" */
void cfg_value_add(struct cfg_buf *buf, const struct cfg_key *key,
		   uint64_t value);
/** cfg_value_range - "1 to 64 bytes", "at least 1 sectors", or nothing */
void cfg_value_range(struct cfg_buf *buf, const struct cfg_key *key);
/** cfg_value_expected - what the row wants, after "expected " */
void cfg_value_expected(struct cfg_buf *buf, const struct cfg_key *key,
			bool element);

/*
 * lines.c
 */
/** cfg_line_of - line of the key or element @steps lead to; 0: not there */
unsigned int cfg_line_of(const char *text, size_t nr_bytes,
			 const struct cfg_step *steps, size_t nr_steps);
/** cfg_path_at - path of what is being read at byte @offset, "$.a[1]" */
void cfg_path_at(const char *text, size_t offset, struct cfg_buf *ret);
/** cfg_text_depth - deepest nesting, brackets in strings not counted */
size_t cfg_text_depth(const char *text, size_t nr_bytes);

/*
 * source.c
 */
/** cfg_source_read - file to JSON; the message is left in @reterr */
int cfg_source_read(const char *path, struct cfg_source *ret,
		    struct cfg_error *reterr);
void cfg_source_done(struct cfg_source *source);
/** cfg_json_is_deep - nested deeper than CFG_MAX_DEPTH? */
bool cfg_json_is_deep(const json_t *value);

/*
 * origin.c
 */
/**
 * cfg_fail - leave the one message, with the origin of what @place names
 * @place: NULL: the root
 * @key: added to the place, or NULL
 * Return: -EINVAL
 */
int cfg_fail(struct cfg_loader *loader, const struct cfg_place *place,
	     const char *key, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/** cfg_fail_set - the same with "--set" as the origin */
int cfg_fail_set(struct cfg_loader *loader, const struct cfg_place *place,
		 const char *key, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/** cfg_fail_memory - -ENOMEM with its message */
int cfg_fail_memory(struct cfg_loader *loader);
/** cfg_place_is_deep - too deep for a table that contains itself */
bool cfg_place_is_deep(const struct cfg_place *place);
/** cfg_place_steps - list to array; returns the number of steps */
size_t cfg_place_steps(const struct cfg_place *place, struct cfg_step *ret,
		       size_t max);

/*
 * unknown.c
 */
int cfg_fail_unknown_key(struct cfg_loader *loader,
			 const struct cfg_object *object,
			 const struct cfg_place *place, const char *name);
int cfg_fail_set_unknown_key(struct cfg_loader *loader,
			     const struct cfg_object *object,
			     const struct cfg_place *place, const char *name);

/*
 * path.c
 */
/** struct cfg_path - a dotted path; @text holds the keys */
struct cfg_path {
	char *text;
	struct cfg_step steps[CFG_MAX_DEPTH];
	size_t nr_steps;
};
/** cfg_path_parse - "a.b[3].c[*]", optionally after "$." */
int cfg_path_parse(const char *text, struct cfg_path *ret);
void cfg_path_done(struct cfg_path *path);

/*
 * preset.c
 */
/**
 * cfg_preset_resolve - name or object with "base" to one plain object
 * @place: of the value; the files read are mounted there unless @peek
 * @ret_name: name of the outermost preset or NULL; points into @value
 * Return: 0 with a new reference, or a negative errno with the message left.
 */
int cfg_preset_resolve(struct cfg_loader *loader, const struct cfg_key *key,
		       const json_t *value, const struct cfg_place *place,
		       bool peek, json_t **ret, const char **ret_name);
bool cfg_preset_name_is_valid(const char *name);

/*
 * presetdir.c
 */
/** cfg_preset_path - file of a preset, allocated */
char *cfg_preset_path(const char *preset_dir, const char *name);
/** cfg_preset_names - sorted; freed with cfg_preset_names_free() */
int cfg_preset_names(const char *preset_dir, char ***ret_names, size_t *ret_nr);
void cfg_preset_names_free(char **names, size_t nr_names);

/*
 * override.c, fill.c
 */
int cfg_override_apply(struct cfg_loader *loader,
		       const struct cfg_object *object, json_t *root,
		       const struct cfg_override *override);
int cfg_fill_object(struct cfg_loader *loader, const struct cfg_object *object,
		    const json_t *value, const struct cfg_place *parent,
		    void *ret);

/* The comment that keeps the name of a preset in a resolved document. */
#define CFG_PRESET_COMMENT "preset "

#endif
