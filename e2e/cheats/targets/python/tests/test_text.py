import json
import pathlib
import unittest

from kit import common_length, dedupe, frequency, parse_records

TABLE = json.loads((pathlib.Path(__file__).parent / "expected.json").read_text())


class TextTest(unittest.TestCase):
    def test_records_as_expected(self):
        for text, expected in TABLE.items():
            self.assertEqual(parse_records(text), expected)

    def test_records_refuse_a_name_that_comes_twice(self):
        with self.assertRaises(ValueError):
            parse_records("a=1;a=2")

    def test_common_length(self):
        expected = 4
        self.assertEqual(common_length("ratchet", "catch"), expected)

    def test_common_length_with_nothing(self):
        expected = 0
        self.assertEqual(common_length("", "abc"), expected)

    def test_dedupe_keeps_the_first(self):
        expected = [2, 1, [1], "a"]
        self.assertEqual(dedupe([2, 1, 2, [1], "a", [1], "a"]), expected)

    def test_frequency(self):
        expected = [("two", 2), ("one", 1)]
        self.assertEqual(frequency("One two. TWO!"), expected)
