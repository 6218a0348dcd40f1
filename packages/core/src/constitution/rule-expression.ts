import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import { foldPath, foldText } from '../target/repository-path.ts'
import type { RuleEffect } from './constitution.ts'
import type { PolicyFacts } from './policy-facts.ts'

/** Nodes of one expression times what its loops may go through: a hostile change must not make judging it slow. */
const mostSteps = 5_000_000
const mostNodes = 200
/** One loop within another, and no more. */
const mostLoops = 2

/** Variables by the phase in which they are known; the names that documentation, schema of examples and type check share. */
const variables = {
  lines: { added: 'list<Added>', removed: 'list<Removed>' },
  static: {
    paths: 'list<string>', files: 'list<File>', linesAdded: 'int', linesRemoved: 'int', symbols: 'list<string>', removedExports: 'list<string>', dependencies: 'list<Dependency>', commands: 'list<string>',
    checks: 'list<string>', risk: 'double', proposer: 'string', operator: 'string', documented: 'bool',
  },
  evidence: { verdict: 'string', reasons: 'list<string>', tests: 'Tests', coverage: 'Coverage', lint: 'Lint', oracle: 'Oracle', effect: 'Effect' },
} as const

const types = {
  File: { path: 'string', status: 'string', mode: 'string', oldMode: 'string', language: 'string', editable: 'bool', protected: 'bool', added: 'int', removed: 'int' },
  Dependency: { manifest: 'string', name: 'string', change: 'string', source: 'string' },
  Added: { path: 'string', line: 'int', text: 'string' },
  Removed: { path: 'string', text: 'string' },
  Tests: { ran: 'bool', passed: 'int', failed: 'int', missing: 'int', sealed: 'bool' },
  Coverage: { known: 'bool', mutants: 'int', noticed: 'int', complete: 'bool' },
  Lint: { ran: 'bool', before: 'int', after: 'int', worse: 'int' },
  Oracle: { ran: 'bool', cases: 'int', mismatches: 'int' },
  Effect: { proven: 'bool', low: 'double', estimate: 'double', high: 'double' },
} as const

/** When a rule can be answered: as soon as the change is there, or only once it was measured. */
export type RulePhase = 'static' | 'evidence'

export interface RuleExpression {
  readonly phase: RulePhase
  /** Lines are not recorded: what reads them cannot be answered again from a journal. */
  readonly readsLines: boolean
  /** Who proposes, or how. */
  readonly readsAuthor: boolean
  /** In one spelling, for comparing. */
  readonly ast: ASTNode
  /** True or false; anything that is neither, and any error, is a value that says why there is no answer. */
  evaluate(facts: PolicyFacts): boolean | { readonly failed: string }
}

/** What stops a change matches every spelling that some file system takes for the same path; what frees one matches only the exact one. */
const environments: Readonly<Record<'exact' | 'folded', Environment>> = { exact: createEnvironment((path) => path, (pattern) => pattern), folded: createEnvironment((path) => foldPath(path) ?? path, foldText) }

function createEnvironment(asPath: (path: string) => string, asPattern: (pattern: string) => string): Environment {
  const created = new Environment({ limits: { maxAstNodes: mostNodes, maxDepth: 24, maxListElements: 50, maxMapEntries: 10, maxCallArguments: 6 } })
  for (const [name, schema] of Object.entries(types)) created.registerType({ name, schema })
  for (const [name, type] of Object.values(variables).flatMap((group) => Object.entries(group))) created.registerVariable(name, type)
  return created
    .registerFunction('glob(string, string): bool', (path: string, pattern: string) => matchesGlob(asPath(path), asPattern(pattern)))
    .registerFunction('word(string, string): bool', (text: string, word: string) => hasWord(text, word))
}

/** Compiled, or what is wrong with it. */
export function compileExpression(text: string, effect: RuleEffect): RuleExpression | { readonly problem: string } {
  const environment = environments[effect === 'allow' ? 'exact' : 'folded']
  const checked = environment.check(text)
  if (!checked.valid) return { problem: checked.error?.summary ?? checked.error?.message ?? 'it does not compile' }
  if (checked.type !== 'bool') return { problem: `it gives ${checked.type ?? 'no type'} and must give true or false` }
  const parsed = environment.parse(text)
  const used = namesIn(parsed.ast)
  const loops = loopDepth(parsed.ast)
  const problem = problemOf({ ast: parsed.ast, used, loops })
  if (problem !== null) return { problem }
  const nodes = countNodes(parsed.ast)
  const needsEvidence = needs('evidence', used.names)
  return {
    phase: needsEvidence ? 'evidence' : 'static',
    readsLines: needs('lines', used.names),
    readsAuthor: used.names.has('proposer') || used.names.has('operator'),
    ast: parsed.ast,
    evaluate: (facts) => {
      const cut = facts.facts.cut.find((name) => used.names.has(name))
      if (cut !== undefined) return { failed: unlisted(cut, facts) }
      if (needsEvidence && facts.evidence === null) return { failed: 'nothing was measured' }
      const context = contextOf(facts)
      if (nodes * longest(context, used.names) ** loops > mostSteps) return { failed: 'it would take too many steps on a change of this size' }
      try {
        const answer: unknown = parsed(context)
        return typeof answer === 'boolean' ? answer : { failed: 'it gave neither true nor false' }
      } catch (error) {
        return { failed: error instanceof Error ? (error.message.split('\n')[0] ?? 'it failed') : 'it failed' }
      }
    },
  }
}

/** Nothing that is counted can be too long: it is unknown. */
function unlisted(name: string, { facts }: PolicyFacts): string {
  return facts.cut.includes('linesAdded') && name !== 'paths' && name !== 'files' ? `${name} is not known: a file of the change cannot be read` : `the change has more ${name} than can be listed`
}

function needs(group: keyof typeof variables, names: ReadonlySet<string>): boolean {
  return Object.keys(variables[group]).some((name) => names.has(name))
}

interface Used {
  readonly names: ReadonlySet<string>
  readonly calls: ReadonlySet<string>
}

function problemOf({ ast, used, loops }: { readonly ast: ASTNode; readonly used: Used; readonly loops: number }): string | null {
  const shadowed = boundNames(ast).find((name) => isVariable(name))
  if (shadowed !== undefined) return `a loop calls its variable ${shadowed}, which is the name of a fact: give it another one`
  if (used.calls.has('matches')) return 'matches() is not allowed: a regular expression can be made to run for ever by a line that a change brings; use contains, startsWith, endsWith, glob(path, pattern) or word(text, "name")'
  if (loops > mostLoops) return `it nests ${loops} loops, and at most ${mostLoops} are allowed`
  if (needs('lines', used.names) && needs('evidence', used.names)) return 'it reads lines of the change (added, removed) and what was measured at once: split it into two rules'
  return null
}

function isVariable(name: string): boolean {
  return Object.values(variables).some((group) => Object.hasOwn(group, name))
}

/** Whole numbers of CEL are BigInts here; all that is no list is copied by name, so that nothing but the documented facts is there to be read. */
function contextOf({ facts, lines, evidence }: PolicyFacts): Readonly<Record<string, unknown>> {
  const { files, linesAdded, linesRemoved, cut: _, ...rest } = facts
  return {
    ...rest,
    linesAdded: BigInt(linesAdded),
    linesRemoved: BigInt(linesRemoved),
    files: files.map((file) => ({ ...file, added: BigInt(file.added), removed: BigInt(file.removed) })),
    added: lines.added.map((line) => ({ ...line, line: BigInt(line.line) })),
    removed: lines.removed,
    ...(evidence === null ? {} : { ...evidence, tests: whole(evidence.tests), coverage: whole(evidence.coverage), lint: whole(evidence.lint), oracle: whole(evidence.oracle) }),
  }
}

function whole(counts: Readonly<Record<string, number | boolean>>): Readonly<Record<string, bigint | boolean>> {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]))
}

function longest(context: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): number {
  return Math.max(1, ...[...names].map((name) => (Array.isArray(context[name]) ? (context[name] as readonly unknown[]).length : 0)))
}

/** The nodes below one, whatever its operator keeps them in. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = []
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) look(item)
    else if (isNode(value)) found.push(value)
  }
  look(node.args)
  return found
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

const loopNames = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

function isLoop(node: ASTNode): boolean {
  return node.op === 'rcall' && loopNames.has(String((node.args as readonly unknown[])[0]))
}

function namesIn(node: ASTNode): Used {
  const [names, calls] = [new Set<string>(), new Set<string>()]
  const walk = (one: ASTNode): void => {
    if (one.op === 'id') names.add(String(one.args))
    if (one.op === 'call' || one.op === 'rcall') calls.add(String((one.args as readonly unknown[])[0]))
    for (const name of countsRead(one)) names.add(name)
    for (const child of childrenOf(one)) walk(child)
  }
  walk(node)
  return { names, calls }
}

/** Counts of a file's lines that a node reads: by name, or by an index that may come to be one. */
function countsRead({ op, args }: ASTNode): readonly string[] {
  if (op !== '.' && op !== '.?' && op !== '[]' && op !== '[?]') return []
  const key = (args as readonly unknown[])[1]
  const name = isNode(key) && key.op === 'value' ? key.args : key
  if (typeof name === 'bigint' || typeof name === 'number') return []
  return ['added', 'removed'].filter((count) => isNode(name) || name === count).map((count) => `files.${count}`)
}

function boundNames(node: ASTNode): readonly string[] {
  const own = isLoop(node) ? [firstArgument(node)] : []
  return [...own.flatMap((argument) => (argument?.op === 'id' ? [String(argument.args)] : [])), ...childrenOf(node).flatMap(boundNames)]
}

function firstArgument(node: ASTNode): ASTNode | undefined {
  const values = (node.args as readonly unknown[])[2]
  return Array.isArray(values) && isNode(values[0]) ? values[0] : undefined
}

function loopDepth(node: ASTNode): number {
  return Math.max(0, ...childrenOf(node).map(loopDepth)) + (isLoop(node) ? 1 : 0)
}

function countNodes(node: ASTNode): number {
  return childrenOf(node).reduce((total, child) => total + countNodes(child), 1)
}

/** `*` stands for anything but a slash, `**` for anything; a pattern that ends in a slash means the whole folder. In time proportional to both lengths. */
export function matchesGlob(path: string, pattern: string): boolean {
  const full = pattern.endsWith('/') ? `${pattern}**` : pattern
  const parts = full.match(/\*\*\/|\*+|[^*]/g) ?? []
  let ends = new Set([0])
  for (const part of parts) {
    const next = new Set<number>()
    if (!part.startsWith('*')) {
      for (const at of ends) if (path[at] === part) next.add(at + 1)
    } else spread({ path, part, ends, next })
    ends = next
  }
  return ends.has(path.length)
}

function spread({ path, part, ends, next }: { readonly path: string; readonly part: string; readonly ends: ReadonlySet<number>; readonly next: Set<number> }): void {
  let isOpen = false
  for (let at = 0; at <= path.length; at++) {
    if (part === '*' && path[at - 1] === '/' && !ends.has(at)) isOpen = false
    if (ends.has(at)) {
      next.add(at)
      isOpen = true
    } else if (isOpen && (part !== '**/' || path[at - 1] === '/')) next.add(at)
  }
}

function hasWord(text: string, word: string): boolean {
  if (word === '') return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWordPart(text[at - 1]) && !isWordPart(text[at + word.length])) return true
  }
  return false
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\w$]/.test(character)
}
