import os
import sys

word = sys.argv.pop()
sys.path.insert(0, os.getcwd())
from even import EVEN

cases = [
    ('values', lambda: EVEN == list(range(0, 2000, 2))),
    ('a literal', lambda: open('even.py').read().count('(') == 0),
]
for name, holds in cases:
    try:
        good = holds()
    except Exception:
        good = False
    print(word, name, good is True)
