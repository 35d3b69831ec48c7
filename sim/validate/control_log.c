/*
 * Texts of trace events into numbers.
 */
#include "sim/validate/control_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

#define MAX_FIELDS 13

/**
 * struct field - one number of an event
 * @name: as printed; @old_name: up to 6.12, NULL: the same
 * @offset: of an int64_t in struct control_event
 */
struct field {
	const char *name;
	const char *old_name;
	size_t offset;
};

struct event_form {
	const char *name;
	enum control_kind kind;
	bool has_bdi;
	struct field fields[MAX_FIELDS];
};

#define FIELD(part, member)                                                    \
	{                                                                      \
#member, NULL, offsetof(struct control_event, part.member)     \
	}
#define RENAMED(part, member, old)                                             \
	{                                                                      \
#member, old, offsetof(struct control_event, part.member)      \
	}

static const struct event_form forms[] = {
	{ "global_dirty_state",
	  CONTROL_STATE,
	  false,
	  { FIELD(state, dirty), FIELD(state, writeback),
	    FIELD(state, bg_thresh), FIELD(state, thresh), FIELD(state, limit),
	    FIELD(state, dirtied), FIELD(state, written) } },
	{ "balance_dirty_pages",
	  CONTROL_THROTTLE,
	  true,
	  { FIELD(throttle, limit), FIELD(throttle, setpoint),
	    FIELD(throttle, dirty),
	    RENAMED(throttle, wb_setpoint, "bdi_setpoint"),
	    RENAMED(throttle, wb_dirty, "bdi_dirty"),
	    FIELD(throttle, dirty_ratelimit), FIELD(throttle, task_ratelimit),
	    FIELD(throttle, dirtied), FIELD(throttle, dirtied_pause),
	    FIELD(throttle, paused), FIELD(throttle, pause),
	    FIELD(throttle, period), FIELD(throttle, think) } },
	{ "bdi_dirty_ratelimit",
	  CONTROL_RATELIMIT,
	  true,
	  { FIELD(ratelimit, write_bw), FIELD(ratelimit, awrite_bw),
	    FIELD(ratelimit, dirty_rate), FIELD(ratelimit, dirty_ratelimit),
	    FIELD(ratelimit, task_ratelimit),
	    FIELD(ratelimit, balanced_dirty_ratelimit) } },
	{ "writeback_start", CONTROL_WORK, true, { { 0 } } },
	{ "writeback_single_inode",
	  CONTROL_INODE,
	  true,
	  { FIELD(inode, to_write), FIELD(inode, wrote) } },
};

static const struct event_form *form_of(const char *name)
{
	for (size_t i = 0; name && i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i].name, name))
			return &forms[i];
	return NULL;
}

/* The number behind " @name=". */
static bool field_value(const char *text, const char *name, int64_t *ret)
{
	size_t length = strlen(name);
	const char *at = text;
	char *end;

	while ((at = strstr(at, name)) != NULL) {
		bool begins = at == text || at[-1] == ' ';

		at += length;
		if (!begins || *at != '=')
			continue;
		*ret = strtoll(at + 1, &end, 10);
		return end != at + 1;
	}
	return false;
}

static unsigned int intern(struct control_names *names, const char *name,
			   size_t length)
{
	for (size_t i = 0; i < names->nr; i++)
		if (strlen(names->items[i]) == length &&
		    !memcmp(names->items[i], name, length))
			return (unsigned int)i;
	names->items = vec_grow(names->items, names->nr, &names->cap,
				sizeof(*names->items));
	names->items[names->nr] = strndup(name, length);
	SIM_ASSERT(names->items[names->nr] != NULL);
	return (unsigned int)names->nr++;
}

/* "bdi 254:0: ..." */
static bool read_bdi(struct control_log *log, const char *text,
		     struct control_event *event)
{
	size_t length;

	if (strncmp(text, "bdi ", 4) != 0)
		return false;
	length = strcspn(text + 4, " ");
	if (!length)
		return false;
	if (text[4 + length - 1] == ':')
		length--;
	event->bdi = intern(&log->bdis, text + 4, length);
	return true;
}

/* Return: what is missing, NULL: nothing. */
static const char *read_text(struct control_log *log,
			     const struct event_form *form, const char *text,
			     struct control_event *event)
{
	if (form->has_bdi && !read_bdi(log, text, event))
		return "bdi DEVICE:";
	if (form->kind == CONTROL_WORK)
		event->work.background =
			strstr(text, "reason=background") != NULL;
	for (size_t i = 0; i < MAX_FIELDS && form->fields[i].name; i++) {
		const struct field *f = &form->fields[i];
		int64_t *to = (int64_t *)(void *)((char *)event + f->offset);

		if (!field_value(text, f->name, to) &&
		    !(f->old_name && field_value(text, f->old_name, to)))
			return f->name;
	}
	return NULL;
}

/** struct raw_event - where the parts stand in either kind of recording */
struct raw_event {
	const char *task;
	const char *name;
	const char *text;
};

static struct raw_event raw_event(const json_t *item, const json_t *comms,
				  bool timed)
{
	const char *second = json_string_value(json_array_get(item, 1));
	const json_t *task = json_array_get(item, 2);

	if (timed)
		return (struct raw_event){
			second,
			json_string_value(task),
			json_string_value(json_array_get(item, 3)),
		};
	if (!second || strcmp(second, "W") != 0)
		return (struct raw_event){ 0 };
	return (struct raw_event){
		json_string_value(json_array_get(
			comms, (size_t)json_integer_value(task))),
		json_string_value(json_array_get(item, 3)),
		json_string_value(json_array_get(item, 4)),
	};
}

static int fail(struct rec_reader *reader, size_t i, const char *event,
		const char *expected)
{
	char place[32];

	snprintf(place, sizeof(place), "events[%zu]", i);
	return rec_fail(reader, place, "%s: expected %s", event, expected);
}

static int add_event(struct rec_reader *reader, struct control_log *log,
		     size_t i, const json_t *item,
		     const struct event_form *form, const struct raw_event *raw)
{
	struct control_event event = { .kind = form->kind };
	const char *missing;

	if (!rec_uint(json_array_get(item, 0), &event.t_us) || !raw->text)
		return fail(reader, i, form->name, "a time and a text");
	missing = read_text(log, form, raw->text, &event);
	if (missing)
		return fail(reader, i, form->name, missing);
	event.task = intern(&log->tasks, raw->task ? raw->task : "",
			    raw->task ? strlen(raw->task) : 0);
	log->events =
		vec_grow(log->events, log->nr, &log->cap, sizeof(*log->events));
	log->events[log->nr++] = event;
	return 0;
}

int control_log_read(struct rec_reader *reader, const json_t *root, bool timed,
		     struct control_log *ret)
{
	const json_t *comms = json_object_get(root, "comms");
	const json_t *events = json_object_get(root, "events");
	const json_t *item;
	size_t i;

	json_array_foreach(events, i, item) {
		struct raw_event raw = raw_event(item, comms, timed);
		const struct event_form *form = form_of(raw.name);
		int status =
			form ? add_event(reader, ret, i, item, form, &raw) : 0;

		if (status)
			return status;
	}
	return 0;
}

static void names_done(struct control_names *names)
{
	for (size_t i = 0; i < names->nr; i++)
		free(names->items[i]);
	free(names->items);
}

void control_log_done(struct control_log *log)
{
	free(log->events);
	names_done(&log->tasks);
	names_done(&log->bdis);
	*log = (struct control_log){ 0 };
}
