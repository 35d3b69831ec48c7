/*
 * Tables of zones and of disk mechanics (models/device/config.h).
 */
#include "models/device/config.h"

#define ZN540                                                                  \
	"Doekemeijer et al., IEEE CLUSTER 2023, WD ZN540: see configs/devices/zns-zn540.json"

#define T struct zones_config
static const struct cfg_key zones_keys[] = {
	CFG_ROW_INT(T, zone_bytes, "bytes", "268435456", 65536, 1099511627776,
		    "Zone size: from the start of a zone to that of the next.",
		    "null_blk's zone_size 256 MiB"),
	CFG_ROW_INT(T, capacity_bytes, "bytes", "0", 0, 1099511627776,
		    "Part of each zone that can be written; 0: all.",
		    "null_blk's zone_capacity: zone_size"),
	CFG_ROW_INT(
		T, conventional, "zones", "0", 0, 4294967295,
		"Zones without write pointer, the first ones; an NVMe has none.",
		"null_blk's zone_nr_conv 0"),
	CFG_ROW_INT(
		T, max_open, "zones", "0", 0, 65535,
		"Zones that can be open at once; a write to one more closes the oldest one that a write opened, or fails; 0: no limit.",
		"NVM Express ZNS 1.1, Maximum Open Resources + 1; null_blk's zone_max_open 0"),
	CFG_ROW_INT(
		T, max_active, "zones", "0", 0, 65535,
		"Zones that can be open or closed (neither empty nor full) at once; 0: no limit.",
		"NVM Express ZNS 1.1, Maximum Active Resources + 1; null_blk's zone_max_active 0"),
	CFG_ROW_BOOL(
		T, append, "true",
		"The device has a zone append command, else the block layer makes writes of appends. smr_hdd has none.",
		"NVM Express ZNS 1.1; null_blk: false is zone_append_max_sectors 0"),
	CFG_ROW_INT(
		T, append_max_bytes, "bytes", "0", 0, 4294966784,
		"Largest zone append (ZASL); 0: that of any transfer (null_blk: or the zone capacity).",
		"NVM Express ZNS 1.1, Identify Controller, ZASL"),
	CFG_ROW_INT(T, write_granularity_bytes, "bytes", "0", 0, 65536,
		    "Unit of writes to sequential zones; 0: the logical block.",
		    "ZBC-2: the physical block; NVMe: the logical block"),
	CFG_ROW_INT(
		T, units_per_zone, "requests", "0", 0, 65535,
		"Requests of one zone that the device works on at once; 0: as many as it has units.",
		"assumption; device presets name theirs"),
	CFG_ROW_INT(T, command_ns, "ns", "0", 0, 1000000000,
		    "nvme_zns: time between two commands, whatever their size.",
		    "assumption; " ZN540),
	CFG_ROW_INT(T, append_latency_ns, "ns", "0", 0, 10000000000,
		    "nvme_zns: latency of a zone append; 0: latency_ns.",
		    "assumption; " ZN540),
	CFG_ROW_INT(T, open_ns, "ns", "0", 0, 10000000000,
		    "Time of an explicit zone open; 0: latency_ns.",
		    "assumption; " ZN540),
	CFG_ROW_INT(T, close_ns, "ns", "0", 0, 10000000000,
		    "Time of a zone close; 0: latency_ns.",
		    "assumption; " ZN540),
	CFG_ROW_INT(T, reset_ns, "ns", "0", 0, 10000000000,
		    "Time of the reset of an empty zone; 0: latency_ns.",
		    "assumption; " ZN540),
	CFG_ROW_INT(
		T, reset_full_ns, "ns", "0", 0, 10000000000,
		"Added to it when the zone is full, in proportion when it is not.",
		"assumption; " ZN540),
	CFG_ROW_INT(T, finish_ns, "ns", "0", 0, 10000000000,
		    "Time of the finish of a full zone; 0: latency_ns.",
		    "assumption; " ZN540),
	CFG_ROW_INT(
		T, finish_bytes_per_s, "bytes/s", "0", 0, 1000000000000,
		"Rate at which a finish pads what is not written; 0: at once.",
		"assumption; " ZN540),
};
#undef T

const struct cfg_object zones_config_object = {
	.name = "device.zones",
	.help = "Zones: sequential ones take writes at their write pointer only.",
	.size = sizeof(struct zones_config),
	.keys = zones_keys,
	.nr_keys = CFG_NR_KEYS(zones_keys),
};

#define T        struct disk_config
#define NEARLINE "assumption: 3.5 inch nearline disk, 7200 rpm"
static const struct cfg_key disk_keys[] = {
	CFG_ROW_INT(T, rotations_per_minute, "", "7200", 1000, 20000,
		    "Spindle speed.", NEARLINE),
	CFG_ROW_INT(T, seek_min_ns, "ns", "1000000", 0, 100000000,
		    "Seek to the next track.", NEARLINE),
	CFG_ROW_INT(
		T, seek_max_ns, "ns", "15000000", 0, 100000000,
		"Seek across the whole disk; between, time grows with the square root of the distance.",
		NEARLINE
		"; square root: Ruemmler and Wilkes, An introduction to disk drive modeling, IEEE Computer 27(3), 1994"),
	CFG_ROW_INT(
		T, media_bytes_per_s, "bytes/s", "245000000", 1000000,
		10000000000, "Rate at which a track is written.",
		"20 TB SMR disk, 1 MiB sequential writes: 245 MB/s (Le Moal, zone write plugging v7, 8 Apr 2024)"),
	CFG_ROW_INT(
		T, cache_bytes, "bytes", "67108864", 0, 4294967296,
		"Write cache: a write that fits is complete after the transfer and reaches the medium later, in order of arrival; used with write_cache.",
		"assumption; that the cache is on follows from 38 us a write of 4 KiB at depth 1 (same message)"),
};
#undef T

const struct cfg_object disk_config_object = {
	.name = "device.disk",
	.help = "One head that seeks, waits for the sector, writes.",
	.size = sizeof(struct disk_config),
	.keys = disk_keys,
	.nr_keys = CFG_NR_KEYS(disk_keys),
};
