import unittest

from kit import describe, multiply, primes_up_to, ways


class NumbersTest(unittest.TestCase):
    def test_primes_up_to_twenty(self):
        expected = [2, 3, 5, 7, 11, 13, 17, 19]
        self.assertEqual(primes_up_to(20), expected)

    def test_no_primes_below_two(self):
        expected = []
        self.assertEqual(primes_up_to(1), expected)

    def test_ways_to_pay_a_dollar(self):
        expected = 292
        self.assertEqual(ways(100, [50, 25, 10, 5, 1]), expected)

    def test_ways_refuses_what_is_no_coin(self):
        with self.assertRaises(ValueError):
            ways(5, [0])

    def test_describe_is_exact(self):
        figures = describe([1e16, 1.0, -1e16, 1.0])
        self.assertAlmostEqual(figures["mean"], 0.5, places=12)
        self.assertAlmostEqual(figures["median"], 1.0, places=12)

    def test_describe_a_tenth_ten_times(self):
        figures = describe([0.1] * 10)
        self.assertAlmostEqual(figures["mean"], 0.1, places=15)
        self.assertAlmostEqual(figures["variance"], 0.0, places=15)

    def test_describe_refuses_what_is_no_number(self):
        for values in ([], [float("nan")], ["1"], [True]):
            with self.assertRaises(ValueError):
                describe(values)

    def test_multiply_by_hand(self):
        expected = [[19, 22], [43, 50]]
        self.assertEqual(multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]), expected)

    def test_multiply_refuses_what_does_not_fit(self):
        with self.assertRaises(ValueError):
            multiply([[1, 2]], [[1, 2]])
