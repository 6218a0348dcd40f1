import { freshName } from '../../analysis/nodes.ts'
import type { EditSite, PythonOperator, PythonSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { before, replaced, siteAt, step } from '../../tree-edits.ts'
import { imported, type Imported } from '../python-imports.ts'
import { loopsAround, statementAround } from '../python-loops.ts'
import { isBuiltin, localName, methodCall, type LocalName } from '../python-names.ts'
import { isUndisturbed } from '../python-undisturbed.ts'
import { shapeOfName, staysFixed } from '../python-values.ts'

/** A question about a list that walks through it each time. */
interface Search {
  readonly node: Syntax
  readonly list: Syntax
  readonly value: Syntax
}

/** How the question is asked of something built once. */
interface Index {
  readonly suffix: string
  readonly build: (list: string) => string
  /** What the index is where it cannot be built; `null` for the list itself. */
  readonly missing: 'None' | null
  /** `value` is how the value is written: it may have been given a name. */
  readonly answer: (search: Search, index: string, value: string) => string
  readonly needs: readonly string[]
}

/**
 * Where a loop asks the same list again and again, something that answers at once is built before the loop. Precondition: the list is the function's own name, is set
 * before the loop and only looked at in it. What is no list or tuple, what holds anything but texts and whole numbers, and what something else is looked for in, is asked as
 * before: `bytearray(b'a') == b'a'` has only one side that can be hashed, and a class may say of equality and hash what it likes.
 */
function indexSites(source: PythonSource, searches: readonly Search[], index: Index, from: Imported = { name: '', edits: [] }): readonly EditSite[] {
  const { tree } = source
  if (!['type', 'map', 'list', 'tuple', 'str', 'int', 'TypeError', ...index.needs].every((name) => isBuiltin(tree, name))) return []
  const seen = new Set<string>()
  return searches.flatMap((search) => {
    const local = localName(tree, search.list)
    const place = local === null ? null : placeFor(tree, search, local)
    if (local === null || place === null || !isGuardable(search)) return []
    const shape = shapeOfName(tree, local)
    const key = `${place.start}:${local.name}`
    if ((shape !== 'list' && shape !== 'other') || seen.has(key)) return []
    seen.add(key)
    return [siteAt(source, search.node, {
      variant: index.suffix,
      rationale: `answers \`${excerpt(search.node)}\` from what is built once from \`${local.name}\` instead of walking through it every time`,
      edits: () => {
        const name = freshName(tree.text, `${local.name}_${index.suffix}`)
        const missing = index.missing ?? local.name
        // An annotation is a promise of others.
        const isList = shape === 'list' && !local.isParameter ? '' : `type(${local.name}) in (list, tuple) and `
        const built = `${index.build(local.name)} if ${isList}{*map(type, ${local.name})} <= {str, int} else ${missing}`
        const inner = step(tree)
        const same = searches.filter((other) => isGuardable(other) && other.list.text() === local.name && other.node.isWithin(place) && loopsAround(other.node, local.home).length > 0)
        return [...from.edits, before(tree, place, ['try:', `${inner}${name} = ${built}`, 'except TypeError:', `${inner}${name} = ${missing}`]), ...same.map((other) => replaced(other.node, guarded(tree, other, (value) => index.answer(other, name, value))))]
      },
    })]
  })
}

/** Where the iterated part of a comprehension is worked out, no name can be given. */
function isGuardable({ node, value }: Search): boolean {
  // What is asked where the index cannot answer.
  const { parent } = node
  if (parent?.kind === 'conditional_expression' && parent.named[2] === node && /^type\(.*\) in \(str, int\)$|_(?:counts|places)\d* is not None/.test(parent.named[1]?.text() ?? '')) return false
  return value.kind === 'identifier' || node.nearest('for_in_clause', 'block')?.kind !== 'for_in_clause'
}

/** Asks the index only for texts and whole numbers. */
function guarded(tree: SyntaxTree, { node, value }: Search, answer: (value: string) => string): string {
  if (value.kind === 'string' || value.kind === 'integer') return answer(value.text())
  const name = value.kind === 'identifier' ? value.text() : freshName(tree.text, 'sought')
  const asked = value.kind === 'identifier' ? name : `(${name} := ${value.text()})`
  const asking = tree.text.slice(node.start, value.start)
  return `(${answer(name)} if type(${asked}) in (str, int) else ${asking}${name}${tree.text.slice(value.end, node.end)})`
}

/** The statement around the outermost loop in which the list stays as it is. */
function placeFor(tree: SyntaxTree, search: Search, local: LocalName): Syntax | null {
  for (const loop of loopsAround(search.node, local.home)) {
    const statement = statementAround(loop, tree.text)
    if (statement !== null && staysFixed(tree, local, statement) && isUndisturbed(tree, local, statement) && isSetBefore(local, statement) && /\b(?:yield|await)\b/.exec(statement.text()) === null) return statement
  }
  return null
}

/** On every way to the statement the name has its value. */
export function isSetBefore({ isParameter, writes }: LocalName, statement: Syntax): boolean {
  const blocks = [...statement.around()].filter(({ kind }) => kind === 'block')
  return isParameter || writes.some((write) => write.end <= statement.start && write.parent?.kind === 'assignment' && blocks.includes(write.parent.parent?.parent as Syntax))
}

/** `x in xs` and `x not in xs`, nothing chained to it. */
export function membershipOf(node: Syntax): { readonly value: Syntax; readonly list: Syntax; readonly isIn: boolean } | null {
  const [value, operator, list, ...rest] = node.children
  if (node.kind !== 'comparison_operator' || value === undefined || operator === undefined || list === undefined || rest.length > 0) return null
  return operator.text() === 'in' || /^not\s+in$/.test(operator.text()) ? { value, list, isIn: operator.text() === 'in' } : null
}

export const membershipToSet: PythonOperator = {
  name: 'membership-to-set',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => {
    const searches = source.tree.all('comparison_operator').flatMap((node) => {
      const membership = membershipOf(node)
      return membership?.list.kind === 'identifier' ? [{ node, list: membership.list, value: membership.value }] : []
    })
    const answer = ({ node, list, value }: Search, index: string, name: string): string => `${name}${node.text().slice(value.end - node.start, list.start - node.start)}${index}`
    return indexSites(source, searches, { suffix: 'set', build: (list) => `set(${list})`, missing: null, answer, needs: ['set'] })
  },
}

function callsOf(tree: SyntaxTree, wanted: string): readonly Search[] {
  return tree.all('call').flatMap((node) => {
    const call = methodCall(node)
    return call?.method === wanted && call.object.kind === 'identifier' && call.values.length === 1 ? [{ node, list: call.object, value: call.values[0] as Syntax }] : []
  })
}

export const countOnce: PythonOperator = {
  name: 'count-once',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => {
    const from = imported(source, 'collections', 'Counter')
    if (from === null) return []
    const answer = ({ list }: Search, index: string, value: string): string => `(${index}[${value}] if ${index} is not None else ${list.text()}.count(${value}))`
    return indexSites(source, callsOf(source.tree, 'count'), { suffix: 'counts', build: (list) => `${from.name}(${list})`, missing: 'None', answer, needs: [] }, from)
  },
}

export const indexPositions: PythonOperator = {
  name: 'index-positions',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => {
    // The value is written twice.
    const searches = callsOf(source.tree, 'index').filter(({ node }) => methodCall(node)?.values[0]?.kind === 'identifier')
    const build = (list: string): string => `{value: place for place, value in reversed(list(enumerate(${list})))}`
    const answer = ({ list }: Search, index: string, value: string): string => `(${index}[${value}] if ${index} is not None and ${value} in ${index} else ${list.text()}.index(${value}))`
    return indexSites(source, searches, { suffix: 'places', build, missing: 'None', answer, needs: ['enumerate', 'reversed'] })
  },
}

const constants = new Set(['string', 'integer'])
const textMethods = /\.(?:lower|upper|strip|lstrip|rstrip|split|rsplit|splitlines|replace|casefold|title)\([^()]*\)$/

/** What is looked for is a letter or a part of a text: such can always be hashed. */
function isText(test: Syntax): boolean {
  const value = membershipOf(test)?.value
  for (const around of value?.kind === 'identifier' ? value.around() : []) {
    const heads = around.kind === 'for_statement' ? [around] : around.named.filter(({ kind }) => kind === 'for_in_clause')
    const head = heads.find((one) => one.field('left')?.text() === value?.text())
    if (head !== undefined) return textMethods.test(head.field('right')?.text() ?? '')
  }
  return value !== undefined && textMethods.test(value.text())
}

/** `x in ["a", "b", "c"]` in a loop: a set of constants is made once, when the code is compiled. */
export const literalToSet: PythonOperator = {
  name: 'literal-to-set',
  kind: 'rewrite',
  gain: 0.7,
  sites: (source) =>
    source.tree.all('comparison_operator').flatMap((node) => {
      const list = membershipOf(node)?.list
      const home = node.nearest('function_definition')
      if (list === undefined || home === null || !['list', 'tuple'].includes(list.kind) || list.named.length < 3) return []
      if (!isText(node)) return []
      if (!list.named.every((item) => constants.has(item.kind) && !/^[fF]|^\w[fF]['"]/.test(item.text())) || loopsAround(node, home).length === 0) return []
      const items = list.named.map((item) => item.text()).join(', ')
      return [siteAt(source, node, { variant: 'literal', rationale: `looks \`${excerpt(node)}\` up in a set of constants`, edits: () => [replaced(list, `{${items}}`)] })]
    }),
}

/**
 * `if x not in xs: xs.append(x)` in a loop remembers what it has seen in a set as well. Precondition: the list is made empty before the loop, and nothing but such
 * appends changes it there. The set is asked for texts and whole numbers while the list holds nothing else; from then on the list is, for good.
 */
export const trackGrownList: PythonOperator = {
  name: 'track-grown-list',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => source.tree.all('if_statement').flatMap((statement) => grownSite(source, statement)),
}

function grownSite(source: PythonSource, statement: Syntax): EditSite[] {
  const { tree } = source
  const membership = membershipOf(statement.field('condition') as Syntax)
  const [first] = statement.field('consequence')?.named ?? []
  const call = methodCall(first?.kind === 'expression_statement' ? (first.named[0] ?? null) : null)
  if (membership === null || membership.isIn || membership.value.kind !== 'identifier' || call?.method !== 'append' || call.values[0]?.text() !== membership.value.text() || call.object.text() !== membership.list.text()) return []
  const local = localName(tree, membership.list)
  const [write, ...others] = local?.writes ?? []
  const made = write?.parent
  if (local === null || local.isParameter || others.length > 0 || made?.kind !== 'assignment' || !/^(?:\[\s*\]|list\(\))$/.test(made.field('right')?.text() ?? '') || !['set', 'list', 'type', 'str', 'int'].every((name) => isBuiltin(tree, name))) return []
  const [loop] = loopsAround(statement, local.home)
  const start = statementAround(made, tree.text)
  if (loop === undefined || start === null || start.parent !== loop.parent || made.start > loop.start || statementAround(statement, tree.text) !== statement) return []
  const isCounted = (mention: Syntax): boolean => mention === write || mention === call.object || mention === membership.list || (mention.start > loop.end) || mention.parent?.parent?.field('function')?.text() === 'len'
  if (!local.mentions.every(isCounted)) return []
  return [siteAt(source, statement, {
    variant: 'grown',
    rationale: `remembers what \`${local.name}\` holds in a set beside it instead of looking through it every time`,
    edits: () => {
      const [seen, isNew] = [freshName(tree.text, `${local.name}_set`), freshName(tree.text, 'is_new')]
      const value = membership.value.text()
      const inner = step(tree)
      const head = before(tree, statement, [
        `if ${seen} is None or type(${value}) not in (str, int):`,
        `${inner}${isNew} = ${value} not in ${local.name}`,
        `${inner}${seen} = None if ${isNew} else ${seen}`,
        'else:',
        `${inner}${isNew} = ${value} not in ${seen}`,
        `${inner}${seen}.add(${value})`,
      ])
      return [before(tree, start, [`${seen} = set()`]), head, replaced(statement.field('condition') as Syntax, isNew)]
    },
  })]
}

