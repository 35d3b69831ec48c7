/*
 * The positive control of a comparison: a change that must show.
 */
#include "models/run/experiment.h"

#define T struct setting_config
static const struct cfg_key setting_keys[] = {
	CFG_ROW_STRING(T, set, NULL, true, "Path of a key, as for --set.",
		       "choice"),
	CFG_ROW_STRING(T, value, NULL, true,
		       "Its value, as for --set: \"16\", \"4KiB\", \"always\".",
		       "choice"),
};
#undef T

static const struct cfg_object setting_object = {
	.name = "setting",
	.help = "A key and its value.",
	.size = sizeof(struct setting_config),
	.keys = setting_keys,
	.nr_keys = CFG_NR_KEYS(setting_keys),
};

#define T struct positive_control
static const struct cfg_key control_keys[] = {
	CFG_ROW_STRING(T, name, NULL, false,
		       "What is changed, in words; without it no control runs.",
		       "choice"),
	CFG_ROW_ARRAY(T, with, &setting_object, "[]",
		      "Settings of both runs of the control."),
	CFG_ROW_ARRAY(T, change, &setting_object, "[]",
		      "Settings of the second run only."),
	CFG_ROW_STRING(T, differs, "\"requests\"", false,
		       "Stream or figure that the change must alter.",
		       "choice"),
};
#undef T

const struct cfg_object positive_control_object = {
	.name = "positive_control",
	.help = "A change that is known to alter this workload. compare runs it beside the comparison: where it shows, an equal comparison is not one of a blind tool.",
	.size = sizeof(struct positive_control),
	.keys = control_keys,
	.nr_keys = CFG_NR_KEYS(control_keys),
};
