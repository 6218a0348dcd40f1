import os
import random
import sys

sys.path.insert(0, os.getcwd())
from primes import primes_up_to

random.seed(int(os.environ["RATCHET_SEED"]))
print(len(primes_up_to(3000 + random.randint(0, 50))))
