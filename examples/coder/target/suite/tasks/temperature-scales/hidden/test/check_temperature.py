import os
import sys

word = sys.argv.pop()
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
for name, holds in cases:
    try:
        good = holds()
    except Exception:
        good = False
    print(word, name, good is True)
