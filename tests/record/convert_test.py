#!/usr/bin/env python3
"""The converter on a small trace: what each line becomes, and what is left
out.  The first lines are of Linux 6.18, the last ones in the words of 6.16."""
import importlib.util
import os
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = importlib.util.spec_from_file_location(
    "convert", os.path.join(HERE, "..", "..", "record", "convert.py"))
convert = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(convert)


class Convert(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.recording = convert.convert(
            os.path.join(HERE, "sample"), "small", "loop0")

    def of_kind(self, kind):
        return [e[3:] for e in self.recording["events"] if e[1] == kind]

    def test_folios_of_both_designs(self):
        self.assertEqual(self.of_kind("F"), [
            [0x83, 0x1000, 0x1000], [0x83, 0x2000, 0x1000],
            [0x83, 0, 0x1000]])

    def test_ranges_of_both_designs(self):
        self.assertEqual(self.of_kind("A"), [
            [0x83, 0x1000, 0x1000, 0xb000, 0x1000, 0x2000, "UNWRITTEN", ""],
            [0x83, 0x2000, 0x1000, 0xb000, 0x1000, 0x2000, "UNWRITTEN", ""],
            [0x83, 0, 0x1000, 0xa000, 0, 0x1000, "MAPPED", ""]])

    def test_a_conversion_keeps_its_reservation_mark(self):
        self.assertEqual(self.of_kind("V"), [
            ["map_blocks_alloc", 0x83, 0x1000, 0x1000, "data",
             0xffffffffe0005, 2]])

    def test_only_bios_in_extents_of_files_are_data(self):
        bios = self.of_kind("Q")
        self.assertEqual(bios[0], ["loop0", "WS", 88, 8192, "d"])
        self.assertTrue(bios[1:])
        self.assertEqual({bio[4] for bio in bios[1:]}, {"m"})

    def test_other_devices_are_left_out(self):
        for event in self.recording["events"]:
            if event[1] in "QGNICXM":
                self.assertEqual(event[3], "loop0")
            self.assertNotIn("bdi 254:0", str(event))

    def test_requests(self):
        self.assertEqual(self.of_kind("I")[0], ["loop0", "WS", 8192, 88])
        self.assertEqual(self.of_kind("C")[0], ["loop0", "WS", 88, 8192, 0])
        self.assertEqual(self.of_kind("X"), [["loop0", "WS", 80, 84]])
        self.assertEqual(self.of_kind("M"), [["loop0", "WS", 84, 2048]])
        self.assertEqual(self.of_kind("U")[-1], [3])

    def test_page_frames(self):
        self.assertEqual(self.of_kind("B"), [
            [0x83, 4096, 0x175e47, 0], [0x83, 8192, 0x165e97, 0]])

    def test_marks_of_the_player(self):
        self.assertEqual(self.of_kind("O")[0], ["GT+ open 0 /mnt/f rw"])

    def test_dates_start_at_zero_and_grow(self):
        dates = [e[0] for e in self.recording["events"]]
        self.assertEqual(dates[0], 0)
        self.assertEqual(dates, sorted(dates))

    def test_lost_events_are_counted(self):
        self.assertEqual(self.recording["lost_events"], 15)

    def test_facts_of_the_machine(self):
        limits = self.recording["devices"]["loop0"]
        self.assertEqual(limits["max_segments"], 128)
        self.assertEqual(limits["zoned"], "none")
        self.assertIn("geom.bsize = 4096",
                      self.recording["filesystem"]["statfs"])
        self.assertEqual(self.recording["inodes"], ["/mnt/f 131 12288"])
        self.assertEqual(
            self.recording["extents"][0]["extents_off_phys_len_flags"][0][0],
            0)

    def test_comments_are_no_operations(self):
        workload = self.recording["workload"]
        self.assertEqual(workload["prepare"][0], "open 0 /mnt/f rwct")
        self.assertEqual(workload["operations"],
                         ["open 0 /mnt/f rw", "w 0 4096 8192", "fsync 0"])


if __name__ == "__main__":
    unittest.main()
