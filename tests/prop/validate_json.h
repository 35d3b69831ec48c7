/*
 * wbsim validate in the test's process, its report as JSON.
 */
#ifndef TESTS_PROP_VALIDATE_JSON_H
#define TESTS_PROP_VALIDATE_JSON_H

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/config/config.h"
#include "sim/validate/validate.h"

#define CORPUS WBSIM_SOURCE_DIR "/tests/groundtruth"

/* @options: format and out are set here; @ret_status: NULL or exit status */
static inline json_t *validate_json(struct validate_options options,
				    int *ret_status)
{
	char *text = NULL;
	size_t nr_bytes = 0;
	json_t *ret;
	int status;

	/* cmocka's handler would go on with the tests in a child that ends
	 * by a bug */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	options.out = open_memstream(&text, &nr_bytes);
	SIM_ASSERT(options.out);
	options.format = VALIDATE_JSON;
	options.quiet = true;
	status = validate_main(&options);
	fclose(options.out);
	ret = nr_bytes ? json_loadb(text, nr_bytes, 0, NULL) : NULL;
	free(text);
	if (ret_status)
		*ret_status = status;
	return ret;
}

static inline const char *text_of(const json_t *object, const char *key)
{
	const char *ret = json_string_value(json_object_get(object, key));

	return ret ? ret : "";
}

#endif
