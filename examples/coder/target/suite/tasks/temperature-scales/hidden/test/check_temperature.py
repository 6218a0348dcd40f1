import os
import sys

sys.path.insert(0, os.getcwd())
from temperature import convert


def refuses():
    try:
        convert(1, 'K', 'K')
    except ValueError:
        return True
    return False

cases = [
    ('up', lambda: convert(100, 'C', 'F') == 212),
    ('down', lambda: convert(212, 'F', 'C') == 100),
    ('the same', lambda: convert(5, 'F', 'F') == 5 and convert(5, 'C', 'C') == 5),
    ('unknown', lambda: refuses()),
]
print(f'1..{len(cases)}')
for number, (name, holds) in enumerate(cases, 1):
    try:
        good = holds()
    except Exception:
        good = False
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
