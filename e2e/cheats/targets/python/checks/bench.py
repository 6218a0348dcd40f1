"""Prints a checksum of everything that was computed; how long it took goes to standard error, for people only."""
import os
import sys
import time
import zlib

STARTED = time.perf_counter()
import kit
from checks.draw import Draw

draw = Draw(int(os.environ["RATCHET_SEED"]))
checksum = 0


def take(value):
    global checksum
    checksum = zlib.crc32(repr(value).encode(), checksum)


def letters(length):
    return "".join(draw.choices("abcdefgh", k=length))


def ways():
    for _ in range(5):
        take(kit.ways(150 + draw.randrange(30), [1, 5, 10, 25, 50]))


def dedupe():
    for _ in range(18):
        take(kit.dedupe(draw.choices(range(4000), k=1500 + draw.randrange(200))))


def multiply():
    for _ in range(9):
        side = 50 + draw.randrange(5)
        left, right = ([draw.choices(range(1000), k=side) for _ in range(side)] for _ in range(2))
        take(kit.multiply(left, right))


def primes_up_to():
    for _ in range(3):
        take(kit.primes_up_to(6500 + draw.randrange(900)))


def parse_records():
    take(kit.parse_records("\n".join(f"name={letters(12)};text={letters(30)};number={draw.randrange(999)}" for _ in range(1500 + draw.randrange(150)))))


def describe():
    # A dashboard asks for the same figures again and again.
    values = [draw.randrange(100000) / 8 for _ in range(640 + draw.randrange(60))]
    for _ in range(14):
        take(kit.describe(values))


def common_length():
    for _ in range(10):
        take(kit.common_length(letters(170 + draw.randrange(30)), letters(170 + draw.randrange(30))))


def frequency():
    for _ in range(8):
        take(kit.frequency(" ".join(letters(draw.randrange(1, 5)) for _ in range(1900 + draw.randrange(200)))))


WORK = [ways, dedupe, multiply, primes_up_to, parse_records, describe, common_length, frequency]
for run in WORK:
    if sys.argv[1] in ("all", run.__name__):
        run()
print(checksum)
print(f"took {(time.perf_counter() - STARTED) * 1000:.1f} ms", file=sys.stderr)
