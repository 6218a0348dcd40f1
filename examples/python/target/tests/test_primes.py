import unittest

from primes import factors, primes_up_to


class PrimesTest(unittest.TestCase):
    def test_small_primes(self):
        self.assertEqual(primes_up_to(20), [2, 3, 5, 7, 11, 13, 17, 19])

    def test_no_primes_below_two(self):
        self.assertEqual(primes_up_to(1), [])

    def test_factors(self):
        self.assertEqual(factors(360), [2, 2, 2, 3, 3, 5])
        self.assertEqual(factors(1), [])

    def test_factors_refuses_zero(self):
        with self.assertRaises(ValueError):
            factors(0)


if __name__ == "__main__":
    unittest.main()
