import type { SgNode } from '@ast-grep/napi'
import type { CanarySource, ChangedText, Mutant } from '../../canary/canary-source.ts'
import { changedLines } from '../../canary/changed-lines.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { Language } from '../ast-grep-rules/code-rule.ts'
import { parseAs } from '../ast-grep-rules/languages.ts'
import { mutationKinds, mutationsOf, wrongLiteral, type Family, type Mutation } from './mutation-rules.ts'

const grammars: readonly (readonly [RegExp, Language, Family])[] = [
  [/\.[cm]?jsx?$/, 'javascript', 'script'],
  [/\.[cm]?ts$/, 'typescript', 'script'],
  [/\.tsx$/, 'tsx', 'script'],
  [/\.pyi?$/, 'python', 'python'],
  [/\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl)$/, 'cpp', 'cpp'],
]

/** Lines around the changed ones that are taken where nothing can be broken in those themselves. Texts only where there is nothing else: many are read by people alone. */
const reaches = [[0, 'code'], [0, 'literals'], [3, 'code'], [Number.POSITIVE_INFINITY, 'code']] as const
type What = (typeof reaches)[number][1]

interface Place extends Mutant {
  readonly kind: string
  readonly line: number
}

/** Mutants by syntax tree for JavaScript, TypeScript, Python, C and C++; for any other text, changed lines that are left out or counted up. */
export function createCanaryMutants(): CanarySource {
  return {
    mutants: (changes, { random, count }) => {
      for (const [reach, what] of reaches) {
        const places = changes.flatMap((change) => placesIn(change, { reach, what }))
        if (places.length > 0) return drawn(places, random, count)
      }
      return []
    },
    wrongTests: (tests, { random, count }) => {
      const places = tests.flatMap(({ path, text }) => expectationsIn(path, text))
      // One file after the other: a file that the suite does not run tells nothing.
      const byFile = random.shuffle([...Map.groupBy(places, (place) => place.path).values()].map((own) => [...random.shuffle(own)].sort((a, b) => Number(b.kind === 'expected') - Number(a.kind === 'expected'))))
      const turns = Array.from({ length: count }, (_, turn) => byFile.flatMap((own) => own.slice(turn, turn + 1))).flat()
      return turns.slice(0, count).map(({ path, text, description }) => ({ path, text, description }))
    },
  }
}

const expectation = /assert|expect|should|equal|\bto(?:Be|Throw|Match)|\bis\(|\bsame|CHECK|REQUIRE|==|ASSERT|EXPECT/i

/** Numbers and texts in a test: what it feeds, names and expects. On lines that look like an expectation they are most likely to be one. */
function expectationsIn(path: string, text: string): readonly Place[] {
  const grammar = grammars.find(([ending]) => ending.test(path))
  if (grammar === undefined) return []
  const lines = text.split('\n')
  const places: Place[] = []
  const visit = (node: SgNode): void => {
    const mutation = wrongLiteral(node, grammar[2])
    const line = node.range().start.line
    if (mutation !== null) places.push({ ...placeOf({ path, after: text, mutation }), kind: expectation.test(lines[line] ?? '') ? 'expected' : 'other' })
    for (const child of mutation === null ? node.children() : []) visit(child)
  }
  visit(parseAs(grammar[1], text).root())
  return places
}

function placesIn(change: ChangedText, { reach, what }: { readonly reach: number; readonly what: What }): readonly Place[] {
  const { path, before, after } = change
  if (after === null) return []
  const changed = [...changedLines(before, after)]
  const isNear = (line: number): boolean => changed.some((other) => Math.abs(line - other) <= reach)
  const grammar = grammars.find(([ending]) => ending.test(path))
  return grammar === undefined ? placesInText(path, after, isNear) : placesInTree({ path, after, isNear, what }, grammar)
}

function placesInTree({ path, after, isNear, what }: { readonly path: string; readonly after: string; readonly isNear: (line: number) => boolean; readonly what: What }, [, language, family]: (typeof grammars)[number]): readonly Place[] {
  const places: Place[] = []
  const visit = (node: SgNode): void => {
    const { start, end } = node.range()
    for (const mutation of isNear(start.line) || isNear(end.line) ? wrongAt(node, { family, what }) : []) {
      if (isNear(mutation.node.range().start.line)) places.push(placeOf({ path, after, mutation }))
    }
    for (const child of node.children()) visit(child)
  }
  visit(parseAs(language, after).root())
  return places
}

function wrongAt(node: SgNode, { family, what }: { readonly family: Family; readonly what: What }): readonly Mutation[] {
  if (what === 'code') return mutationsOf(node, family)
  // A text that stands by itself describes something.
  const literal = node.parent()?.kind() === 'expression_statement' ? null : wrongLiteral(node, family)
  return literal === null ? [] : [literal]
}

function placeOf({ path, after, mutation: { kind, node, text } }: { readonly path: string; readonly after: string; readonly mutation: Mutation }): Place {
  const { start, end } = node.range()
  const made = after.slice(0, start.index) + text + after.slice(end.index)
  return { path, text: made, kind, line: start.line, description: `${path}:${start.line + 1}: \`${shortened(node.text())}\` becomes \`${shortened(text)}\`` }
}

function placesInText(path: string, after: string, isNear: (line: number) => boolean): readonly Place[] {
  const lines = after.split('\n')
  return lines.flatMap((text, line): Place[] => {
    if (text.trim() === '' || !isNear(line)) return []
    const place = (kind: string, replaced: readonly string[], what: string): Place => ({ path, text: [...lines.slice(0, line), ...replaced, ...lines.slice(line + 1)].join('\n'), kind, line, description: `${path}:${line + 1}: ${what}` })
    const counted = text.replace(/\d+/, (digits) => String(BigInt(digits) + 1n))
    return [place('removal', [], `\`${shortened(text)}\` is left out`), ...(counted === text ? [] : [place('constant', [counted], `becomes \`${shortened(counted)}\``)])]
  })
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}

/** One of each kind in turn, the most drastic first, on lines of which no mutant was drawn yet while there are any. */
function drawn(places: readonly Place[], random: Random, count: number): readonly Mutant[] {
  const pools = mutationKinds.map((kind) => random.shuffle(places.filter((place) => place.kind === kind)))
  const chosen: Place[] = []
  while (chosen.length < count && pools.some((pool) => pool.length > 0)) {
    for (const pool of pools) {
      if (chosen.length === count) break
      const fresh = pool.findIndex((place) => !chosen.some((other) => other.path === place.path && other.line === place.line))
      const [place] = pool.splice(Math.max(fresh, 0), 1)
      if (place !== undefined) chosen.push(place)
    }
  }
  return chosen.map(({ path, text, description }) => ({ path, text, description }))
}
