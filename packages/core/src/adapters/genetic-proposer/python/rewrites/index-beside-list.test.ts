import { describe, it } from 'vitest'
import { expectSamePython } from '../../testing/check-native-rewrite.ts'
import { pythonIsMissing } from '../../testing/python-program.ts'
import { countOnce, indexPositions, membershipToSet, trackGrownList } from './index-beside-list.ts'

/** Names in lists become objects: equal to all, with a hash of their own; equal to 1 only; equal to nothing, with the hash of 1; one NaN and another. */
const objects = `class Lying:
    def __init__(self, equal, mark):
        self.equal, self.mark = equal, mark
    def __eq__(self, other):
        return self.equal is None or other == self.equal
    def __hash__(self):
        return self.mark
    def __repr__(self):
        return "Lying"
class Text(str):
    __hash__ = str.__hash__
    def __eq__(self, other):
        return False
made = {"ALL": Lying(None, 99), "ONE": Lying(1, 98), "NONE": Lying("nobody", hash(1)), "NAN": float("nan"), "NAN2": float("nan"), "TEXT": Text("a")}
def of(values):
    return [made.get(x, x) if type(x) is str else x for x in values]
`

const lists = [
  "[bytearray(b'a'), b'a', b'a', bytearray(b'a')]",
  "[b'a', bytearray(b'a'), 'a', 'a']",
  '[{1}, frozenset({1}), {1}]',
  '[frozenset({1}), {1}, frozenset({1}), 1, 1]',
  '[1, True, 1.0, 0, False, 0.0, 1]',
  '[True, 1, 2, 2, 1.0]',
  '[1.0, 1, True, 1]',
  '["NAN", "NAN", "NAN2", "NAN", 1, 1]',
  '["ALL", 1, 2, "a"]',
  '[1, "ALL", 2, 1]',
  '[2, "ONE", 1, True, 1]',
  '["NONE", 1, "NONE", 1]',
  '["TEXT", "a", "a", "TEXT"]',
  '["a", "b", "a", 3, 3, 10**30, 10**30]',
  '["a", [1], "a", [1], "b", "b"]',
  '[(1, 2), (1.0, 2), ([1],), ([1],)]',
  '[None, None, 1, 1]',
  '[]',
]
const pairs = lists.flatMap((a) => lists.map((b) => `(${a}, ${b})`))

describe.skipIf(pythonIsMissing)('an index beside a list, with values that equal others than their own kind', () => {
  it.each(['for x in of(a):', 'for x in reversed(of(a + b)):'])('track-grown-list: %s', (head) => {
    const program = `${objects}def subject(a, b):\n    seen = []\n    for y in [1, 2]:\n        ${head}\n            if x not in seen:\n                seen.append(x)\n            else:\n                y += 1\n    return [(type(x).__name__, repr(x)) for x in seen], y\n`
    expectSamePython(trackGrownList, program, pairs)
  })

  it('membership-to-set', () => {
    expectSamePython(membershipToSet, `${objects}def subject(a, b):\n    a = of(a)\n    b = of(b)\n    return [x in b for x in a], [x not in b for x in b]\n`, pairs)
  })

  it('membership-to-set, with a name that gets another value on the way', () => {
    expectSamePython(membershipToSet, 'def subject(a, b):\n    out = []\n    for x in a:\n        for x, y in [(b, 1), (1, 2)]:\n            out.append(x in a)\n    return out\n', pairs)
  })

  it('count-once', () => {
    expectSamePython(countOnce, `${objects}def subject(a, b):\n    a = of(a)\n    b = of(b)\n    return [b.count(x) for x in a], [b.count(x) for x in b]\n`, pairs)
  })

  it('index-positions', () => {
    expectSamePython(indexPositions, `${objects}def subject(a, b):\n    a = of(a)\n    b = of(b)\n    return [b.index(x) for x in b], [b.index(x) for x in a]\n`, pairs)
  })
})
