import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, SourceFile } from '../../proposal/proposer.ts'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { createGeneticProposer } from './genetic-proposer.ts'
import { staticHeat } from './hot-ranges.ts'
import { nativeSource } from './native-source.ts'
import { hasSyntaxError, parseSource } from './parse-source.ts'
import { pythonIsMissing, refusedByPython } from './testing/python-program.ts'

const python = `LIMIT = 8

def subject(a, b):
    out = []
    for x in a:
        for y in b:
            if y in out:
                break
        if x in b:
            out.append(x)
    return out
`
const cpp = `#include <string>
constexpr int limit = 8;
static int subject(std::string s, int n) {
  int total = 0;
  for (int i = 0; i < n; ++i) {
    if (s[i] > limit) total += i;
  }
  return total;
}
`
const signal = new AbortController().signal
const proposer = createGeneticProposer()

function propose(sources: readonly SourceFile[], seed: number, tried: ReadonlySet<string> = new Set()): Promise<ProposalDraft | null> {
  return proposer.propose({ parent: 'p', sources, opportunities: [], random: seededRandom(seed), tried }, signal)
}

describe('the genetic proposer on Python and C++', () => {
  it.each([['a.py', python], ['a.cpp', cpp]])('proposes the same for the same request, also after it has seen others: %s', async (path, text) => {
    for (let seed = 0; seed < 20; seed++) {
      const fresh = await createGeneticProposer().propose({ parent: 'p', sources: [{ path, text }], opportunities: [], random: seededRandom(seed), tried: new Set() }, signal)
      expect(await propose([{ path, text }], seed)).toEqual(fresh)
    }
  })

  it.each([['a.py', python], ['a.cpp', cpp]])('goes through everything once, each of it new and parsing, and then says there is nothing left: %s', async (path, text) => {
    const tried = new Set<string>()
    const texts: string[] = []
    const kinds = new Set<string>()
    for (let step = 0; ; step++) {
      const draft = await propose([{ path, text }], step, tried)
      if (draft === null) break
      tried.add(editsDigest('p', draft.edits))
      const after = applyEdits(text, draft.edits)
      const parsed = parseSource({ path, text: after })
      expect([after === text, parsed === null || hasSyntaxError(parsed)], draft.rationale).toEqual([false, false])
      texts.push(after)
      kinds.add(draft.operator)
    }
    expect(tried.size).toBe(texts.length)
    expect(tried.size).toBeGreaterThan(40)
    expect([...kinds]).toEqual(expect.arrayContaining(['delete-statement', 'change-constant', 'tune-number', path === 'a.py' ? 'membership-to-set' : 'pass-by-reference']))
    if (path === 'a.py' && !pythonIsMissing) expect(refusedByPython(texts)).toEqual([])
  })

  it('takes any text without failing, CRLF, tabs, surrogates and syntax errors included', async () => {
    const pieces = {
      'a.py': ['def f(a):', '\n', '\r\n', '    ', '\t', 'for x in a:', 'if x in b:', 'a.append(x)', 'a = []', 'return a', 'while a:', 'a.pop(0)', '(', ']', '"', "'''", '\ud83d', ':', 'x += 1', 'lambda x: x', '@', 'import re', 're.search("a", x)', 'sum(a)', 'LIMIT = 3', 'class A:', 'match a:', 'case b:', '*', 'any([x for x in a])', 'sorted(a)[0]'],
      'a.cpp': ['int f(std::string s) {', '}', '\n', '\r\n', 'for (auto x : v) {', 'std::vector<int> v;', 'v.push_back(x);', 'if (a < b)', '(', '<', '#define A 3', '#if X', '#endif', '"', "'", '\ud83d\ude00', 'std::find(v.begin(), v.end(), x) == v.end()', 'template <typename T>', 'operator', 's = s + "a";', 'strlen(s)', 'std::map<int, int> m;', 'm.find(x) != m.end()', 'R"(', 'case 1:', '[&]{'],
      'app.toml': ['a = 3', '\n', '\r\n', '= ', '"', 'b: true', '# x | y', '[', '999999999999999999999', '1e400'],
      'CMakeLists.txt': ['set(CMAKE_CXX_FLAGS "', '-O2', '")', '\n', 'set(CMAKE_BUILD_TYPE Release', '(', '-Ofast', '#'],
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.entries(pieces)).chain(([path, parts]) => fc.tuple(fc.constant(path), fc.array(fc.constantFrom(...parts), { maxLength: 30 }))), fc.nat(), async ([path, parts], seed) => {
        const text = parts.join('')
        const draft = await propose([{ path, text }], seed)
        if (draft !== null) expect(applyEdits(text, draft.edits)).not.toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it('takes what lies deep in loops for hotter', () => {
    const source = nativeSource({ path: 'a.py', text: python })
    const heat = source === null ? [] : staticHeat(source, ['out = []', 'if x in b', 'if y in out'].map((part) => python.indexOf(part)))
    expect(heat).toEqual([1, 3, 5])
  })

  it('goes to both files when there is no profile', async () => {
    const paths = new Set<string>()
    for (let seed = 0; seed < 40; seed++) paths.add((await propose([{ path: 'a.py', text: python }, { path: 'b.cpp', text: cpp }], seed))?.edits[0]?.path ?? '')
    expect([...paths].sort()).toEqual(['a.py', 'b.cpp'])
  })
})
