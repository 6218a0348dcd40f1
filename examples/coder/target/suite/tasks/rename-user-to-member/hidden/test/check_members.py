import os
import sys

word = sys.argv.pop()
sys.path.insert(0, os.getcwd())
import members

cases = [
    ('adds', lambda: members.add_member([], 'a') == [{'member': 'a'}]),
    ('names', lambda: members.member_names([{'member': 'a'}]) == ['a']),
    ('has', lambda: members.has_member([{'member': 'a'}], 'a')),
    ('the old ones are gone', lambda: not hasattr(members, 'add_user') and 'user' not in open('members.py').read()),
]
for name, holds in cases:
    try:
        good = holds()
    except Exception:
        good = False
    print(word, name, good is True)
