import type { Language } from '../ast-grep-rules/code-rule.ts'
import { parseAs } from '../ast-grep-rules/languages.ts'
import { familyOf, functionAround, is, statementAround, wholeFunctionAround, words } from './families.ts'
import type { Cut, Repair, RepairContext, RepairTemplate } from './repair.ts'
import { readScopes } from './scopes.ts'
import { readTree, type SyntaxNode } from './syntax-tree.ts'
import { clamps, combinations, symmetries, targets } from './templates/combinations.ts'
import { moreConditions, guards, negations } from './templates/conditions.ts'
import { addedItems, flags, listItems, numbers, texts } from './templates/constants.ts'
import { calledNames, properties, variables } from './templates/names.ts'
import { operators, updates } from './templates/operators.ts'
import { nullChecks, returns } from './templates/results.ts'
import { deletions, insertions, moves } from './templates/statements.ts'
import { callArguments, indices, expressions, missingTerms, operands, ternaries, unwraps, wraps } from './templates/terms.ts'

const templates: readonly RepairTemplate[] = [
  operators, updates, numbers, texts, flags, listItems, addedItems, variables, calledNames, properties, operands, callArguments, indices, missingTerms, wraps, unwraps, expressions, ternaries, negations, moreConditions, guards, deletions, insertions, moves, returns, nullChecks, clamps, combinations, targets, symmetries,
]

/** Every single repair of a file, each text once: a fix that two templates make counts for both. */
export function listRepairs({ text }: { readonly text: string }, language: Language): readonly Repair[] {
  const context = readContext(text, language)
  const found = context.nodes.flatMap((node) => templates.flatMap((template) => template(context, node)))
  return joined([...found, ...twins(context, found)], text)
}

function readContext(text: string, language: Language): RepairContext {
  const family = familyOf(language)
  const root = readTree(parseAs(language, text).root(), text)
  const nodes: SyntaxNode[] = []
  const visit = (node: SyntaxNode): void => {
    if (is(node, 'closed') || isRequire(node)) return
    if (node.isNamed) nodes.push(node)
    node.children.forEach(visit)
  }
  visit(root)
  const near = Map.groupBy(nodes.filter(isShortExpression), (node) => wholeFunctionAround(node).start)
  return { family, words: words[family], text, root, nodes, scopes: readScopes(root, family), expressionsNear: (node) => near.get(wholeFunctionAround(node).start) ?? [] }
}

function isRequire(node: SyntaxNode): boolean {
  return is(node, 'statement') && /^(?:const|let|var)\s.*=\s*require\(/.test(node.text)
}

const expressionLength = 30

function isShortExpression(node: SyntaxNode): boolean {
  return node.text.length <= expressionLength && !node.text.includes('\n') && (is(node, 'call', 'member', 'subscript', 'unary', 'number') || node.kind === 'identifier' || (is(node, 'binary') && !/[<>=!]|\b(?:and|or|in|is)\b|&&|\|\|/.test(node.text))) && !(is(node.parent, 'call') && node.parent?.children[0] === node)
}

const twinLimit = 4

/** The same repair in each of a few places that look alike: two results turned round, every operator of a chain, both sides sorted. */
function twins(context: RepairContext, found: readonly Repair[]): readonly Repair[] {
  const single = found.filter((repair) => repair.cuts.length === 1 && ['logical', 'flag', 'wrap', 'number', 'variable', 'comparison', 'arithmetic', 'method', 'text', 'expression'].includes(repair.template))
  const at = new Map(context.nodes.map((node) => [node.start, node]))
  const of = (repair: Repair): SyntaxNode => at.get(repair.cuts[0]?.start ?? 0) ?? context.root
  const groups = [
    ...Map.groupBy(single, (repair) => `${repair.template} ${repair.label} ${functionAround(of(repair)).start}`).values(),
    ...Map.groupBy(single, (repair) => `${repair.template} ${repair.label} ${statementAround(of(repair))?.start ?? -1}`).values(),
  ]
  return groups.flatMap((group): Repair[] => {
    const places = new Map(group.map((repair) => [repair.cuts[0]?.start, repair]))
    if (places.size < 2 || places.size > twinLimit) return []
    const all = [...places.values()]
    const cuts = all.flatMap((repair) => repair.cuts)
    if (overlaps(cuts)) return []
    const share = all.reduce((sum, repair) => sum + repair.share, 0) / all.length / (places.size - 1)
    return [{ template: 'twin', cuts, share, line: (all[0] as Repair).line, label: (all[0] as Repair).label }]
  })
}

export function overlaps(cuts: readonly Cut[]): boolean {
  const ordered = cuts.toSorted((a, b) => a.start - b.start || a.end - b.end)
  return ordered.some((cut, index) => index > 0 && (cut.start < (ordered[index - 1] as Cut).end || cut.start === ordered[index - 1]?.start))
}

/** What leads to the same text is one repair, under the name that says most. */
function joined(repairs: readonly Repair[], text: string): readonly Repair[] {
  const known = new Map<string, Repair>()
  for (const repair of repairs) {
    const cuts = repair.cuts.map((cut) => trimmed(cut, text)).filter((cut) => cut.start !== cut.end || cut.replacement !== '')
    if (cuts.length === 0) continue
    const key = outcomeOf(cuts, text)
    const other = known.get(key)
    if (other === undefined || other.share < repair.share) known.set(key, { ...repair, cuts, share: Math.max(repair.share, other?.share ?? 0) })
  }
  return [...known.values()]
}

/** Names what cuts lead to: two ways to the same text have one name. */
export function outcomeOf(cuts: readonly Cut[], text: string): string {
  const ordered = cuts.toSorted((a, b) => a.start - b.start || a.end - b.end)
  let [at, replacement] = [ordered[0]?.start ?? 0, '']
  for (const cut of ordered) [at, replacement] = [cut.end, replacement + text.slice(at, cut.start) + cut.replacement]
  const { start, end, replacement: made } = trimmed({ start: ordered[0]?.start ?? 0, end: at, replacement }, text)
  return `${start} ${end} ${made}`
}

/** Without what it leaves as it is at both ends. */
function trimmed({ start, end, replacement }: Cut, text: string): Cut {
  let [from, to, made] = [start, end, replacement]
  while (from < to && made !== '' && text[from] === made[0]) [from, made] = [from + 1, made.slice(1)]
  while (from < to && made !== '' && text[to - 1] === made.at(-1)) [to, made] = [to - 1, made.slice(0, -1)]
  return { start: from, end: to, replacement: made }
}
