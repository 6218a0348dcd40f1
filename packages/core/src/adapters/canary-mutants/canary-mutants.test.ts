import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../randomness/seeded-random.ts'
import type { ChangedText, Mutant } from '../../canary/canary-source.ts'
import { createCanaryMutants } from './canary-mutants.ts'

const source = createCanaryMutants()
const of = (change: ChangedText, count = 20): readonly Mutant[] => source.mutants([change], { random: seededRandom('canary'), count })

const script = 'export function total(list) {\n  if (list.length > 3) return 0\n  const first = list[0] + 1\n  note(first)\n  return list.filter((x) => x < 2)\n}\n'
const python = 'def total(items):\n    if len(items) > 3:\n        return 0\n    first = items[0] + 1\n    note(first)\n    return [x for x in items if x < 2]\n'
const cpp = 'int total(int a) {\n  if (a > 3) { return 0; }\n  int first = a + 1;\n  note(first);\n  return first < 2 ? a : first;\n}\n'

describe('canary mutants', () => {
  it.each([
    ['total.js', script, ['undefined', '(!(list.length > 3))', ';', '<=', '-']],
    ['total.ts', script, ['undefined', '(!(list.length > 3))', ';', '<=', '-']],
    ['total.py', python, ['None', '(not (len(items) > 3))', 'pass', '<=', '-']],
    ['total.cpp', cpp, ['{}', '(!(a > 3))', ';', '<=', '-']],
  ])('break results, conditions, values and statements of %s', (path, after, replacements) => {
    const texts = of({ path, before: null, after }).map(({ text }) => text)
    for (const replacement of replacements) expect([replacement, texts.some((text) => text.includes(replacement) && text !== after)]).toEqual([replacement, true])
    expect(new Set(texts).size).toBe(texts.length)
  })

  const deduced = `struct Pair { int first; int second; };
static auto twice(int a) { return a * 2; }
static int& pick(Pair& pair) { return pair.first; }
auto late(int a) -> int { return a + 1; }
static int kept = 0;
static int* place_of = &kept;
auto lent(int) -> int& { return kept; }
auto seen_of(int) -> const int& { return kept; }
auto moved(int&& a) -> int&& { return static_cast<int&&>(a); }
auto lent_place() -> int*& { return place_of; }
int*& lent_too() { return place_of; }
template <int N> int (&lent_row(int (&row)[N]))[N] { return row; }
auto same(int a) -> decltype(a) { return a; }
auto same_too(int) -> decltype(auto) { return (kept); }
auto any(int a) -> auto { return a + 5; }
decltype((kept)) kept_one() { return kept; }
auto taking(int& a, int (&b)[3]) -> int { return a + b[0] + 77; }
int plainly(int& a) { return a + 78; }
struct Box { int held; operator int&() { return held; } auto get() -> int& { return held; } auto copy() const -> int { return held + 79; } };
int total(int a) {
  Pair pair{a, 2};
  auto first = a + 1;
  const auto fixed = twice(a);
  constexpr auto two = 2;
  static auto calls = 0;
  int& chosen = pick(pair);
  auto& other = pair.second;
  const int& seen = a;
  auto [left, right] = pair;
  auto next = [&](int b) { return b + first; };
  auto typed = [&](int b) -> int { return b; };
  auto lender = [&](int) -> int& { return kept; };
  for (auto i = 0; i < 2; ++i) calls += i;
  if (auto half = a / 2; half > 1) calls += half;
  auto* place = &first;
  return first + fixed + two + calls + chosen + other + seen + left + right + next(1) + typed(1) + *place + lender(1);
}
`
  it.skipIf(spawnSync('g++', ['--version']).status !== 0)('build in C++, also where types are deduced', () => {
    const mutants = of({ path: 'a.cpp', before: null, after: deduced }, 200)
    const refused = mutants.filter(({ text }) => spawnSync('g++', ['-std=c++17', '-fsyntax-only', '-w', '-x', 'c++', '-'], { input: text }).status !== 0)
    expect(refused.map(({ description }) => description)).toEqual([])
    const values = mutants.map(({ description }) => description)
    for (const made of ['; first = {}', '; chosen = {}', '; other = {}', '; place = {}', '`a + 1` becomes `{}`', '`a + b[0] + 77` becomes `{}`', '`a + 78` becomes `{}`', '`held + 79` becomes `{}`']) expect([made, values.some((one) => one.includes(made))]).toEqual([made, true])
  })

  it('touch changed lines only, while there is anything to break in them', () => {
    const before = script.replace('note(first)', 'log(first)')
    const mutants = of({ path: 'total.js', before, after: script })
    expect(mutants.length).toBeGreaterThan(0)
    for (const { description } of mutants) expect(description).toMatch(/^total\.js:(?:3|4):/)
  })

  it('look around where the change only takes away, or changed lines cannot be broken', () => {
    expect(of({ path: 'total.js', before: script.replace('  note(first)\n', '  note(first)\n  note(first)\n'), after: script }).length).toBeGreaterThan(0)
    expect(of({ path: 'total.js', before: script.replace('}\n', '}'), after: script }).length).toBeGreaterThan(0)
  })

  it('break texts where changed lines hold nothing else, before they look around', () => {
    const table = "const texts = [\n  'now',\n  'soon',\n  'within 14 days',\n  'never',\n]\nexport const add = (a, b) => a + b\n"
    const mutants = of({ path: 'a.js', before: table.replace('14', '40'), after: table })
    expect(mutants.map(({ description }) => description)).toContainEqual(expect.stringMatching(/^a\.js:4: .*14 days~/))
    expect(of({ path: 'a.js', before: table.replace('a + b', 'a - b'), after: table }).every(({ text }) => !text.includes('~'))).toBe(true)
  })

  it('take different lines first', () => {
    const lines = of({ path: 'total.js', before: null, after: script }, 4).map(({ description }) => /:(\d+):/.exec(description)?.[1])
    expect(new Set(lines).size).toBe(4)
  })

  it('leave lines out of texts of unknown form, or count them up', () => {
    expect(of({ path: 'src/cost', before: '400\n', after: '50\n' }).map(({ text }) => text)).toEqual(['', '51\n'])
  })

  it('has none for deleted and empty files', () => {
    expect(of({ path: 'a.js', before: 'x', after: null })).toEqual([])
    expect(of({ path: 'a.js', before: 'x', after: '' })).toEqual([])
  })

  it('is the same for the same randomness', () => {
    expect(of({ path: 'total.js', before: null, after: script }, 5)).toEqual(of({ path: 'total.js', before: null, after: script }, 5))
  })

  describe('of tests', () => {
    const wrong = (path: string, text: string, count = 5): readonly string[] => source.wrongTests([{ path, text }], { random: seededRandom('tripwire'), count }).map(({ description }) => description)

    it.each([
      ['a.test.js', "import test from 'node:test'\nconst input = 3\ntest('adds', () => {\n  assert.equal(add(input), 'five')\n})\n", /a\.test\.js:4: `'five'` becomes `'five~'`/],
      ['test_a.py', 'import unittest\n\nclass T(unittest.TestCase):\n    def test_add(self):\n        given = 1\n        self.assertEqual(add(given), 42)\n', /test_a\.py:6: `42` becomes `\(42 \+ 1\)`/],
      ['a_test.cpp', '#include "a.hpp"\nint main() {\n  int given = 1;\n  if (add(given) != 42) return 1;\n  CHECK(add(2) == 7);\n}\n', /a_test\.cpp:5: /],
    ])('makes expectations of %s wrong first', (path, text, first) => expect(wrong(path, text)[0]).toMatch(first))

    it('never touches what is imported', () => {
      expect(wrong('a.test.js', "import test from 'node:test'\nconst assert = require('node:assert')\n")).toEqual([])
    })

    it('goes through the files in turn', () => {
      const tests = ['a', 'b', 'c'].map((name) => ({ path: `${name}.test.js`, text: 'assert(f(1) === 2)\nassert(f(3) === 4)\n' }))
      const files = source.wrongTests(tests, { random: seededRandom('turns'), count: 3 }).map(({ path }) => path)
      expect(new Set(files).size).toBe(3)
    })

    it('has nothing for what it cannot read', () => expect(wrong('tests.sh', 'assert 1 = 1')).toEqual([]))
  })
})
