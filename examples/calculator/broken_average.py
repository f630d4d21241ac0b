"""Fails on purpose: the average of nothing should be 0, and is a ZeroDivisionError."""
import unittest

from calculator import average


class BrokenAverageTest(unittest.TestCase):
    def test_average_of_nothing(self):
        self.assertEqual(average([]), 0)


if __name__ == "__main__":
    unittest.main()
