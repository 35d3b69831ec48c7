/*
 * libFuzzer target: the reader of recordings and the look at top-level keys.
 *
 *   clang -fsanitize=fuzzer,address ... fuzz_recording.c
 *   ./fuzz_recording tests/fuzz/corpus/recording
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/validate/find.h"
#include "sim/validate/recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nr_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nr_bytes)
{
	const char *text = (const char *)data;
	struct recording rec;
	struct peek peek;
	char error[256];

	recording_parse(text, nr_bytes, "fuzz/6.17.1-x/input.json", &rec, error,
			sizeof(error));
	recording_done(&rec);
	if (!peek_json(text, nr_bytes, &peek))
		peek_done(&peek);
	return 0;
}
