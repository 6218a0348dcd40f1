import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { contextDigest } from '../../proposal/context-digest.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest, SourceFile } from '../../proposal/proposer.ts'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { createGeneticProposer } from './genetic-proposer.ts'
import { hasSyntaxError, parseSource } from './parse-source.ts'

const twoFunctions = `function cold(a) {
  let total = 1
  total += a
  return total
}
function hot(a) {
  let total = 2
  total += a
  return total
}
`
const request = (sources: readonly SourceFile[], changes: Partial<ProposalRequest> = {}): ProposalRequest => ({ parent: 'p', sources, opportunities: [], random: seededRandom(1), tried: new Set(), ...changes })
const signal = new AbortController().signal

async function propose(sources: readonly SourceFile[], changes: Partial<ProposalRequest> = {}): Promise<ProposalDraft | null> {
  return createGeneticProposer().propose(request(sources, changes), signal)
}

describe('the genetic proposer', () => {
  it('proposes the same for the same request, also after it has seen others', async () => {
    const proposer = createGeneticProposer()
    const sources = [{ path: 'a.js', text: twoFunctions }]
    for (let seed = 0; seed < 20; seed++) {
      const fresh = await propose(sources, { random: seededRandom(seed) })
      expect(await proposer.propose(request(sources, { random: seededRandom(seed) }), signal)).toEqual(fresh)
    }
  })

  it('goes through everything it can do once, each of it new, parsing and different, and then says there is nothing left', async () => {
    const sources = [{ path: 'a.js', text: twoFunctions }, { path: 'b.ts', text: 'export const n: number = 4 + 5\n' }]
    const tried = new Set<string>()
    const results = new Set<string>()
    for (let step = 0; ; step++) {
      const draft = await propose(sources, { tried, random: seededRandom(step) })
      if (draft === null) break
      const digest = editsDigest('p', draft.edits)
      expect(tried.has(digest)).toBe(false)
      tried.add(digest)
      const source = sources.find(({ path }) => path === draft.edits[0]?.path)
      const text = applyEdits(source?.text ?? '', draft.edits)
      const parsed = parseSource({ path: source?.path ?? '', text })
      expect(text !== source?.text && parsed !== null && !hasSyntaxError(parsed), draft.rationale).toBe(true)
      expect(draft.rationale).toContain(source?.path)
      results.add(text)
    }
    expect(tried.size).toBeGreaterThan(50)
    // Some edits lead to one text (a deleted line of two equal ones); most do not.
    expect(results.size).toBeGreaterThan(tried.size / 2)
  })

  it('does not repeat in another variant what broke something there, as long as nothing around it has changed', async () => {
    const sources = [{ path: 'a.js', text: twoFunctions }]
    const first = await propose(sources)
    const failed = new Set([contextDigest(first?.edits ?? [], sources) ?? ''])
    expect(await propose(sources, { parent: 'another', failed })).not.toEqual(first)
    const changed = [{ path: 'a.js', text: twoFunctions.replaceAll('total', 'sum') }]
    expect(await propose(changed, { parent: 'another', failed })).toEqual(await propose(changed, { parent: 'another' }))
  })

  it('draws an operator as much more often as it has credit', async () => {
    const sources = [{ path: 'a.js', text: twoFunctions }]
    // Odds, not shares: these grow with the credit, however likely the operator is by itself.
    const deleted = async (credit: number): Promise<number> => {
      let count = 0
      for (let seed = 0; seed < 200; seed++) {
        const draft = await propose(sources, { random: seededRandom(seed), credit: (operator) => (operator === 'delete-statement' ? credit : 1) })
        if (draft?.operator === 'delete-statement') count++
      }
      return count / (200 - count)
    }
    const [rare, usual, often] = [await deleted(0.25), await deleted(1), await deleted(4)]
    expect(rare).toBeGreaterThan(0)
    expect(usual).toBeGreaterThan(2 * rare)
    expect(often).toBeGreaterThan(2 * usual)
  })

  describe('with a mate', () => {
    const base = [{ path: 'a.js', text: twoFunctions }]
    const sources = [{ path: 'a.js', text: twoFunctions.replace('let total = 1', 'let total = 10') }]
    const mate = { commit: 'mate0mate0mate0', base, sources: [{ path: 'a.js', text: twoFunctions.replace('let total = 2', 'let total = 20') }] }

    it('takes over what the mate does, and says whose it is', async () => {
      const draft = await propose(sources, { mate })
      expect(draft).toMatchObject({ operator: 'crossover', mate: mate.commit })
      expect(applyEdits(sources[0]?.text ?? '', draft?.edits ?? [])).toBe(twoFunctions.replace('let total = 1', 'let total = 10').replace('let total = 2', 'let total = 20'))
    })

    it.each([
      ['the two change the same line', { mate: { ...mate, sources: [{ path: 'a.js', text: twoFunctions.replace('let total = 1', 'let total = 30') }] } }],
      ['the mate adds nothing', { mate: { ...mate, sources: base } }],
      ['the result does not parse', { mate: { ...mate, sources: [{ path: 'a.js', text: twoFunctions.replace('let total = 2', 'let total = = 2') }] } }],
    ])('makes an ordinary proposal where %s', async (_, changes) => {
      const draft = await propose(sources, changes)
      expect(draft).not.toBeNull()
      expect(draft?.operator).not.toBe('crossover')
      expect(draft).not.toHaveProperty('mate')
    })
  })

  it('merges once', async () => {
    const base = [{ path: 'a.js', text: twoFunctions }]
    const mate = { commit: 'mate', base, sources: [{ path: 'a.js', text: twoFunctions.replace('let total = 2', 'let total = 20') }] }
    const first = await propose(base, { mate })
    expect(first?.operator).toBe('crossover')
    expect((await propose(base, { mate, tried: new Set([editsDigest('p', first?.edits ?? [])]) }))?.operator).not.toBe('crossover')
  })

  it('proposes several rewrites at once where it may, of places that do not touch', async () => {
    const text = `function f(a, b) { const out = []
  for (const x of a) {
    if (b.includes(x)) out.push(x)
  }
  return out
}
function g(a, b) { const out = []
  for (const x of a) {
    if (b.includes(x)) out.push(x)
  }
  return out
}
`
    const sources = [{ path: 'a.js', text }]
    const parts = new Map<number, number>()
    for (let seed = 0; seed < 40; seed++) {
      const draft = await propose(sources, { random: seededRandom(seed), atOnce: 3 })
      const count = new Set(draft?.edits.map(({ part }) => part)).size
      const source = parseSource({ path: 'a.js', text: applyEdits(text, draft?.edits ?? []) })
      expect(source !== null && !hasSyntaxError(source)).toBe(true)
      if (draft?.operator.includes('+') === true) {
        expect(draft.operator.split('+')).toHaveLength(count)
        expect(draft.steps?.map(({ operator }) => operator).join('+')).toBe(draft.operator)
        parts.set(count, (parts.get(count) ?? 0) + 1)
      }
    }
    expect((parts.get(2) ?? 0) + (parts.get(3) ?? 0)).toBeGreaterThan(20)
    expect([...parts.keys()].every((count) => count <= 3)).toBe(true)
  })

  it('proposes one alone where they were tried together, and never two that choose one name for two things', async () => {
    const text = 'class A {\n  f(a, b, c) {\n    for (const x of a) {\n      if (Object.keys(b).includes(x)) return 1\n      if (Object.keys(c).includes(x)) return 2\n    }\n    return 0\n  }\n}\n'
    for (let seed = 0; seed < 60; seed++) {
      const draft = await propose([{ path: 'a.js', text }], { random: seededRandom(seed), atOnce: 5 })
      const names = (draft?.steps ?? []).map((_, part) => new Set((draft?.edits ?? []).filter((edit) => edit.part === part).flatMap(({ replacement }) => [...replacement.matchAll(/\b(?:let|const) ([\w$]+)/g)].map(([, name]) => name))))
      for (const [at, some] of names.entries()) for (const other of names.slice(at + 1)) expect([...some].filter((name) => other.has(name))).toEqual([])
    }
    const two = 'function f(a, b) {\n  for (const x of a) if (b.includes(x)) return 1\n}\nfunction g(a, b) {\n  for (const x of a) if (b.includes(x)) return 1\n}\n'
    const draw = (seed: number, tried: { has(digest: string): boolean }): ReturnType<typeof propose> => propose([{ path: 'a.js', text: two }], { random: seededRandom(seed), atOnce: 5, tried })
    const joined = (await Promise.all(Array.from({ length: 40 }, (_, seed) => draw(seed, new Set<string>())))).find((draft) => draft?.steps !== undefined)
    expect(joined).toBeDefined()
    const single = { has: () => false }
    for (let seed = 0; seed < 40; seed++) {
      const first = await draw(seed, single)
      if (first?.steps === undefined) continue
      const digest = editsDigest('p', first.edits)
      const again = await draw(seed, { has: (known) => known === digest })
      expect(again?.steps).toBeUndefined()
    }
  })

  it('goes mostly where the profile says the time is spent', async () => {
    const opportunities = [{ kind: 'hot-function' as const, path: 'a.js', functionName: 'hot', line: 6, weight: 0.9 }]
    let hot = 0
    for (let seed = 0; seed < 200; seed++) {
      const draft = await propose([{ path: 'a.js', text: twoFunctions }], { random: seededRandom(seed), opportunities })
      if ((draft?.edits[0]?.start ?? 0) >= twoFunctions.indexOf('function hot')) hot++
    }
    // 0.92 to 0.02 and as many sites on both sides: 196 expected.
    expect(hot).toBeGreaterThan(180)
  })

  it('prefers rewrites while there are any, and leaves room for the rest', async () => {
    const text = `function f(a, b) { const out = []; for (const x of a) if (b.includes(x)) out.push(x); return out }\n`
    const kinds: Record<string, number> = {}
    for (let seed = 0; seed < 100; seed++) {
      const operator = (await propose([{ path: 'a.js', text }], { random: seededRandom(seed) }))?.operator ?? ''
      kinds[operator] = (kinds[operator] ?? 0) + 1
    }
    const rewrites = kinds['membership-to-set'] ?? 0
    expect(rewrites).toBeGreaterThan(10)
    expect(rewrites).toBeLessThan(100)
  })

  it.each([
    ['no sources', []],
    ['other languages only', [{ path: 'a.rb', text: 'x = 1 + 2' }]],
    ['a declaration file', [{ path: 'a.d.ts', text: 'export const x = 1 + 2' }]],
    ['an empty file', [{ path: 'a.js', text: '' }]],
    ['a minified bundle', [{ path: 'a.min.js', text: `x=${'1+'.repeat(4000)}1` }]],
  ])('has nothing to say about %s', async (_, sources) => {
    expect(await propose(sources)).toBeNull()
  })

  it('takes any text without failing, CRLF, surrogates and syntax errors included', async () => {
    const piece = fc.constantFrom('function f(a) {', '}', ' return a.map(x => x + 1)', 'for (;;) ', 'if (a) ', '{', '(', '`${', '\r\n', '\ud83d\ude00', '\ud83d', 'a.b.indexOf(c) === -1', ';', 'let x = [', '...', '/', '"', 'class A { #b = 1 }', 'await ', '<T>', '0x1n', 'a?.b()', '#!x')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.constantFrom('a.js', 'a.ts', 'a.tsx'), fc.nat(), async (pieces, path, seed) => {
        const text = pieces.join('')
        const draft = await propose([{ path, text }], { random: seededRandom(seed) })
        if (draft !== null) expect(applyEdits(text, draft.edits)).not.toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['a.js', `${twoFunctions}function flag(list, v) {\n  let found = false\n  for (let i = 0; i < list.length; i++) {\n    if (list[i] === v) {\n      found = true\n    }\n  }\n  return found\n}\nfunction both(a, b) {\n  const out = []\n  for (const x of a) {\n    if (b.includes(x)) out.push(x)\n  }\n  a.forEach((x) => {\n    out.push(x)\n  })\n  return out\n}\n`],
    ['a.py', 'def f(a, b):\n    out = []\n    for x in a:\n        if x in b:\n            out.append(x)\n    n = 0\n    for x in a:\n        n += x\n    return out, n\n'],
    ['a.cpp', '#include <algorithm>\n#include <vector>\nint f(std::vector<int> a, std::vector<int> b) {\n  int n = 0;\n  for (int x : a) {\n    if (std::find(b.begin(), b.end(), x) != b.end()) n++;\n  }\n  return n;\n}\n'],
  ])('gives the lines that it brings into %s the line ends of the file', async (path, lines) => {
    const text = lines.replaceAll('\n', '\r\n')
    const tried = new Set<string>()
    const operators = new Set<string>()
    for (let step = 0; ; step++) {
      const draft = await propose([{ path, text }], { tried, random: seededRandom(step) })
      if (draft === null) break
      tried.add(editsDigest('p', draft.edits))
      if (draft.edits.some(({ replacement }) => replacement.includes('\n'))) operators.add(draft.operator)
      expect([draft.operator, applyEdits(text, draft.edits).replaceAll('\r\n', '')]).toEqual([draft.operator, expect.not.stringMatching(/[\r\n]/)])
    }
    expect([...operators].filter((name) => !/statement/.test(name))).not.toEqual([])
  })
})
