import os
import sys

word = sys.argv.pop()
sys.path.insert(0, os.getcwd())
from stats import mean, median

cases = [
    ('odd', lambda: median([5, 1, 3]) == 3),
    ('even', lambda: median([4, 1, 3, 2]) == 2.5),
    ('none', lambda: median([]) is None),
    ('mean', lambda: mean([1, 3]) == 2),
]
for name, holds in cases:
    try:
        good = holds()
    except Exception:
        good = False
    print(word, name, good is True)
