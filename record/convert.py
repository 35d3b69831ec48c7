#!/usr/bin/env python3
"""convert.py --scenario NAME --disk NAME RAW OUT

Turn what record.sh gathered in the folder RAW into one recording, the JSON
format of tests/groundtruth/README.md.  Only events of the named disk are
taken: others belong to other users of the machine.
"""
import argparse
import bisect
import json
import os
import re

LINE = re.compile(
    r"^\s*(.*?)-(\d+)\s+\[(\d+)\]\s+(\S+)\s+(\d+\.\d+): (\w+): (.*)$")
BIO = re.compile(r"(\d+),(\d+) (\S+) (\d+) \+ (\d+)(?: \[(.*)\])?")
SPLIT = re.compile(r"(\d+),(\d+) (\S+) (\d+) / (\d+)")
REQUEST = re.compile(r"(\d+),(\d+) (\S+) (\d+) \(.*?\) (\d+) \+ (\d+)")
COMPLETE = re.compile(
    r"(\d+),(\d+) (\S+) \(.*?\) (\d+) \+ (\d+).*\[(-?\d+)\]")
RANGE = re.compile(
    r"dev (\d+):(\d+) ino (\S+) bdev \S+ pos (\S+) dirty len (\S+) addr (\S+)"
    r" offset (\S+) length (\S+) type (\S+)(?: \(\S+\))? flags (\S*)")
CACHED = re.compile(
    r"dev (\d+):(\d+) ino (\S+) .*pfn=(\S+) ofs=(\d+)(?: order=(\d+))?")
DEV = re.compile(r"dev (\d+):(\d+) ")

BIO_KINDS = {"block_bio_queue": "Q", "block_bio_backmerge": "M",
             "block_bio_frontmerge": "m", "block_getrq": "G",
             "block_bio_complete": "E"}
REQUEST_KINDS = {"block_rq_issue": "I", "block_rq_insert": "N",
                 "block_rq_merge": "R"}
LEGEND = {
    "event": "[t_us, kind, comm_index, ...fields]; t_us from the first event",
    "F": "folio handed to writeback: ino, offset, bytes",
    "A": "range added to an ioend: ino, pos, bytes, disk address, extent's"
         " offset and length, type, flags",
    "Q": "bio queued: device, rwbs, sector, bytes, class (d data of a file,"
         " m other)",
    "X": "bio split: device, rwbs, sector, new sector",
    "M": "bio back-merged: device, rwbs, sector, bytes",
    "m": "bio front-merged: device, rwbs, sector, bytes",
    "G": "request allocated: device, rwbs, sector, bytes",
    "N": "request inserted: device, rwbs, bytes, sector",
    "I": "request issued: device, rwbs, bytes, sector",
    "R": "two requests merged: device, rwbs, bytes, sector",
    "C": "request completed: device, rwbs, sector, bytes, error",
    "E": "bio completed: device, rwbs, sector, bytes, error",
    "B": "folio added to the page cache: ino, offset, page frame, order",
    "P": "plug", "U": "unplug: requests",
    "V": "xfs_map_blocks_found/alloc: event, ino, pos, bytes, fork, start"
         " block, blocks",
    "S": "xfs_setfilesize: offset, bytes",
    "W": "writeback events: name, text",
    "O": "operation mark of the player", "?": "other: name, text"}


def read(folder, name):
    """The file's text, stripped; empty when there is none."""
    try:
        with open(os.path.join(folder, name), errors="replace") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def number(text):
    """Decimal or 0x..."""
    return int(text, 0)


def fields(text):
    """'name value name value' as a dictionary; odd words are skipped."""
    return dict(re.findall(r"([a-z]\w*) (0x[0-9a-f]+|\d+|[a-z]\S*)", text))


class Trace:
    """Lines of the trace as events."""

    def __init__(self, major_minor, disk, data):
        self.dev = major_minor
        self.disk = disk
        self.data = data
        self.begins = [begin for begin, _ in data]
        self.comms = {}
        self.events = []
        self.start = None

    def is_ours(self, match):
        return match and (int(match.group(1)), int(match.group(2))) == self.dev

    def class_of(self, sector):
        at = bisect.bisect_right(self.begins, sector) - 1
        return "d" if at >= 0 and sector < self.data[at][1] else "m"

    def bio(self, name, text):
        match = BIO.match(text)
        if not self.is_ours(match):
            return None
        sector, sectors = int(match.group(4)), int(match.group(5))
        kind = BIO_KINDS[name]
        ret = [kind, self.disk, match.group(3), sector, sectors * 512]
        if kind == "Q":
            ret.append(self.class_of(sector))
        elif kind == "E":
            error = match.group(6) or "0"
            ret.append(int(error) if error.lstrip("-").isdigit() else 0)
        return ret

    def block(self, name, text):
        if name in BIO_KINDS:
            return self.bio(name, text)
        if name == "block_split":
            match = SPLIT.match(text)
            return self.is_ours(match) and [
                "X", self.disk, match.group(3), int(match.group(4)),
                int(match.group(5))]
        if name in REQUEST_KINDS:
            match = REQUEST.match(text)
            return self.is_ours(match) and [
                REQUEST_KINDS[name], self.disk, match.group(3),
                int(match.group(4)), int(match.group(5))]
        if name == "block_rq_complete":
            match = COMPLETE.match(text)
            return self.is_ours(match) and [
                "C", self.disk, match.group(3), int(match.group(4)),
                int(match.group(5)) * 512, int(match.group(6))]
        if name == "block_plug":
            return ["P"]
        if name == "block_unplug":
            return ["U", int(text.rsplit(" ", 1)[1])]
        match = re.match(r"(\d+),(\d+)", text)
        return self.is_ours(match) and ["?", name, text]

    def file(self, name, text):
        if name in ("iomap_writepage_map", "iomap_add_to_ioend"):
            match = RANGE.match(text)
            return self.is_ours(match) and [
                "A"] + [number(match.group(i)) for i in range(3, 9)] + [
                    match.group(9), match.group(10)]
        if name == "mm_filemap_add_to_page_cache":
            match = CACHED.match(text)
            return self.is_ours(match) and [
                "B", int(match.group(3), 16), int(match.group(5)),
                int(match.group(4), 16), int(match.group(6) or 0)]
        if not self.is_ours(DEV.match(text)):
            return None
        value = fields(text)
        if name in ("iomap_writepage", "iomap_writeback_folio"):
            return ["F", number(value["ino"]), number(value["offset"]),
                    number(value["length"])]
        pos = number(value.get("pos", value.get("offset", "0")))
        size = number(value.get("bytecount", "0"))
        if name == "xfs_setfilesize":
            return ["S", pos, size]
        return ["V", name[len("xfs_"):], number(value["ino"]), pos, size,
                value.get("fork", ""), number(value.get("startblock", "0")),
                number(value.get("fsbcount", "0"))]

    def event(self, name, text):
        if name.startswith("block_"):
            return self.block(name, text)
        if name == "tracing_mark_write":
            return ["O", text.strip()]
        if name.startswith("writeback_"):
            ours = "bdi %d:%d:" % self.dev
            return ["W", name, text] if text.startswith(ours) else None
        if name.startswith(("iomap_", "xfs_", "mm_filemap_")):
            return self.file(name, text)
        return None

    def line(self, text):
        match = LINE.match(text)
        if not match:
            return
        event = self.event(match.group(6), match.group(7))
        if not event:
            return
        date = float(match.group(5))
        if self.start is None:
            self.start = date
        comm = self.comms.setdefault(match.group(1), len(self.comms))
        self.events.append(
            [round((date - self.start) * 1e6), event[0], comm] + event[1:])


def read_device(raw):
    """(major, minor), limits as sysfs gives them."""
    lines = read(raw, "queue").split("\n")
    major, minor = lines[0].split(":")
    limits = {"dev": lines[0]}
    for line in lines[1:]:
        key, value = line.split("=", 1)
        limits[key] = int(value) if value.isdigit() else value
    return (int(major), int(minor)), limits


def read_extents(raw):
    """FIEMAP of each file, in the order of the paths."""
    ret = []
    while os.path.exists(os.path.join(raw, "path%d" % len(ret))):
        rows = read(raw, "extents%d" % len(ret)).split("\n")
        ret.append({
            "path": read(raw, "path%d" % len(ret)),
            "extents_off_phys_len_flags": [
                [int(n) for n in row.split()] for row in rows if row]})
    return ret


def data_sectors(extents):
    """Sorted, joined [begin, end) of all files' extents."""
    ret = []
    for begin, end in sorted(
            (phys // 512, (phys + length) // 512) for item in extents
            for _, phys, length, _ in item["extents_off_phys_len_flags"]):
        if ret and begin <= ret[-1][1]:
            ret[-1] = (ret[-1][0], max(ret[-1][1], end))
        else:
            ret.append((begin, end))
    return ret


def operations(raw, name):
    return [line for line in read(raw, name).split("\n")
            if line and not line.startswith("#")]


def convert(raw, scenario, disk):
    major_minor, limits = read_device(raw)
    extents = read_extents(raw)
    trace = Trace(major_minor, disk, data_sectors(extents))
    for line in read(raw, "trace").split("\n"):
        trace.line(line)
    lost = sum(int(n) for n in re.findall(
        r"(?:overrun|dropped events): (\d+)", read(raw, "stats")))
    return {
        "kernel": read(raw, "release"),
        "kernel_version_line": read(raw, "version"),
        "smp": int(read(raw, "cpus")),
        "scenario": scenario,
        "description": "recorded by wbsim record",
        "devices": {disk: limits},
        "filesystem": {"setup": read(raw, "setup"),
                       "statfs": read(raw, "statfs"),
                       "mkfs": read(raw, "mkfs")},
        "vm_dirty_bytes_background_writeback_centisecs":
            read(raw, "vm").split(),
        "workload": {"language": "wbsim-player",
                     "prepare": operations(raw, "prepare"),
                     "operations": operations(raw, "operations")},
        "log": read(raw, "log"),
        "inodes": [line for line in read(raw, "inodes").split("\n") if line],
        "extents": extents,
        "lost_events": lost,
        "events_not_in_this_kernel": read(raw, "missing").split(),
        "legend": LEGEND,
        "comms": list(trace.comms),
        "events": trace.events}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--disk", required=True)
    parser.add_argument("raw")
    parser.add_argument("out")
    args = parser.parse_args()
    recording = convert(args.raw, args.scenario, args.disk)
    events = recording.pop("events")
    head = json.dumps(recording, separators=(",", ":"))
    with open(args.out, "w") as out:
        out.write(head[:-1] + ',"events":[\n')
        out.write(",\n".join(json.dumps(e, separators=(",", ":"))
                             for e in events))
        out.write("\n]}\n")


if __name__ == "__main__":
    main()
