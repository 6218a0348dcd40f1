import type { Syntax, SyntaxTree } from '../syntax-tree.ts'
import { isBinding, isBuiltin, localName, type LocalName } from './python-names.ts'
import { isRead, isStored, lookers, quietMethods, shapeOf, shapeOfName } from './python-values.ts'

const changingMethods = new Set(['append', 'add', 'extend', 'insert', 'pop', 'popleft', 'appendleft', 'remove', 'discard', 'clear', 'sort', 'reverse', 'update', 'setdefault'])
const made = new Set(['list', 'set', 'dict', 'str', 'int'])

/**
 * Nobody who is called within `region` may get at the list behind its back: neither the list, an element of it, nor anything it came from or went into is handed to a call
 * that could do more than read, no method of `self` is called, and where the list came out of something else, or was given to somebody outside of `region`, nothing unknown is
 * called at all. Out of sight: properties and operators of the program's own.
 */
export function isUndisturbed(tree: SyntaxTree, local: LocalName, region: Syntax): boolean {
  const values = local.writes.map((write) => (write.parent?.kind === 'assignment' && write.parent.field('left') === write ? write.parent.field('right') : null))
  const isTaken = values.some((value) => value === null || (value.kind !== 'identifier' && !made.has(shapeOf(tree, value)))) || local.mentions.some((mention) => !mention.isWithin(region) && isGivenAway(tree, mention))
  const first = local.home.field('parameters')?.named[0]
  const isMethod = local.home.nearest('class_definition', 'function_definition')?.kind === 'class_definition' || ['self', 'cls'].includes(first?.text() ?? '')
  const owners = new Set(['self', 'cls', ...(isMethod && first !== undefined ? [first.text()] : [])])
  const linked = linkedNames(tree, local, owners)
  const isLinked = (node: Syntax | null): boolean => node !== null && namesIn(tree, node).some((name) => linked.has(name))
  const isHarmless = (call: Syntax): boolean => {
    const callee = call.field('function')
    const handed = call.field('arguments')
    if (callee?.kind === 'identifier' && lookers.includes(callee.text()) && isBuiltin(tree, callee.text())) return true
    const [object, method] = callee?.kind === 'attribute' ? [callee.field('object'), callee.field('attribute')?.text() ?? ''] : [null, '']
    if ((object?.kind === 'identifier' && owners.has(object.text())) || object?.text().startsWith('super(') === true) return false
    if (quietMethods.has(method)) return true
    if (changingMethods.has(method)) return !isLinked(object) || isOwnContainer(tree, object)
    return !isTaken && !isLinked(handed) && !isLinked(callee)
  }
  // Both run code of whoever they belong to.
  if ((isTaken || local.isParameter) && (tree.within(region, 'with_statement').length > 0 || tree.within(region, 'attribute').some(isStored))) return false
  const isForeign = (place: Syntax | null): boolean => isLinked(place) && !isOwnContainer(tree, place)
  if (tree.within(region, 'subscript').some((node) => isStored(node) && isForeign(node.field('value')))) return false
  if (tree.within(region, 'augmented_assignment').some((node) => ['attribute', 'identifier'].includes(node.field('left')?.kind ?? '') && isForeign(node.field('left')))) return false
  return [...(region.kind === 'call' ? [region] : []), ...tree.within(region, 'call')].every(isHarmless)
}

/** Handed to a call, kept in something, or given a second name: whoever has it now may change it when he is called next. */
export function isGivenAway(tree: SyntaxTree, mention: Syntax): boolean {
  const { parent } = mention
  // `push = list.append` keeps the list for whoever calls it later.
  const isMethod = parent?.kind === 'attribute' && parent.field('object') === mention && changingMethods.has(parent.field('attribute')?.text() ?? '') && parent.parent?.kind === 'call' && parent.parent.field('function') === parent
  const isElement = parent?.kind === 'subscript' && parent.field('value') === mention
  // With the end of the function nothing of it runs any more.
  const isLast = mention.nearest('return_statement') !== null
  return !isBinding(mention) && !isRead(tree, mention) && !isMethod && !isElement && !isLast
}

/** Made in this function: changing it changes no other. */
function isOwnContainer(tree: SyntaxTree, object: Syntax | null): boolean {
  const local = object === null ? null : localName(tree, object)
  return local !== null && !local.isParameter && made.has(shapeOfName(tree, local))
}

function namesIn(tree: SyntaxTree, node: Syntax): readonly string[] {
  return [...(node.kind === 'identifier' ? [node] : []), ...tree.within(node, 'identifier')].map((name) => name.text())
}

/** Every name that may stand for the list, one of its elements, what it was taken from or what it was put into. */
function linkedNames(tree: SyntaxTree, local: LocalName, owners: ReadonlySet<string>): ReadonlySet<string> {
  const linked = new Set([local.name, ...owners])
  for (const write of local.writes) {
    const value = write.parent?.kind === 'assignment' ? write.parent.field('right') : null
    if (value !== null && !made.has(shapeOf(tree, value))) for (const name of namesIn(tree, value)) linked.add(name)
  }
  const assigned = tree.within(local.home, 'assignment', 'for_statement', 'for_in_clause').map((node) => [node.field('right'), node.field('left')] as const)
  const named = tree.within(local.home, 'named_expression').map((node) => [node.field('value'), node.field('name')] as const)
  const put = tree.within(local.home, 'call').flatMap((call) => {
    const callee = call.field('function')
    return callee?.kind === 'attribute' && !quietMethods.has(callee.field('attribute')?.text() ?? '') ? [[call.field('arguments'), callee.field('object')] as const] : []
  })
  const isCount = (value: Syntax): boolean => ['comparison_operator', 'not_operator'].includes(value.kind) || ['int', 'str'].includes(shapeOf(tree, value))
  for (let size = -1; size !== linked.size; ) {
    size = linked.size
    for (const [value, target] of [...assigned, ...named, ...put]) {
      if (value === null || target === null || isCount(value) || !namesIn(tree, value).some((name) => linked.has(name))) continue
      for (const name of namesIn(tree, target)) linked.add(name)
    }
  }
  return linked
}
