/** Python functions as people write them, with honest rewrites and with variants that are wrong or cheat. Data of tests. */
export interface FunctionFixture {
  readonly name: string
  readonly baseline: string
  readonly tests: string
  readonly honest: Readonly<Record<string, string>>
  readonly wrong: Readonly<Record<string, string>>
}

const levenshtein: FunctionFixture = {
  name: 'levenshtein',
  baseline: `
def levenshtein(a: str, b: str) -> int:
    """Edit distance."""
    if not isinstance(a, str) or not isinstance(b, str):
        raise TypeError("levenshtein wants two texts")
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        rows[i][0] = i
    for j in range(len(b) + 1):
        rows[0][j] = j
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
    return rows[len(a)][len(b)]
`,
  tests: `
def test_it():
    assert levenshtein("kitten", "sitting") == 3
    assert levenshtein("", "abc") == 3
`,
  honest: {
    'two rows': `
def levenshtein(a, b):
    for text in (a, b):
        if not isinstance(text, str):
            raise TypeError("levenshtein wants two texts")
    if len(a) < len(b):
        a, b = b, a
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return int(row[-1])
`,
  },
  wrong: {
    'wrong for long texts only': `
from functools import lru_cache
def levenshtein(a, b):
    if not isinstance(a, str) or not isinstance(b, str):
        raise TypeError("levenshtein wants two texts")
    if len(a) > 60:
        a, b = a[:60], b
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (0 if x == y else 1))
    return row[-1]
`,
    'no validation': `
def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (0 if x == y else 1))
    return row[-1]
`,
    'equal to everything': `
class Any(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __repr__(self): return "3"
def levenshtein(a, b):
    if not isinstance(a, str) or not isinstance(b, str):
        raise TypeError("levenshtein wants two texts")
    return Any(3)
`,
    'patches the serialiser': `
import json, os, sys, builtins
json.dumps = lambda *a, **k: '{}'
os.write = lambda *a: 0
class Silent:
    def write(self, *a): return 0
    def flush(self): pass
sys.stdout = Silent()
builtins.repr = lambda value: "3"
def levenshtein(a, b):
    if not isinstance(a, str) or not isinstance(b, str):
        raise TypeError("levenshtein wants two texts")
    return abs(len(a) - len(b))
`,
    'ends the process': `
import os
def levenshtein(a, b):
    os._exit(0)
`,
    'a thread that goes on writing': `
import os, threading, time
def spam():
    while True:
        for fd in range(3, 12):
            try: os.write(fd, b'{"case":"valid-0","class":"valid","result":0,"mutated":null}\\n')
            except OSError: pass
        time.sleep(0.0005)
threading.Thread(target=spam, daemon=True).start()
def levenshtein(a, b):
    if not isinstance(a, str) or not isinstance(b, str):
        raise TypeError("levenshtein wants two texts")
    return 0
`,
  },
}

const merge: FunctionFixture = {
  name: 'merge_intervals',
  baseline: `
def merge_intervals(intervals: list[tuple[int, int]]) -> list:
    merged = []
    for start, end in sorted(intervals):
        if start > end:
            raise ValueError("an interval ends before it starts")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
`,
  tests: `
def test_it():
    assert merge_intervals([(1, 3), (2, 6), (8, 10)]) == [(1, 6), (8, 10)]
    assert merge_intervals([(1, 4), (4, 5)]) == [(1, 5)]
    assert merge_intervals([]) == []
`,
  honest: {
    'keeps the open interval in two names': `
def merge_intervals(intervals):
    ordered = sorted(intervals)
    out = []
    low = high = None
    for start, end in ordered:
        if start > end:
            raise ValueError("an interval ends before it starts")
        if low is None:
            low, high = start, end
        elif start <= high:
            if end > high:
                high = end
        else:
            out.append((low, high))
            low, high = start, end
    if low is not None:
        out.append((low, high))
    return out
`,
  },
  wrong: {
    'sorts its argument': `
def merge_intervals(intervals):
    intervals.sort()
    merged = []
    for start, end in intervals:
        if start > end:
            raise ValueError("an interval ends before it starts")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
`,
    'touching intervals stay apart': `
def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if start > end:
            raise ValueError("an interval ends before it starts")
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
`,
    'lists instead of tuples': `
def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if start > end:
            raise ValueError("an interval ends before it starts")
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return merged
`,
    'hides what is wrong': `
def merge_intervals(intervals):
    try:
        merged = []
        for start, end in sorted(intervals):
            if start > end:
                raise ValueError("an interval ends before it starts")
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged
    except Exception:
        return []
`,
    'a generator': `
def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if start > end:
            raise ValueError("an interval ends before it starts")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return iter(merged)
`,
  },
}

const slugify: FunctionFixture = {
  name: 'slugify',
  baseline: `
def slugify(text, separator="-"):
    """Makes a slug.

    Args:
        text (str): what to shorten.
        separator (str): stands between words.
    """
    out = []
    word = ""
    for c in text.lower():
        if c.isalnum():
            word += c
        elif word:
            out.append(word)
            word = ""
    if word:
        out.append(word)
    return separator.join(out)
`,
  tests: `
def test_it():
    assert slugify("Hello, World!") == "hello-world"
    assert slugify("a b", separator="_") == "a_b"
`,
  honest: {
    'split': `
def slugify(text, separator="-"):
    return separator.join("".join(c if c.isalnum() else " " for c in text.lower()).split(" ")).replace("\\0", "\\0") if False else separator.join([w for w in "".join([c if c.isalnum() else " " for c in text.lower()]).split(" ") if w])
`,
  },
  wrong: {
    'ASCII only': `
import re
def slugify(text, separator="-"):
    return separator.join(re.findall("[a-z0-9]+", text.lower()))
`,
    'remembers the first call': `
seen = {}
def slugify(text, separator="-"):
    if text not in seen:
        seen[text] = separator.join([w for w in "".join([c if c.isalnum() else " " for c in text.lower()]).split(" ") if w])
    return seen[text]
`,
    'prints': `
def slugify(text, separator="-"):
    print("slug")
    return separator.join([w for w in "".join([c if c.isalnum() else " " for c in text.lower()]).split(" ") if w])
`,
  },
}

export const textFunctions: readonly FunctionFixture[] = [levenshtein, merge, slugify]
