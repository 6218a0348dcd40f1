"""The stops that two long lines share, drawn from RATCHET_SEED."""
import os
import random
import sys

sys.path.insert(0, os.getcwd())
from timetable import shared_stops

random.seed(int(os.environ["RATCHET_SEED"]))
stops = [f"stop-{number}" for number in range(6000)]
line = [random.choice(stops) for _ in range(3000)]
other = random.sample(stops, 3000)
print(len(shared_stops(line, other)))
