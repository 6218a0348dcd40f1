import os
import sys

sys.path.insert(0, os.getcwd())
from even import EVEN

cases = [
    ('values', lambda: EVEN == list(range(0, 2000, 2))),
    ('a literal', lambda: open('even.py').read().count('(') == 0),
]
print(f'1..{len(cases)}')
for number, (name, holds) in enumerate(cases, 1):
    try:
        good = holds()
    except Exception:
        good = False
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
