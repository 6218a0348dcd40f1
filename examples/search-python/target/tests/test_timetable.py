import unittest

from timetable import busiest, platform_board, reachable, shared_stops


class TimetableTest(unittest.TestCase):
    def test_shared_stops_keep_the_order_of_the_first_line(self):
        self.assertEqual(shared_stops(["mill", "quay", "dock", "mill"], ["dock", "mill"]), ["mill", "dock"])
        self.assertEqual(shared_stops([], ["dock"]), [])

    def test_reachable_stops_come_nearest_first(self):
        links = {"a": ["b", "c"], "b": ["d"], "c": ["d", "e"], "e": ["f"]}
        self.assertEqual(reachable(links, "a", 1), ["b", "c", "d", "e"])
        self.assertEqual(reachable(links, "a", 0), ["b", "c"])
        self.assertEqual(reachable(links, "x", 3), [])

    def test_the_busiest_stop(self):
        self.assertEqual(busiest(["quay", "dock", "quay", "dock", "mill"]), "dock")
        self.assertEqual(busiest([]), "")

    def test_the_board_says_when_to_leave(self):
        self.assertEqual(platform_board([(2, "mill"), (64, "quay"), (500, "dock")], 0, 100), "00:00 mill\n01:00 quay\n")


if __name__ == "__main__":
    unittest.main()
