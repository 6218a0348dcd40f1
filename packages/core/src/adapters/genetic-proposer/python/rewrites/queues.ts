import type { EditSite, PythonOperator, PythonSource } from '../../edit-operator.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { after, replaced, siteAt } from '../../tree-edits.ts'
import { imported } from '../python-imports.ts'
import { isGuarded, isSuspended, loopsAround, statementAround } from '../python-loops.ts'
import { localName, methodCall, type LocalName } from '../python-names.ts'

const queueMethods = new Set(['append', 'extend', 'pop', 'clear'])

/** Every use of the list means the same on a deque: its ends, its length, whether it holds anything. */
function isQueueUse(mention: Syntax): boolean {
  const { parent } = mention
  const call = methodCall(parent?.parent ?? null)
  if (call?.object === mention) return queueMethods.has(call.method) && (call.method !== 'pop' || call.values.length === 0 || call.values[0]?.text() === '0')
  switch (parent?.kind) {
    case 'while_statement':
    case 'if_statement':
    case 'elif_clause':
      return parent.field('condition') === mention
    case 'not_operator':
    case 'boolean_operator':
      return parent.nearest('while_statement', 'if_statement', 'elif_clause', 'block')?.kind !== 'block'
    case 'argument_list':
      return parent.parent?.field('function')?.text() === 'len'
    case 'subscript':
      return parent.field('value') === mention && /^(?:0|-1)$/.test(parent.field('subscript')?.text() ?? '')
    case 'comparison_operator':
      return parent.children[2] === mention && /^(?:not\s+)?in$/.test(parent.children[1]?.text() ?? '')
    default:
      return false
  }
}

/** The list is made by a display, a comprehension or `list(...)`, and only there. */
function freshLists({ writes, isParameter }: LocalName): readonly Syntax[] | null {
  const values = writes.map((write) => (write.parent?.kind === 'assignment' && write.parent.field('left') === write ? write.parent.field('right') : null))
  const isFresh = (value: Syntax | null): value is Syntax => value !== null && (value.kind === 'list' || value.kind === 'list_comprehension' || (value.kind === 'call' && value.field('function')?.text() === 'list'))
  return !isParameter && values.length > 0 && values.every(isFresh) ? values : null
}

/** `queue.pop(0)` moves every element that is left; a deque does not. Precondition: all that is done with the list means the same on a deque. */
export const queueToDeque: PythonOperator = {
  name: 'queue-to-deque',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => {
    const seen = new Set<string>()
    return source.tree.all('call').flatMap((node): EditSite[] => {
      const call = methodCall(node)
      const local = call?.method === 'pop' && call.values[0]?.text() === '0' && call.values.length === 1 ? localName(source.tree, call.object) : null
      const made = local === null ? null : freshLists(local)
      const from = made === null ? null : imported(source, 'collections', 'deque')
      if (local === null || made === null || from === null || seen.has(`${local.home.start}:${local.name}`)) return []
      if (!local.mentions.every((mention) => local.writes.includes(mention) || isQueueUse(mention))) return []
      seen.add(`${local.home.start}:${local.name}`)
      return [siteAt(source, node, {
        variant: 'deque',
        rationale: `makes \`${local.name}\` a deque, which gives its first element away without moving the others`,
        edits: () => [...from.edits, ...made.map((value) => replaced(value, `${from.name}(${value.text() === '[]' ? '' : value.text()})`)), ...popsOf(source.tree, local).map((pop) => replaced(pop, `${local.name}.popleft()`))],
      })]
    })
  },
}

function popsOf(tree: SyntaxTree, local: LocalName): readonly Syntax[] {
  return tree.within(local.home, 'call').filter((node) => {
    const call = methodCall(node)
    return call?.method === 'pop' && call.object.text() === local.name && call.values[0]?.text() === '0'
  })
}

/**
 * `out.insert(0, x)` in a loop becomes an append, and the list is turned round behind the loop. Precondition: the list is empty when the loop begins, is not looked at
 * in the loop, and nothing that the function catches can leave the loop.
 */
export const insertFrontToReverse: PythonOperator = {
  name: 'insert-front-to-reverse',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => source.tree.all('call').flatMap((node) => insertSite(source, node)),
}

function insertSite(source: PythonSource, node: Syntax): EditSite[] {
  const { tree } = source
  const call = methodCall(node)
  if (call?.method !== 'insert' || call.values.length !== 2 || call.values[0]?.text() !== '0' || node.parent?.kind !== 'expression_statement') return []
  const local = localName(tree, call.object)
  const [loop] = local === null ? [] : loopsAround(node, local.home)
  const [write, ...others] = local?.writes ?? []
  if (local === null || loop === undefined || write === undefined || others.length > 0 || local.isParameter || isSuspended(loop) || isGuarded(node, local.home)) return []
  const start = write.parent?.kind === 'assignment' && /^\[\s*\]$/.test(write.parent.field('right')?.text() ?? '') ? statementAround(write, tree.text) : null
  const isLeft = tree.within(loop, 'return_statement').length > 0
  if (start === null || start.parent !== loop.parent || write.start > loop.start || isLeft || statementAround(loop, tree.text) !== loop) return []
  if (!local.mentions.every((mention) => mention === write || mention === call.object || mention.start > loop.end)) return []
  return [siteAt(source, node, {
    variant: 'reverse',
    rationale: `appends to \`${local.name}\` and turns it round once instead of moving all of it for each new first element`,
    edits: () => [replaced(node, `${local.name}.append(${call.values[1]?.text()})`), after(tree, loop, [`${local.name}.reverse()`])],
  })]
}

/** `out = out + [x]` in a loop copies the list each time. Precondition: the list is the function's own and nothing else may hold it while it grows. */
export const appendInPlace: PythonOperator = {
  name: 'append-in-place',
  kind: 'rewrite',
  gain: 2,
  sites: (source) => source.tree.all('assignment').flatMap((node) => appendSite(source, node)),
}

function appendSite(source: PythonSource, node: Syntax): EditSite[] {
  const { tree } = source
  const [left, sum] = [node.field('left'), node.field('right')]
  if (left?.kind !== 'identifier' || sum?.kind !== 'binary_operator' || sum.children[1]?.text() !== '+' || sum.field('left')?.text() !== left.text()) return []
  const list = sum.field('right')
  const local = localName(tree, left)
  if (list?.kind !== 'list' || local === null || local.isParameter || list.named.length !== 1 || list.named[0]?.kind === 'list_splat' || loopsAround(node, local.home).length === 0) return []
  const isFresh = (write: Syntax): boolean => write === left || (write.parent?.kind === 'assignment' && ['list', 'list_comprehension'].includes(write.parent.field('right')?.kind ?? ''))
  if (!local.writes.every(isFresh) || !local.mentions.every((mention) => local.writes.includes(mention) || mention === sum.field('left') || isLookedAt(mention))) return []
  // Whoever walks through the list in this loop would meet what is new.
  if (tree.within(local.home, 'for_statement').some((loop) => loop.field('right')?.text().includes(local.name) === true && node.isWithin(loop))) return []
  return [siteAt(source, node, { variant: 'append', rationale: `appends to \`${local.name}\` instead of copying it for each new element`, edits: () => [replaced(node, `${local.name}.append(${list.named[0]?.text()})`)] })]
}

/** Nothing gets hold of the list by this, except whoever the function hands its result to. */
function isLookedAt(mention: Syntax): boolean {
  const { parent } = mention
  if (parent?.kind === 'subscript') return parent.field('value') === mention && parent.parent?.kind !== 'assignment'
  if (parent?.kind === 'return_statement') return true
  if (parent?.kind === 'argument_list') return ['len', 'sum', 'min', 'max'].includes(parent.parent?.field('function')?.text() ?? '')
  return parent?.kind === 'comparison_operator' || parent?.kind === 'not_operator'
}
