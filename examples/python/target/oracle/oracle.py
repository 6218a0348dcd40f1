"""One line of JSON a case; both sides get the same RATCHET_SEED."""
import json
import os
import random
import sys

sys.path.insert(0, os.getcwd())
from primes import factors, primes_up_to

random.seed(int(os.environ["RATCHET_SEED"]))
for _ in range(100):
    limit = random.choice([random.randint(-3, 30), random.randint(0, 400)])
    number = random.choice([random.randint(-2, 12), random.randint(1, 5000)])
    try:
        outcome = factors(number)
    except Exception as error:
        outcome = type(error).__name__
    print(json.dumps([limit, primes_up_to(limit), number, outcome]))
