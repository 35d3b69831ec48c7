/*
 * Queue limits from device type, device and kernel.
 * Models: blk_validate_limits(), block/blk-settings.c; the nvme pci,
 * null_blk, virtio_blk and sd_zbc drivers, 6.12 to 7.3.
 */
#include <string.h>

#include "models/device/device.h"
#include "sim/base/units.h"

/* nvme pci: at most 8 MiB whatever the controller takes */
#define NVME_MAX_TRANSFER_BYTES (8u << 20)
#define BLK_SAFE_MAX_SECTORS    255
#define VIRTIO_MAX_SEGMENTS     254

static uint64_t hw_bytes(const struct device_config *device)
{
	uint64_t max = device->max_transfer_bytes;

	if (device->limits.max_hw_sectors_bytes)
		return device->limits.max_hw_sectors_bytes;
	if (device->type == DEVICE_NVME || device->type == DEVICE_NVME_ZNS)
		return min_u64(max ? max : UINT64_MAX, NVME_MAX_TRANSFER_BYTES);
	if (device->type == DEVICE_VIRTIO_BLK || device->type == DEVICE_SMR)
		return max ? max : sectors_to_bytes(UINT32_MAX);
	return max ? max : sectors_to_bytes(BLK_SAFE_MAX_SECTORS);
}

static void segment_limits(const struct device_config *device,
			   const struct block_config *block,
			   struct queue_limits *ret)
{
	ret->max_segments = (uint32_t)block->max_segments;
	ret->max_segment_bytes = (uint32_t)block->max_segment_bytes;
	switch ((enum device_type)device->type) {
	case DEVICE_NVME:
	case DEVICE_NVME_ZNS:
		ret->max_segments =
			(uint32_t)min_u64((hw_bytes(device) >> PAGE_SHIFT) + 1,
					  block->nvme_max_segments);
		ret->max_segment_bytes = UINT32_MAX;
		if (block->nvme_virt_boundary)
			ret->virt_boundary_mask = PAGE_BYTES - 1;
		break;
	case DEVICE_VIRTIO_BLK:
		ret->max_segments = VIRTIO_MAX_SEGMENTS;
		ret->max_segment_bytes = UINT32_MAX;
		break;
	case DEVICE_NULL_BLK:
	case DEVICE_NULL_BLK_ZONED:
	case DEVICE_SMR:
		break;
	}
}

/*
 * Models: nvme_query_zone_info(), null_init_zoned_dev(), sd_zbc_read_zones(),
 * blk_validate_zoned_limits(), 6.12 to 7.3.
 */
static void zone_limits(const struct device_config *device,
			const struct block_config *block,
			struct queue_limits *ret)
{
	const struct zones_config *zones = &device->zones;
	uint64_t capacity = zones->capacity_bytes ? zones->capacity_bytes
						  : zones->zone_bytes;
	uint64_t max = min_u64(bytes_to_sectors(zones->zone_bytes),
			       ret->max_hw_sectors);
	bool native = zones->append && device->type != DEVICE_SMR;

	if (native && zones->append_max_bytes)
		max = min_u64(max, bytes_to_sectors(zones->append_max_bytes));
	if (native && device->type == DEVICE_NULL_BLK_ZONED)
		max = min_u64(max, bytes_to_sectors(capacity));
	ret->zone_sectors = bytes_to_sectors(zones->zone_bytes);
	ret->chunk_sectors = ret->zone_sectors;
	ret->zone_capacity_sectors = bytes_to_sectors(capacity);
	ret->emulate_zone_append = !native;
	ret->max_zone_append_sectors =
		!native && block->zone_write_locking ? 0 : max;
	ret->max_open_zones = (uint32_t)zones->max_open;
	ret->max_active_zones = (uint32_t)zones->max_active;
	ret->nr_conventional_zones = zones->conventional;
	ret->write_granularity_bytes = (uint32_t)max_u64(
		zones->write_granularity_bytes, ret->logical_block_bytes);
}

static void override(const struct limits_config *given,
		     struct queue_limits *ret)
{
	if (given->max_sectors_bytes)
		ret->max_sectors = bytes_to_sectors(given->max_sectors_bytes);
	if (given->max_segments)
		ret->max_segments = (uint32_t)given->max_segments;
	if (given->max_segment_bytes)
		ret->max_segment_bytes = (uint32_t)given->max_segment_bytes;
	if (given->virt_boundary_given)
		ret->virt_boundary_mask =
			given->virt_boundary_bytes
				? (uint32_t)given->virt_boundary_bytes - 1
				: 0;
	if (given->chunk_bytes)
		ret->chunk_sectors = bytes_to_sectors(given->chunk_bytes);
}

void device_limits(const struct device_config *device,
		   const struct block_config *block, struct queue_limits *ret)
{
	uint64_t hw =
		round_down_to(hw_bytes(device), device->logical_block_bytes);

	memset(ret, 0, sizeof(*ret));
	ret->logical_block_bytes = (uint32_t)device->logical_block_bytes;
	ret->physical_block_bytes = (uint32_t)max_u64(
		device->physical_block_bytes, device->logical_block_bytes);
	ret->max_hw_sectors = hw >> SECTOR_SHIFT;
	ret->max_sectors =
		min_u64(hw, block->max_sectors_bytes) >> SECTOR_SHIFT;
	segment_limits(device, block, ret);
	override(&device->limits, ret);
	if (device_is_zoned(device))
		zone_limits(device, block, ret);
	ret->max_sectors = round_down_to(
		ret->max_sectors, ret->logical_block_bytes >> SECTOR_SHIFT);
}
