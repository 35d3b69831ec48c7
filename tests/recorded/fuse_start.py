#!/usr/bin/env python3
"""fuse_start.py WBSIM KERNEL... - where a FUSE mount's own dirty limit starts
the flusher: at the page at which it started in the recordings.

The recorded writer's account with the throttle at its start is not known; 28
pages fit all (setting threads.nr_dirtied_pages)."""
import gzip
import json
import subprocess
import sys
import tempfile

NR_DIRTIED = 28


def recorded_start(recording):
    """Pages that the writer had made when it first woke the flusher."""
    pages = 0
    for event in recording["events"]:
        if event[1] == "B":
            pages += 1
        elif event[1] == "W" and event[3] == "writeback_wake_background":
            return pages
    raise SystemExit("no background writeback was recorded")


def simulated_start(wbsim, recording, preset):
    vm = recording["vm_dirty_bytes_background_writeback_centisecs"]
    ops = [{"op": "open", "file": "f", "create": True},
           {"op": "write", "file": "f", "total_bytes": 16 << 20,
            "write_bytes": 1 << 20},
           {"op": "fsync", "file": "f"}]
    experiment = {
        "name": "fuse-start", "kernel": preset, "filesystem": "fuse",
        "memory_bytes": 2200 << 20,
        "vm": {"dirty_bytes": int(vm[0]), "dirty_background_bytes": int(vm[1]),
               "dirty_writeback_centisecs": int(vm[2])},
        "files": [{"name": "f"}],
        "threads": [{"nr_dirtied_pages": NR_DIRTIED, "ops": ops}]}
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/e.json", "w") as file:
            json.dump(experiment, file)
        subprocess.run([wbsim, "run", folder + "/e.json", "-o", folder + "/out",
                        "--no-plots", "--quiet"], check=True,
                       stdout=subprocess.DEVNULL)
        with open(folder + "/out/result.json") as file:
            counters = json.load(file)["counters"]
    return counters["dirty.first_start_pages"]["value"]


def main():
    failed = False
    for kernel in sys.argv[2:]:
        path = f"tests/groundtruth/traces/{kernel}/s14-fuse-seq1m.json.gz"
        with gzip.open(path) as file:
            recording = json.load(file)
        assert recording["workload"]["operations"][1] == \
            "seq 0 0 16777216 1048576"
        recorded = recorded_start(recording)
        preset = "linux-" + ".".join(kernel.split(".")[:2])
        simulated = simulated_start(sys.argv[1], recording, preset)
        print(f"{kernel}: recorded {recorded}, simulated {simulated}")
        failed |= recorded != simulated
    return failed


sys.exit(main())
