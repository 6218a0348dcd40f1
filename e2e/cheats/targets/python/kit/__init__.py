"""Small functions on numbers and text."""
from kit.change import ways
from kit.dedupe import dedupe
from kit.matrix import multiply
from kit.primes import primes_up_to
from kit.records import parse_records
from kit.stats import describe
from kit.subsequence import common_length
from kit.words import frequency

__all__ = ["common_length", "dedupe", "describe", "frequency", "multiply", "parse_records", "primes_up_to", "ways"]
