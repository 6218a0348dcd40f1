import os
import sys

word = sys.argv.pop()
sys.path.insert(0, os.getcwd())
from line import STATIONS, distance

cases = [
    ('one way', lambda: distance('bababa', 'babado') == 53),
    ('the other way', lambda: distance('babado', 'bababa') == 53),
    ('all stations', lambda: len(STATIONS) == 400),
]
for name, holds in cases:
    try:
        good = holds()
    except Exception:
        good = False
    print(word, name, good is True)
