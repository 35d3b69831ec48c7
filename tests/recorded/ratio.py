#!/usr/bin/env python3
"""How far a simulated ratio new/old of times is from the recorded one.

Reads `wbsim validate --timed --format json` of the timed recordings, takes
the totals that 6.16.12 and 6.17.13 both have, and computes the 95 % prediction
interval of (simulated ratio / recorded ratio - 1).  DIFFERENCE_MODEL in
sim/results/difference.h must not be smaller, and not much larger either.
Left out: devices with a bandwidth (null_blk's mbps), which are paced by a timer
of 20 ms, so that totals depend on its phase at boot, which no kernel decides.
Usage: ratio.py WBSIM DIFFERENCE_H RECORDINGS
"""
import glob
import gzip
import json
import math
import re
import statistics
import subprocess
import sys

# two-sided 95 % quantiles of Student's t for 10 to 40 degrees of freedom
STUDENT = {10: 2.228, 12: 2.179, 14: 2.145, 16: 2.120, 18: 2.101, 20: 2.086,
           25: 2.060, 30: 2.042, 40: 2.021}


def student(freedom):
    return STUDENT[max(f for f in STUDENT if f <= freedom)]


def is_paced(recordings, scenario):
    path = glob.glob(f"{recordings}/6.17.13/{scenario}.json.gz")[0]
    with gzip.open(path) as file:
        return "mbps=" in json.load(file)["setup"]


def main():
    wbsim, header, recordings = sys.argv[1:]
    # exit 1 only says that a bound of validate itself was passed
    out = subprocess.run([wbsim, "validate", recordings, "--timed", "--format",
                          "json"], stdout=subprocess.PIPE, check=False).stdout
    totals = {(p["kernel"], p["scenario"]): p
              for p in json.loads(out)["phases"] if p["phase"] == "total"}
    errors = []
    for (kernel, scenario), old in totals.items():
        new = totals.get(("6.17.13", scenario))
        if (kernel != "6.16.12" or not new
                or is_paced(recordings, scenario)):
            continue
        recorded = new["recorded_ns"] / old["recorded_ns"]
        simulated = new["simulated_ns"] / old["simulated_ns"]
        errors.append(simulated / recorded - 1)
        print(f"{scenario}: recorded {recorded:.4f}, simulated {simulated:.4f}, "
              f"error {errors[-1]:+.4f}")
    nr = len(errors)
    bound = (abs(statistics.mean(errors)) + student(nr - 1) *
             statistics.stdev(errors) * math.sqrt(1 + 1 / nr))
    with open(header, encoding="ascii") as file:
        used = float(re.search(r"DIFFERENCE_MODEL (\S+)", file.read())[1])
    print(f"{nr} scenarios: mean {statistics.mean(errors):+.5f}, largest "
          f"{max(map(abs, errors)):.5f}, 95 % prediction bound {bound:.5f}, "
          f"used {used}")
    if nr < 11 or not bound <= used <= 2 * bound:
        sys.exit("DIFFERENCE_MODEL does not fit the recordings")


main()
