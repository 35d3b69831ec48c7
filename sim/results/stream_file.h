/*
 * stream.jsonl.zst: every record of every stream, in order of date.
 */
#ifndef SIM_RESULTS_STREAM_FILE_H
#define SIM_RESULTS_STREAM_FILE_H

struct sim_metrics;

/** stream_file_names - streams to keep for it, NULL-terminated */
const char *const *stream_file_names(void);

/**
 * stream_file_write - one JSON object per line, compressed:
 * {"stream": NAME, "ns": DATE, FIELD: N ...}
 * Return: 0 or -errno.
 */
int stream_file_write(const char *path, const struct sim_metrics *metrics);

#endif
