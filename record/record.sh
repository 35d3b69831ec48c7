#!/bin/sh
# record.sh - record what this machine's kernel makes of a list of file
# operations on XFS, as a JSON file that "wbsim validate" reads.
# Run by "wbsim record"; "record.sh --help" lists the options.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

usage() {
	cat <<'END'
usage: record.sh [OPTION...] OPS-FILE | --scenario NAME
  -o, --output FILE     the recording (default: SCENARIO.json in the current folder);
                        a name that ends with .gz is compressed
  --scenario NAME       operations that come with wbsim; --list names them
  --device DEV          whole, unused block device to record on; ALL ITS DATA IS
                        LOST (default: a loop device on a file made for this)
  --size-mib N          size of the loop device's file (default: 640)
  --work DIR            folder for that file and for the trace (default: /tmp)
  --mkfs "OPTIONS"      more options for mkfs.xfs, such as "-b size=1024"
  --player FILE         wbsim-player (default: the one beside wbsim, or in PATH)
  --buffer-mib N        trace buffer, all CPUs together (default: 96)
  --keep-raw DIR        also keep what the recording is made of, in a new folder
  --dry-run             only say what would be done
  --yes                 needed with --device
  --list                names of scenarios
Needs root, tracefs, XFS in the kernel, mkfs.xfs, xfs_io and python3.
Exit: 0 recorded; 1 an operation failed or something went wrong; 2 usage;
77 this machine lacks something (named).
END
}

say() { printf 'wbsim record: %s\n' "$*" >&2; }
die() {
	status=$1
	shift
	say "$*"
	exit "$status"
}

ops='' scenario='' output='' device='' mkfs='' keep_raw='' dry_run='' yes=''
size_mib=640 buffer_mib=96 work=/tmp
player=${WBSIM_PLAYER:-}

# value OPTION REST... - the option's value, or a usage error
value() {
	[ $# -ge 2 ] || die 2 "$1: a value is missing"
	printf '%s' "$2"
}

while [ $# -gt 0 ]; do
	case "$1" in
	-h | --help)
		usage
		exit 0
		;;
	--list)
		for file in "$here"/scenarios/*.ops; do
			name=$(basename "$file" .ops)
			printf '%-20s %s\n' "$name" "$(sed -n '1s/^# *//p' "$file")"
		done
		exit 0
		;;
	--dry-run) dry_run=1 ;;
	--yes) yes=1 ;;
	-o | --output) output=$(value "$@"); shift ;;
	--scenario) scenario=$(value "$@"); shift ;;
	--device) device=$(value "$@"); shift ;;
	--size-mib) size_mib=$(value "$@"); shift ;;
	--work) work=$(value "$@"); shift ;;
	--mkfs) mkfs=$(value "$@"); shift ;;
	--player) player=$(value "$@"); shift ;;
	--keep-raw) keep_raw=$(value "$@"); shift ;;
	--buffer-mib) buffer_mib=$(value "$@"); shift ;;
	-*) die 2 "unknown option $1; --help lists them" ;;
	*)
		[ -z "$ops" ] || die 2 "one OPS-FILE only"
		ops=$1
		;;
	esac
	shift
done

if [ -n "$scenario" ]; then
	[ -z "$ops" ] || die 2 "either OPS-FILE or --scenario"
	ops=$here/scenarios/$scenario.ops
	[ -r "$ops" ] || die 2 "no scenario $scenario; --list names them"
fi
[ -n "$ops" ] || die 2 "OPS-FILE or --scenario is missing; --help tells more"
[ -r "$ops" ] || die 2 "$ops: cannot be read"
case "$size_mib$buffer_mib" in
*[!0-9]*) die 2 "--size-mib and --buffer-mib: expected whole numbers" ;;
esac
[ "$size_mib" -ge 320 ] || die 2 "--size-mib: mkfs.xfs needs 320 or more"
name=$(basename "$ops" .ops)
[ -n "$output" ] || output=$name.json

# ---- what will be done

target="a loop device on a new file of $size_mib MiB below $work"
[ -z "$device" ] || target="$device, whose data is lost"
cat >&2 <<END
wbsim record: this will
  - make an XFS file system on $target
  - mount it in a new folder below $work
  - set vm.dirty_bytes, vm.dirty_background_bytes and
    vm.dirty_writeback_centisecs, so that the flusher stays out
  - set the device's read_ahead_kb to 128, which recordings do not hold
  - trace writeback, iomap, xfs and block events in a trace instance of its own
  - play the operations of $ops (dropcaches drops all caches)
  - write $output
and undo all but the last, also when it is interrupted.
END
[ -z "$dry_run" ] || exit 0

# ---- what is needed

[ "$(id -u)" -eq 0 ] || die 77 "this needs root"
for tool in mkfs.xfs xfs_io python3 mount umount losetup truncate stat; do
	command -v "$tool" >/dev/null || die 77 "$tool is not installed"
done
[ -n "$player" ] || player=$(command -v wbsim-player) ||
	die 77 "wbsim-player is not installed; name it with --player"
[ -x "$player" ] || die 2 "$player: cannot be run"
grep -q tracefs /proc/filesystems || die 77 "this kernel has no tracefs"
if ! grep -qw xfs /proc/filesystems && ! modprobe xfs 2>/dev/null; then
	die 77 "this kernel has no XFS"
fi
if [ -n "$device" ]; then
	[ -b "$device" ] || die 2 "$device is not a block device"
	[ -n "$yes" ] || die 2 "all data of $device would be lost; say --yes"
	device=$(readlink -f "$device")
	disk=${device##*/}
	[ -d "/sys/block/$disk" ] ||
		die 2 "$device is not a whole device (sectors of partitions are counted from the disk's start)"
	if grep -q "^${device}p\{0,1\}[0-9]* " /proc/mounts /proc/swaps ||
		[ -n "$(ls "/sys/block/$disk/holders")" ]; then
		die 2 "$device is in use"
	fi
fi
[ -d "$work" ] || die 2 "$work: expected a folder"

# ---- set up, and everything undone at the end

dir=$(mktemp -d "$work/wbsim-record.XXXXXX")
mnt=$dir/mnt
raw=$dir/raw
tracefs=$dir/tracing
loop='' mounted='' traced='' instance='' vm_saved='' read_ahead=''
mkdir "$mnt" "$raw" "$tracefs"

save_vm() {
	for key in bytes ratio background_bytes background_ratio \
		writeback_centisecs; do
		printf '%s %s\n' "$key" "$(cat "/proc/sys/vm/dirty_$key")"
	done >"$dir/vm"
	vm_saved=1
}

# bytes and ratio exclude each other: what is 0 was not the one in use
restore_vm() {
	while read -r key number; do
		case "$key" in
		writeback_*) ;;
		*) [ "$number" -ne 0 ] || continue ;;
		esac
		echo "$number" >"/proc/sys/vm/dirty_$key"
	done <"$dir/vm"
}

clean_up() {
	status=$?
	trap - EXIT INT TERM HUP
	set +e
	if [ -n "$instance" ]; then
		echo 0 >"$instance/tracing_on"
		echo 0 >"$instance/events/enable"
		rmdir "$instance"
	fi
	[ -z "$traced" ] || umount "$tracefs"
	[ -z "$mounted" ] || umount "$mnt" || umount -l "$mnt"
	[ -z "$read_ahead" ] ||
		echo "$read_ahead" >"/sys/block/$disk/queue/read_ahead_kb"
	[ -z "$loop" ] || losetup -d "$loop"
	[ -z "$vm_saved" ] || restore_vm
	rm -rf "$dir/raw" "$dir/disk" "$dir/vm" "$dir/prepare" "$dir/operations"
	rmdir "$mnt" "$tracefs" "$dir"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

if [ -z "$device" ]; then
	truncate -s "${size_mib}M" "$dir/disk"
	loop=$(losetup -f --show "$dir/disk") ||
		die 77 "no loop device could be set up"
	device=$loop
	disk=${device##*/}
fi
read_ahead=$(cat "/sys/block/$disk/queue/read_ahead_kb")
echo 128 >"/sys/block/$disk/queue/read_ahead_kb"
# shellcheck disable=SC2086
mkfs.xfs -q -f -K $mkfs "$device" >"$raw/mkfs" 2>&1 || {
	cat "$raw/mkfs" >&2
	die 1 "mkfs.xfs failed"
}
mount -t xfs "$device" "$mnt" || die 77 "XFS on $device cannot be mounted"
mounted=1
mount -t tracefs nodev "$tracefs" || die 77 "tracefs cannot be mounted"
traced=1
mkdir "$tracefs/instances/wbsim-$$" || die 77 "this kernel has no trace instances"
instance=$tracefs/instances/wbsim-$$
echo mono >"$instance/trace_clock"
echo $((buffer_mib * 1024 / $(nproc) + 1)) >"$instance/buffer_size_kb"
echo 0 >"$instance/tracing_on"

# Which of them a kernel has differs: iomap_writepage and iomap_writepage_map
# became iomap_writeback_folio and iomap_add_to_ioend in 6.17.
wanted="iomap/iomap_writepage iomap/iomap_writepage_map
	iomap/iomap_writeback_folio iomap/iomap_add_to_ioend
	block/block_bio_queue block/block_split block/block_bio_backmerge
	block/block_bio_frontmerge block/block_getrq block/block_rq_insert
	block/block_rq_issue block/block_rq_merge block/block_rq_requeue
	block/block_rq_complete block/block_bio_complete block/block_plug
	block/block_unplug xfs/xfs_map_blocks_alloc xfs/xfs_map_blocks_found
	xfs/xfs_setfilesize filemap/mm_filemap_add_to_page_cache
	writeback/writeback_start writeback/writeback_written
	writeback/writeback_single_inode"
for event in $wanted; do
	if [ -e "$instance/events/$event/enable" ]; then
		echo 1 >"$instance/events/$event/enable"
	else
		echo "${event##*/}" >>"$raw/missing"
	fi
done

# ---- facts about the machine, the device and the file system

uname -r >"$raw/release"
cat /proc/version >"$raw/version"
nproc >"$raw/cpus"
{
	cat "/sys/block/$disk/dev"
	for key in max_sectors_kb max_hw_sectors_kb max_segments \
		max_segment_size logical_block_size physical_block_size zoned \
		chunk_sectors nr_requests scheduler write_cache fua \
		virt_boundary_mask dma_alignment rotational nomerges \
		read_ahead_kb; do
		file=/sys/block/$disk/queue/$key
		[ ! -r "$file" ] || printf '%s=%s\n' "$key" "$(cat "$file")"
	done
	printf 'size_sectors=%s\n' "$(cat "/sys/block/$disk/size")"
} >"$raw/queue"
{
	xfs_io -r -c statfs "$mnt"
	awk -v mnt="$mnt" '$2 == mnt { print $1, "/mnt", $3, $4, $5, $6 }' \
		/proc/mounts
} >"$raw/statfs"
{
	printf 'mkfs.xfs -q -f -K %s DEVICE; ' "$mkfs"
	xfs_info "$mnt" | grep -oE '(reflink|rmapbt|crc|finobt)=[0-9]' | tr '\n' ' '
} >"$raw/setup"

# ---- the operations: what stands before a line "measure" is preparation

if grep -qx measure "$ops"; then
	sed '/^measure$/,$d' "$ops" >"$raw/prepare"
	sed '1,/^measure$/d' "$ops" >"$raw/operations"
else
	: >"$raw/prepare"
	cp "$ops" "$raw/operations"
fi
save_vm
echo 0 >/proc/sys/vm/dirty_writeback_centisecs
echo 1400000000 >/proc/sys/vm/dirty_background_bytes
echo 1600000000 >/proc/sys/vm/dirty_bytes
for key in bytes background_bytes writeback_centisecs; do
	cat "/proc/sys/vm/dirty_$key"
done >"$raw/vm"

failed=''
"$player" --root "$mnt" "$raw/prepare" 2>>"$raw/log" || failed=1
sync -f "$mnt"
echo 1 >"$instance/tracing_on"
"$player" --root "$mnt" --marker "$instance/trace_marker" \
	"$raw/operations" 2>>"$raw/log" || failed=1
# completions that are still under way
sleep 0.3
echo 0 >"$instance/tracing_on"
cat "$instance/trace" >"$raw/trace"
cat "$instance"/per_cpu/cpu*/stats >"$raw/stats"

# ---- where the data lies now

stat -c '%n %i %s' "$mnt"/* 2>/dev/null |
	sed "s,^$mnt/,/mnt/," >"$raw/inodes" || true
number=0
for file in "$mnt"/*; do
	[ -f "$file" ] || continue
	base=${file##*/}
	printf 'open 0 /mnt/%s r\nfiemap 0 %s\n' "$base" "$raw/extents$number" \
		>"$dir/prepare"
	"$player" --root "$mnt" "$dir/prepare"
	printf '/mnt/%s\n' "$base" >"$raw/path$number"
	number=$((number + 1))
done

[ -z "$keep_raw" ] || cp -r "$raw" "$keep_raw"
python3 "$here/convert.py" --scenario "$name" --disk "$disk" "$raw" "$dir/operations"
case "$output" in
*.gz) gzip -9n <"$dir/operations" >"$output" ;;
*) cat "$dir/operations" >"$output" ;;
esac
if [ -n "$failed" ]; then
	cat "$raw/log" >&2
	die 1 "operations failed (named above); $output records what was done"
fi
say "wrote $output; compare with: wbsim validate $output --explain"
