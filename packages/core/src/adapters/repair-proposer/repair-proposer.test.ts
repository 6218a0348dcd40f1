import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { Opportunity } from '../../proposal/proposal.ts'
import type { SourceFile } from '../../proposal/proposer.ts'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { languageOf, parseAs } from '../ast-grep-rules/languages.ts'
import { createRepairProposer, isRepairable } from './repair-proposer.ts'

/** The first `count` texts that are proposed for a file, as a search would see them. */
async function proposed(file: SourceFile, count: number, opportunities: readonly Opportunity[] = [], seed = 'repair'): Promise<readonly string[]> {
  const proposer = createRepairProposer()
  const tried = new Set<string>()
  const texts: string[] = []
  for (let step = 0; step < count; step++) {
    const draft = await proposer.propose({ parent: 'p', sources: [file], opportunities, random: seededRandom(seed, step), tried }, new AbortController().signal)
    if (draft === null) break
    tried.add(editsDigest('p', draft.edits))
    texts.push(applyEdits(file.text, draft.edits))
  }
  return texts
}

describe('repair proposer', () => {
  it.each([
    ['comparison', 'a.js', 'function max(a, b) {\n  if (a < b) return a\n  return b\n}\n', 'a > b'],
    ['boundary', 'a.ts', 'export function last(list: number[]): number {\n  return list[list.length]\n}\n', 'list[list.length - 1]'],
    ['constant', 'a.js', 'function product(list) {\n  let total = 0\n  for (const item of list) total *= item\n  return total\n}\n', 'let total = 1'],
    ['variable', 'a.py', 'def gcd(a, b):\n    while b:\n        a, b = b, a % b\n    return b\n', 'return a\n'],
    ['call', 'a.py', 'def biggest(items):\n    return min(items)\n', 'max(items)'],
    ['arguments', 'a.js', 'function has(list, part) {\n  return part.includes(list)\n}\n', 'list.includes(part)'],
    ['missing call', 'a.py', 'def near(a, b, limit):\n    return a - b < limit\n', 'abs(a - b) < limit'],
    ['missing return', 'a.js', 'function evens(list) {\n  list.filter((x) => x % 2 === 0)\n}\n', 'return list.filter('],
    ['logical', 'a.cpp', 'bool inside(int a, int low, int high) {\n  return a >= low || a <= high;\n}\n', 'a >= low && a <= high'],
    ['condition', 'a.cpp', 'int sign(int a) {\n  if (a > 0) {\n    return -1;\n  }\n  return 1;\n}\n', '!(a > 0)'],
    ['excess term', 'a.c', 'int length(int n) {\n  return n - 1;\n}\n', 'return n;'],
    ['excess statement', 'a.js', 'function fib(n) {\n  if (n < 2) return n\n  if (n === 2) return 2\n  return fib(n - 1) + fib(n - 2)\n}\n', 'return n\n  \n  return fib'],
    ['empty list', 'a.js', 'function first(list) {\n  const [head] = list\n  return head.name\n}\n', 'if (list.length === 0) return'],
    ['missing statement', 'a.py', 'def count(items):\n    total = 0\n    for item in items:\n        print(item)\n    return total\n', 'total += 1'],
    ['bound', 'a.py', 'def best(items):\n    top = 0\n    for item in items:\n        top = item * 2\n    return top\n', 'top = max(top, item * 2)'],
    ['sum below zero', 'a.js', 'function left(total, used) {\n  return total - used\n}\n', 'Math.max(total - used, 0)'],
    ['side', 'a.py', 'def pairs(a, b):\n    return pairs(a[1:], b)\n', 'pairs(a[1:], b[1:])'],
    ['index of a table', 'a.cpp', 'int before(int **t, int i, int j) {\n  return t[i - 1][j];\n}\n', 't[i - 1][j - 1]'],
    ['order of indices', 'a.js', 'function at(table, row, column) {\n  return table[column][row]\n}\n', 'table[row][column]'],
    ['item', 'a.py', 'def choose(items, k):\n    if k == 0:\n        return []\n    return items\n', 'return [[]]'],
    ['part', 'a.py', 'def all_of(first, rest):\n    found = [first]\n    return [item for item in rest]\n', 'return found + [item for item in rest]'],
    ['target', 'a.py', 'def relax(cost, edge, u, v):\n    edge[u] = min(cost[u] + edge[u], cost[v])\n    return cost\n', 'cost[v] = min('],
    ['border', 'a.js', 'function f(list) {\n  if (list.length === 0) return list\n  return f(list.slice(1))\n}\n', 'list.length <= 1'],
    ['generator', 'a.py', 'def prime(n, known):\n    return any(n % p for p in known)\n', 'all(n % p for p in known)'],
    ['loop variable', 'a.py', 'def rows(n):\n    found = []\n    for r in range(n):\n        found.append(list(range(0, r)))\n    return found\n', 'range(0, r + 1)'],
    ['list that nothing comes into', 'a.py', 'def reverse(items):\n    stack = []\n    found = []\n    for item in items:\n        print(item)\n    while stack:\n        found.append(stack.pop())\n    return found\n', 'stack.append(item)'],
    ['last part', 'a.py', 'def split(text, n):\n    parts = []\n    while len(text) > n:\n        part, text = text[:n], text[n:]\n        parts.append(part)\n    return parts\n', '        parts.append(part)\n    parts.append(text)\n'],
    ['turn that carries nothing over', 'a.py', 'def steps(items):\n    last = None\n    found = []\n    for item in items:\n        found.append((last, item))\n    return found\n', 'last = item'],
  ])('mends a wrong %s in %s', async (_kind, path, text, expected) => {
    const texts = await proposed({ path, text }, 200)
    expect(texts.some((made) => made.includes(expected))).toBe(true)
  })

  it('proposes nothing twice and nothing that does not parse', async () => {
    for (const file of [
      { path: 'a.py', text: 'def f(a, b):\n    """Says."""\n    for i in range(len(a)):\n        if a[i] > b and i:\n            return [a[i], b]\n    return None\n' },
      { path: 'a.ts', text: 'import { x } from "./x.ts"\nexport const f = (a: string[], b = 2): string => {\n  let n = 0\n  while (n < a.length) n++\n  return n > b ? a[0] : "no" + x\n}\n' },
      { path: 'a.cpp', text: '#include <vector>\nint f(std::vector<int> v) {\n  int s = 0;\n  for (int x : v) if (x % 2 == 0) s += x; else s--;\n  return s;\n}\n' },
    ]) {
      const texts = await proposed(file, 400)
      expect(texts.length).toBeGreaterThan(100)
      expect(new Set(texts).size).toBe(texts.length)
      expect(texts).not.toContain(file.text)
      for (const made of texts) {
        expect(parseAs(languageOf(file.path, made) ?? 'python', made).root().find({ rule: { kind: 'ERROR' } })).toBeNull()
        expect(made.includes('#include <vector>')).toBe(file.path === 'a.cpp')
        expect(made.includes('import { x } from "./x.ts"')).toBe(file.path === 'a.ts')
      }
    }
  })

  it('gives the lines that it brings the line ends of the file', async () => {
    for (const file of [
      { path: 'a.py', text: 'def f(a, b):\n    found = []\n    for x in a:\n        if x > b:\n            found.append(x)\n            print(x)\n    return found\n' },
      { path: 'a.js', text: 'function f(list, low) {\n  const found = []\n  for (const x of list) {\n    if (x > low) {\n      found.push(x)\n      note(x)\n    }\n  }\n  return found\n}\n' },
    ]) {
      const texts = await proposed({ path: file.path, text: file.text.replaceAll('\n', '\r\n') }, 400)
      expect(texts.some((made) => made.split('\r\n').length > file.text.split('\n').length)).toBe(true)
      for (const made of texts) expect(made.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    }
  })

  it('begins where failing tests point', async () => {
    const text = Array.from({ length: 12 }, (_, index) => `function f${index}(a, b) {\n  return a < b\n}\n`).join('')
    const changedLines = (made: string): readonly number[] => made.split('\n').flatMap((line, index) => (line === text.split('\n')[index] ? [] : [index + 1]))
    const texts = await proposed({ path: 'a.js', text }, 5, [{ kind: 'failing-test', path: 'a.js', line: 20, weight: 1 }])
    for (const made of texts) expect(changedLines(made)).toEqual([20])
  })

  it('is the same for the same randomness, and not for another', async () => {
    const file = { path: 'a.js', text: 'function f(list, low) {\n  for (let i = 0; i < list.length; i++) if (list[i] > low) return i\n  return -1\n}\n' }
    expect(await proposed(file, 20)).toEqual(await proposed(file, 20))
    expect(await proposed(file, 20)).not.toEqual(await proposed(file, 20, [], 'another'))
  })

  it('mends two faults at once', async () => {
    const texts = await proposed({ path: 'a.js', text: 'function prime(n) {\n  if (n < 1) return false\n  for (let k = 1; k < n; k++) if (n % k === 0) return false\n  return true\n}\n' }, 200)
    expect(texts.some((made) => made.includes('n < 2') && made.includes('k = 2'))).toBe(true)
  })

  it('reads JavaScript, TypeScript, Python, C and C++', () => {
    expect(['a.mjs', 'a.tsx', 'a.py', 'a.c', 'a.hpp', 'a.d.ts', 'a.rs', 'a.md'].map(isRepairable)).toEqual([true, true, true, true, true, false, false, false])
  })
})
