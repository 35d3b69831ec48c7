/*
 * Numbers with a unit as configurations write them, without the key's table:
 * "64KiB", "10us", "40MB/s", "5%", 17.
 */
#ifndef SIM_RESULTS_QUANTITY_H
#define SIM_RESULTS_QUANTITY_H

#include <jansson.h>
#include <stdbool.h>

/**
 * struct quantity - a number in base units and how it was written
 * @base: bytes, nanoseconds, bytes per second, ppm or a plain number
 * @kind: values of one kind can be compared; "" for a plain number
 */
struct quantity {
	double base;
	const char *kind;
};

/** quantity_parse - false when @value is no number with a known unit */
bool quantity_parse(const json_t *value, struct quantity *ret);

/**
 * quantity_write - @base as configurations write it
 * In the largest unit of @kind that divides it; a plain integer else.
 * Return: new reference.
 */
json_t *quantity_write(unsigned long long base, const char *kind);

#endif
