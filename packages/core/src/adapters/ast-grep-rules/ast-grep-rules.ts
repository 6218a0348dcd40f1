import { createHash } from 'node:crypto'
import type { SgNode } from '@ast-grep/napi'
import type { ChangedFile } from '../../screening/changed-file.ts'
import type { ContentRules } from '../../screening/content-rules.ts'
import type { WeighedFinding } from '../../screening/screening.ts'
import type { CodeRule, Language } from './code-rule.ts'
import { hasErrors, languageOf } from './languages.ts'
import { namesOf } from './names.ts'
import { isTooNested } from './nesting.ts'
import { RecentTrees } from './recent-trees.ts'
import { guardRules, removedGuards } from './removed-guards.ts'
import { rulesByLanguage, type ReadyRule, type RuleSet } from './rule-set.ts'
import { wordsIn } from './words.ts'

/** One place where a rule matches. */
interface Match {
  readonly rule: CodeRule
  /** What makes two matches the same construct. */
  readonly key: string
  /** From 1. */
  readonly firstLine: number
  readonly lastLine: number
}

/** Texts whose matches are kept: what the variants of a search are made of comes again and again. */
const keptTexts = 4096
const longestKey = 200

/** Rules on the syntax trees of JavaScript, TypeScript, Python and C++. Nothing of a file is run. `trees` may be shared with who makes the texts. */
export function createAstGrepRules(trees: RecentTrees = new RecentTrees()): ContentRules {
  const sets = rulesByLanguage()
  const known = new Map<string, readonly Match[]>()
  const matchesOf = (language: Language, text: string): readonly Match[] => {
    const key = `${language}\0${text}`
    const found = known.get(key) ?? findMatches(sets[language], language, { text, trees })
    known.delete(key)
    if (known.size >= keptTexts) known.delete(known.keys().next().value as string)
    known.set(key, found)
    return found
  }
  const ids = new Set(Object.values(sets).flatMap(({ rules, unparsed, nested }) => [...rules.map(({ id }) => id), unparsed.id, nested.id]))
  return { find: (files) => [...newMatches(files, matchesOf), ...removedGuards(files)], ids: new Set([...ids, ...guardRules]) }
}

type Relaxed = NonNullable<ReadyRule['relaxed']>
type MatchesOf = (language: Language, text: string) => readonly Match[]

/**
 * Matches as far as there are more of their kind than the old versions of all changed files hold together: what a change only moves, between files as well, or edits
 * around, is not new. Of several of a kind those on added lines are named; a construct can also become what it is by lines taken away.
 */
function newMatches(files: readonly ChangedFile[], matchesOf: MatchesOf): readonly WeighedFinding[] {
  const found: { readonly file: string; readonly match: Match; readonly isTouched: boolean }[] = []
  const count = new Map<string, number>()
  for (const { path, after, addedLines } of files) {
    const language = after === null ? null : languageOf(path, after)
    if (after === null || language === null) continue
    for (const match of matchesOf(language, after)) {
      if (match.rule.paths?.test(path) === false) continue
      count.set(match.key, (count.get(match.key) ?? 0) + 1)
      found.push({ file: path, match, isTouched: touches(match, addedLines) })
    }
  }
  if (found.length > 0) {
    for (const { path, before } of files) {
      const language = before === null ? null : languageOf(path, before)
      if (before === null || language === null) continue
      for (const { key, rule } of matchesOf(language, before)) if (rule.paths?.test(path) !== false) count.set(key, (count.get(key) ?? 0) - 1)
    }
  }
  const isNew = new Set<Match>()
  for (const { match } of found.toSorted((a, b) => Number(b.isTouched) - Number(a.isTouched))) {
    const excess = count.get(match.key) ?? 0
    count.set(match.key, excess - 1)
    if (excess > 0) isNew.add(match)
  }
  return found.flatMap(({ file, match }) => (isNew.has(match) ? [findingOf(file, match)] : []))
}

function touches({ firstLine, lastLine }: Match, lines: ReadonlySet<number>): boolean {
  for (let line = firstLine; line <= lastLine; line++) if (lines.has(line)) return true
  return false
}

function findMatches(set: RuleSet, language: Language, { text, trees }: { readonly text: string; readonly trees: RecentTrees }): readonly Match[] {
  const words = wordsIn(text)
  const possible = set.rules.filter((rule) => rule.words.some((word) => words.has(word)) || rule.mark?.test(text) === true)
  if (possible.length === 0) return []
  const tree = trees.parse(language, text)
  const root = tree.root()
  if (isTooNested(root, text)) return [{ rule: set.nested, key: set.nested.id, firstLine: 1, lastLine: 1 }]
  const names = namesOf(text, root)
  return [...matching(root, possible), ...(hasErrors(tree) ? [set.unparsed] : [])].flatMap((rule) => root.findAll({ rule: rule.rule }).flatMap((node) => (rule.spares?.(node, names) === true ? [] : [matchOf(rule, node)])))
}

/** Rules that may match. A rule itself costs half a millisecond to compile, for each text anew: first all are looked for at once, then one by one, by what costs little. */
function matching(root: SgNode, named: readonly ReadyRule[]): readonly ReadyRule[] {
  const possible = named.filter((rule) => rule.mayMatch?.(root) !== false)
  const relaxed = possible.flatMap((rule) => rule.relaxed ?? [])
  const isAny = relaxed.length > 0 && root.find({ rule: relaxed.length === 1 ? (relaxed[0] as Relaxed) : { any: relaxed } }) !== null
  return possible.filter((rule) => rule.relaxed === null || (isAny && (relaxed.length === 1 || root.find({ rule: rule.relaxed }) !== null)))
}

function matchOf(rule: CodeRule, node: SgNode): Match {
  const { start, end } = node.range()
  const text = rule.isNewBy === 'number' ? '' : node.text().replaceAll(/\s+/g, '')
  // Matches lie in each other, and are kept for thousands of texts.
  const key = `${rule.id} ${text.length > longestKey ? createHash('sha256').update(text).digest('base64') : text}`
  return { rule, key, firstLine: start.line + 1, lastLine: end.line + 1 }
}

function findingOf(file: string, { rule, firstLine }: Match): WeighedFinding {
  const { id, message, weight, risk, consentLevel } = rule
  return { rule: id, file, line: firstLine, message, weight, risk, consentLevel }
}
