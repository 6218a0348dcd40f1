import { freshName } from '../../analysis/nodes.ts'
import type { EditSite, PythonOperator, PythonSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { before, replaced, siteAt } from '../../tree-edits.ts'
import { loopsAround, statementAround } from '../python-loops.ts'
import { builtinCall, isBinding, isBuiltin, localName, methodCall } from '../python-names.ts'
import { isUndisturbed } from '../python-undisturbed.ts'
import { isQuiet, isStored, shapeOf, shapeOfName, staysFixed, type Shape } from '../python-values.ts'
import { isSetBefore, membershipOf } from './index-beside-list.ts'

const numbers = ['sum', 'max', 'min', 'any', 'all']
const containers = ['sorted', 'set', 'frozenset', 'tuple', 'list']

/**
 * A walk through a list that gives the same in every round is made once, in the first round that asks for it. Precondition: everything it is made from is the
 * function's own and stays as it is in the loop; what is made can be told from nothing and is only looked at.
 */
export const hoistCall: PythonOperator = {
  name: 'hoist-call',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => source.tree.all('call').flatMap((call) => hoistSite(source, call)),
}

function hoistSite(source: PythonSource, call: Syntax): EditSite[] {
  const { tree } = source
  const home = call.nearest('function_definition')
  const values = builtinCall(tree, call, ...numbers, ...containers)
  if (home === null || values === null || values.length === 0 || !['type', 'list', 'tuple'].every((name) => isBuiltin(tree, name)) || isAnswered(call) || !values.every((value) => isQuiet(tree, value))) return []
  if (containers.includes(call.field('function')?.text() ?? '') && !isOnlyLookedAt(call)) return []
  const loop = loopsAround(call, home).find((around) => values.every((value) => isInvariant(tree, value, around)))
  const statement = loop === undefined ? null : statementAround(loop, tree.text)
  // In the head of a comprehension, and in a class, no name can be set on the way.
  if (loop === undefined || statement === null || (loop.kind !== 'for_statement' && loop.kind !== 'while_statement') || [...call.around()].some((around) => around.kind.endsWith('comprehension') || around.kind === 'generator_expression')) return []
  return [siteAt(source, call, {
    variant: 'hoist',
    rationale: `works out \`${excerpt(call)}\` once for the whole loop`,
    edits: () => {
      const name = freshName(tree.text, `${call.field('function')?.text()}_${/\w+/.exec(values[0]?.text() ?? '')?.[0] ?? 'value'}`)
      const same = tree.within(loop, 'call').filter((other) => other.text() === call.text() && loopsAround(other, home).includes(loop) && ![...other.around()].some((around) => around.kind.endsWith('comprehension') || around.kind === 'generator_expression'))
      const first = `(${name} := ${call.text()})`
      const guard = typeGuard(tree, values)
      return [before(tree, statement, [`${name} = None`]), ...same.map((other) => replaced(other, `(${name} if ${name} is not None else ${guard === '' ? first : `${first} if ${guard} else ${call.text()}`})`))]
    },
  })]
}

/** What this very rewrite has left: the first answer, and the one for what gives everything once. */
function isAnswered(call: Syntax): boolean {
  const { parent } = call
  return parent?.kind === 'named_expression' || (parent?.kind === 'conditional_expression' && parent.named[2] === call && parent.named[1]?.text().startsWith('type(') === true)
}

/** An iterator gives everything once: only what is certainly a list or tuple gives the same again. */
function typeGuard(tree: SyntaxTree, values: readonly Syntax[]): string {
  const names = values.flatMap((value) => [value, ...tree.within(value, 'identifier')]).filter((node) => {
    const local = node.kind === 'identifier' && !(node.parent?.kind === 'call' && node.parent.field('function') === node) ? localName(tree, node) : null
    return local !== null && (local.isParameter || shapeOfName(tree, local) === 'other')
  })
  return [...new Set(names.map((name) => `type(${name.text()}) in (list, tuple)`))].join(' and ')
}

/** `x in set(xs)`, `sorted(xs)[0]`: nobody keeps or changes what is made. */
function isOnlyLookedAt(call: Syntax): boolean {
  const { parent } = call
  if (parent?.kind === 'subscript') return parent.field('value') === call && !isStored(parent)
  return parent !== null && membershipOf(parent)?.list === call
}

function isInvariant(tree: SyntaxTree, value: Syntax, loop: Syntax): boolean {
  const names = [value, ...tree.within(value, 'identifier')].filter((node) => node.kind === 'identifier' && node.parent?.kind !== 'attribute')
  const isOwn = (node: Syntax): boolean => {
    if (node.parent?.kind === 'call' && node.parent.field('function') === node) return true
    const local = localName(tree, node)
    return local !== null && isSetBefore(local, loop) && staysFixed(tree, local, loop) && isUndisturbed(tree, local, loop)
  }
  return names.length > 0 && names.every(isOwn) && !/\.\w|lambda/.test(value.text())
}

/** `while i < len(xs)` asks for the length once. Precondition: the list stays as it is. */
export const hoistLength: PythonOperator = {
  name: 'hoist-length',
  kind: 'rewrite',
  gain: 0.5,
  sites: (source) =>
    source.tree.all('while_statement').flatMap((loop): EditSite[] => {
      const { tree } = source
      const condition = loop.field('condition')
      const home = loop.nearest('function_definition')
      if (condition?.kind !== 'comparison_operator' || home === null || statementAround(loop, tree.text) !== loop) return []
      return tree.within(condition, 'call').flatMap((call): EditSite[] => {
        const [list, ...others] = builtinCall(tree, call, 'len') ?? []
        if (list?.kind !== 'identifier' || others.length > 0 || !isInvariant(tree, list, loop)) return []
        return [siteAt(source, call, { variant: 'length', rationale: `reads \`${call.text()}\` once, not before every round`, edits: () => {
          const name = freshName(tree.text, `${list.text()}_length`)
          return [before(tree, loop, [`${name} = ${call.text()}`]), replaced(call, name)]
        } })]
      })
    }),
}

/** Functions of these modules are what they are. */
const steadyModules = new Set(['math', 'operator', 'itertools', 'bisect', 'heapq', 'string'])

/** `math.sqrt` and `out.append` in a loop are looked up once. Precondition: the module is imported by this very name, or the list keeps its name throughout the loop. */
export const nameRepeatedLookup: PythonOperator = {
  name: 'name-repeated-lookup',
  kind: 'rewrite',
  gain: 0.4,
  sites: (source) => {
    const seen = new Set<string>()
    return source.tree.all('attribute').flatMap((node): EditSite[] => {
      const { tree } = source
      const [object, attribute, home] = [node.field('object'), node.field('attribute'), node.nearest('function_definition')]
      if (object?.kind !== 'identifier' || attribute === null || home === null || node.parent?.kind !== 'call' || node.parent.field('function') !== node) return []
      const loop = loopsAround(node, home).find((around) => around.kind === 'for_statement' || around.kind === 'while_statement')
      const statement = loop === undefined ? null : statementAround(loop, tree.text)
      if (loop === undefined || statement === null || seen.has(`${loop.start}:${node.text()}`)) return []
      const isKnown = isModule(tree, object) || isListKept(tree, object, { loop, method: attribute.text() })
      if (!isKnown) return []
      seen.add(`${loop.start}:${node.text()}`)
      return [siteAt(source, node, { variant: 'lookup', rationale: `looks \`${node.text()}\` up once for the whole loop`, edits: () => {
        const name = freshName(tree.text, `${object.text()}_${attribute.text()}`)
        const same = tree.within(loop, 'attribute').filter((other) => other.text() === node.text() && other.parent?.kind === 'call' && other.parent.field('function') === other)
        return [before(tree, statement, [`${name} = ${node.text()}`]), ...same.map((other) => replaced(other, name))]
      } })]
    })
  },
}

export function isModule(tree: SyntaxTree, name: Syntax): boolean {
  if (!steadyModules.has(name.text()) && name.text() !== 're') return false
  const bindings = tree.all('identifier').filter((node) => node.text() === name.text() && isBinding(node))
  return bindings.length > 0 && bindings.every((node) => node.parent?.kind === 'dotted_name' && node.parent.parent?.kind === 'import_statement' && node.parent.parent.parent === tree.root && node.start < name.start)
}

function isListKept(tree: SyntaxTree, object: Syntax, { loop, method }: { readonly loop: Syntax; readonly method: string }): boolean {
  const local = method === 'append' ? localName(tree, object) : null
  return local !== null && shapeOfName(tree, local) === 'list' && isSetBefore(local, loop) && local.writes.every((write) => !write.isWithin(loop))
}

/** What a thing is by its form, or by all that its name is given here: other things have keys as well, and an annotation is a promise of others. */
function shapeOfThing(tree: SyntaxTree, thing: Syntax): Shape {
  const local = thing.kind === 'identifier' ? localName(tree, thing) : null
  if (local === null) return shapeOf(tree, thing)
  return local.isParameter ? 'other' : shapeOfName(tree, local)
}

/** `x in d.keys()` and `x in list(d)` look for the value in the thing itself. Precondition: it is a dictionary (or list, or set) of the language for sure. */
export const askTheThingItself: PythonOperator = {
  name: 'ask-the-thing-itself',
  kind: 'rewrite',
  sites: (source) =>
    source.tree.all('comparison_operator').flatMap((node): EditSite[] => {
      const { tree } = source
      const list = membershipOf(node)?.list ?? null
      const keys = methodCall(list)
      const [copied, ...others] = builtinCall(tree, list, 'list', 'tuple') ?? []
      const site = (thing: Syntax): EditSite => siteAt(source, node, { variant: 'itself', rationale: `looks \`${excerpt(node)}\` up in \`${excerpt(thing)}\` itself`, edits: () => [replaced(list as Syntax, thing.text())] })
      // What cannot be hashed is refused by a dictionary and a set, and by no list.
      const isHashable = ['string', 'integer'].includes(membershipOf(node)?.value.kind ?? '')
      if (keys?.method === 'keys' && keys.values.length === 0) return shapeOfThing(tree, keys.object) === 'dict' ? [site(keys.object)] : []
      if (copied === undefined || others.length > 0) return []
      const inner = methodCall(copied)
      if (inner !== null && inner.values.length === 0 && shapeOfThing(tree, inner.object) === 'dict') return inner.method === 'values' || (inner.method === 'keys' && isHashable) ? [site(copied)] : []
      const shape = copied.kind === 'identifier' ? shapeOfThing(tree, copied) : 'other'
      return shape === 'list' || (isHashable && (shape === 'set' || shape === 'dict')) ? [site(copied)] : []
    }),
}
