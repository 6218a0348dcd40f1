import type { SgNode } from '@ast-grep/napi'
import { namedChildren, withoutParentheses } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { placeOf, type Step } from './place.ts'

/** What a name holds lies, or once lay, at this way from another name. */
export interface Root {
  readonly binding: Binding
  readonly steps: readonly Step[]
}

/** Which names of a file may stand for parts of the same object, as far as declarations, assignments and loops show. */
export interface Aliases {
  /** Where what the name holds may have come from, the name itself first. */
  rootsOf(binding: Binding): readonly Root[]
  /** Other names that share a root with this one. */
  relatedTo(binding: Binding): readonly Binding[]
}

interface Link {
  readonly to: Binding
  readonly from: Root
}

/** Longer chains of names than this end as if the last one were a name of its own. */
const chainLimit = 6

export function createAliases(scopes: Scopes, root: SgNode): Aliases {
  const known = new Map<number, readonly Root[]>()
  let links: ReadonlyMap<number, readonly Link[]> | undefined
  const linksByTarget = (): ReadonlyMap<number, readonly Link[]> => {
    links ??= Map.groupBy(root.findAll({ rule: { any: ['variable_declarator', 'assignment_expression', 'for_in_statement'].map((kind) => ({ kind })) } }).flatMap((node) => linksIn(node, scopes)), ({ to }) => to.declaration.id())
    return links
  }
  const rootsOf = (binding: Binding, depth = 0): readonly Root[] => {
    const id = binding.declaration.id()
    const found = known.get(id)
    if (found !== undefined) return found
    const own = { binding, steps: [] }
    const from = depth === chainLimit ? [] : (linksByTarget().get(id) ?? []).filter((link) => link.from.binding !== binding)
    const roots = [own, ...from.flatMap((link) => rootsOf(link.from.binding, depth + 1).map((above) => ({ binding: above.binding, steps: [...above.steps, ...link.from.steps] })))]
    if (depth === 0) known.set(id, roots)
    return roots
  }
  const related = new Map<number, readonly Binding[]>()
  const relatedTo = (binding: Binding): readonly Binding[] => {
    const found = related.get(binding.declaration.id())
    if (found !== undefined) return found
    const roots = new Set(rootsOf(binding).map((from) => from.binding))
    const others = [...linksByTarget().values()].flatMap(([link]) => (link === undefined ? [] : [link.to]))
    const near = [...roots, ...others.filter((other) => rootsOf(other).some((from) => roots.has(from.binding)))]
    const made = [...new Set(near)].filter((other) => other !== binding)
    related.set(binding.declaration.id(), made)
    return made
  }
  return { rootsOf, relatedTo }
}

function linksIn(node: SgNode, scopes: Scopes): readonly Link[] {
  const isDeclared = node.kind() === 'variable_declarator'
  const value = node.field(isDeclared ? 'value' : 'right')
  // Most values are no places: asking for the names first would cost more.
  const places = value === null ? [] : placesIn(value)
  if (places.length === 0 || (node.kind() === 'for_in_statement' && node.field('operator')?.text() !== 'of')) return []
  const within: readonly Step[] = node.kind() === 'for_in_statement' ? [null] : []
  const target = node.field(isDeclared ? 'name' : 'left')
  const names = target === null ? [] : namesOf(target)
  const roots = names.length === 0 ? [] : places.flatMap((place) => {
    const binding = place.root.kind() === 'this' ? null : scopes.resolve(place.root)
    return binding === null ? [] : [{ binding, steps: [...place.steps, ...within] }]
  })
  if (roots.length === 0) return []
  return names.flatMap(({ name, steps }) => {
    const to = scopes.resolve(name)
    return to === null ? [] : roots.map((from) => ({ to, from: { binding: from.binding, steps: [...from.steps, ...steps] } }))
  })
}

/** The places of which an expression may give the value: `a.b`, both of `a || b`, two of `c ? a : b`. */
function placesIn(expression: SgNode): readonly NonNullable<ReturnType<typeof placeOf>>[] {
  const node = withoutParentheses(expression)
  const place = placeOf(node)
  if (place !== null) return [place]
  switch (String(node.kind())) {
    case 'ternary_expression':
      return namedChildren(node).slice(1).flatMap(placesIn)
    case 'binary_expression':
      return ['&&', '||', '??'].includes(node.field('operator')?.text() ?? '') ? namedChildren(node).flatMap(placesIn) : []
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
      return namedChildren(node).slice(0, 1).flatMap(placesIn)
    case 'assignment_expression':
      return [node.field('right')].flatMap((right) => (right === null ? [] : placesIn(right)))
    default:
      return []
  }
}

interface Name {
  readonly name: SgNode
  readonly steps: readonly Step[]
}

/** The names that a target gives a value to, each with its way into that value. */
function namesOf(target: SgNode): readonly Name[] {
  const under = (node: SgNode | null, step: Step): readonly Name[] => (node === null ? [] : namesOf(node).map(({ name, steps }) => ({ name, steps: [step, ...steps] })))
  switch (String(target.kind())) {
    case 'identifier':
      return [{ name: target, steps: [] }]
    case 'shorthand_property_identifier_pattern':
      return [{ name: target, steps: [target.text()] }]
    case 'pair_pattern':
      return under(target.field('value'), target.field('key')?.kind() === 'property_identifier' ? (target.field('key')?.text() ?? null) : null)
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return namesOf(target.field('left') ?? target).filter(({ name }) => name.id() !== target.id())
    case 'array_pattern':
      return namedChildren(target).flatMap((child) => under(child, null))
    case 'object_pattern':
      return namedChildren(target).flatMap(namesOf)
    default:
      return []
  }
}
