import os
import sys

sys.path.insert(0, os.getcwd())
from stats import mean, median

cases = [
    ('odd', lambda: median([5, 1, 3]) == 3),
    ('even', lambda: median([4, 1, 3, 2]) == 2.5),
    ('none', lambda: median([]) is None),
    ('mean', lambda: mean([1, 3]) == 2),
]
print(f'1..{len(cases)}')
for number, (name, holds) in enumerate(cases, 1):
    try:
        good = holds()
    except Exception:
        good = False
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
