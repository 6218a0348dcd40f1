import os
import sys

sys.path.insert(0, os.getcwd())
import members

cases = [
    ('adds', lambda: members.add_member([], 'a') == [{'member': 'a'}]),
    ('names', lambda: members.member_names([{'member': 'a'}]) == ['a']),
    ('has', lambda: members.has_member([{'member': 'a'}], 'a')),
    ('the old ones are gone', lambda: not hasattr(members, 'add_user') and 'user' not in open('members.py').read()),
]
print(f'1..{len(cases)}')
for number, (name, holds) in enumerate(cases, 1):
    try:
        good = holds()
    except Exception:
        good = False
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
