import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isWithin, namedChildren, upwards } from '../../../genetic-proposer/analysis/nodes.ts'
import type { Names } from '../../names.ts'
import { Steps } from '../../steps.ts'
import type { Dialect } from '../syntax.ts'
import { CalledFunctions, isClass, parametersOf } from './called-functions.ts'
import { flowThroughCall, flowThroughMember } from './flow-through-calls.ts'
import { mayEnd, nameOf, propertyOf, shortened, stepping, stepTo, taking, type Path } from './value-path.ts'

/** Values on their way in one file: of 1,550 files of well-known packages none but two minified ones had more than 700. Beyond it every store counts as one to a built-in. */
const mostValues = 1_500
/** To find what stands around a node all its neighbours are looked at: in a file of thousands of statements each value costs as much more. */
const mostLooks = 1_000_000
const leastValues = 200
/** Nodes that are looked at for all of these together, a third of a second. */
const mostSteps = 20_000
/** What only compares offsets costs so much less. */
const cheap = 1 / 20
/** Handed on in so many places, or more than that. */
const mostSeeds = 300

/** One value on its way. Direct: nothing has taken it anywhere yet, so that rules on names know it. */
interface Value {
  readonly node: SgNode
  readonly path: Path
  readonly isDirect: boolean
}

/**
 * Where the built-in objects of a file may get to: through functions that return them, generators, lists, fields, parameters, patterns and loops, by names and by the shape of the code alone. Bounded, and blind to what other files and
 * packages do with what they are handed.
 */
export class BuiltinFlow {
  readonly called: CalledFunctions
  readonly #root: SgNode
  readonly #reached = new Set<number>()
  readonly #seen = new Set<string>()
  readonly #open: Value[] = []
  readonly #bound: number
  readonly #steps = new Steps(mostSteps)
  #catches: readonly SgNode[] | null = null
  #yields: readonly SgNode[] | null = null
  #these: readonly { readonly node: SgNode; readonly at: number }[] | null = null

  constructor(names: Names, { seeds, dialect }: { readonly seeds: readonly SgNode[]; readonly dialect: Dialect }) {
    this.#root = names.root
    this.called = new CalledFunctions(names, { dialect, steps: this.#steps })
    this.#bound = Math.min(mostValues, Math.max(leastValues, Math.floor(mostLooks / (1 + names.root.children().length))))
    if (seeds.length > mostSeeds) this.#steps.exhaust()
    else for (const node of seeds) this.#open.push({ node, path: [], isDirect: true })
    for (let next = this.#open.pop(); next !== undefined && this.#steps.take(); next = this.#open.pop()) climb(this, next)
  }

  /** Whether what stands here may be a built-in that came from elsewhere in the file. */
  reaches(node: SgNode): boolean {
    return this.#steps.isOver || this.#reached.has(node.id())
  }

  /** This expression may be, or lead to, a built-in. */
  visit(node: SgNode, whole: Path, isDirect = false): void {
    const path = shortened(whole)
    const key = `${node.id()} ${path.join(' ')}`
    if (!this.#steps.take(cheap) || this.#seen.has(key)) return
    if (this.#seen.size >= this.#bound) this.#steps.exhaust()
    this.#seen.add(key)
    if (mayEnd(path) && !isDirect) this.#reached.add(node.id())
    this.#open.push({ node, path, isDirect })
  }

  /** It is kept under this name, in this place, or taken apart by this pattern. */
  into(target: SgNode, path: Path): void {
    if (!this.#steps.take()) return
    switch (String(target.kind())) {
      case 'identifier':
      case 'shorthand_property_identifier_pattern':
      case 'type_identifier':
        return this.#intoName(target, path)
      case 'member_expression':
      case 'subscript_expression':
        return this.#intoPlace(target, path)
      case 'array_pattern':
      case 'array':
        return this.#intoEach(target, stepping(path, '*'))
      case 'object_pattern':
      case 'object':
        for (const part of namedChildren(target)) this.#intoPart(part, path)
        return
      case 'assignment_pattern':
      case 'object_assignment_pattern':
        return this.into(target.field('left') as SgNode, path)
      case 'rest_pattern':
      case 'spread_element':
      case 'parenthesized_expression':
      case 'as_expression':
      case 'satisfies_expression':
      case 'non_null_expression':
        for (const inner of namedChildren(target).slice(0, 1)) this.into(inner, path)
        return
      case 'required_parameter':
      case 'optional_parameter':
        for (const inner of [target.field('pattern')]) if (inner !== null) this.into(inner, path)
    }
  }

  /** What a function gives: by its name, by the object or class that it is a method of, or where it stands. */
  given(holder: SgNode, path: Path): void {
    if (holder.kind() === 'method_definition') return this.#givenByMethod(holder, path)
    const name = holder.field('name')
    if (name !== null) this.into(name, ['()', ...path])
    if (!String(holder.kind()).endsWith('_declaration')) this.visit(holder, ['()', ...path])
  }

  /** The argument of this index, wherever the parameters are. */
  handed(holder: SgNode, index: number, path: Path): void {
    if (!this.#steps.take()) return
    const parameters = parametersOf(holder)
    const last = parameters.at(-1)
    for (const parameter of parameters[index] === undefined && last?.kind() === 'rest_pattern' ? [last] : parameters.slice(index, index + 1)) this.into(parameter, parameter.kind() === 'rest_pattern' ? ['*', ...path] : path)
    const all = this.called.mentions('arguments')
    if (!this.#steps.take(all.length * cheap)) return
    for (const found of all) if (isWithin(found, holder)) this.visit(found, ['*', ...path])
  }

  /** A member of a class: of what it makes, or of the class itself; and of `this` in it. */
  keptBy(owner: SgNode, path: Path, { isStatic }: { readonly isStatic: boolean }): void {
    const whole: Path = isStatic ? path : ['()', ...path]
    const name = owner.field('name')
    if (name !== null) this.into(name, whole)
    if (owner.kind() === 'class') this.visit(owner, whole)
    this.#itself(owner, path)
  }

  #intoName(name: SgNode, path: Path): void {
    for (const use of this.called.usesOf(name)) this.visit(use, path)
  }

  /** `a.b = value`: whatever `a` is holds it from now on. */
  #intoPlace(place: SgNode, path: Path): void {
    const base = place.field('object')
    const name = propertyOf(place)
    if (base === null) return
    for (const setter of this.called.settersOf(name)) this.handed(setter, 0, path)
    if (base.kind() === 'this') return this.#intoThis(base, [stepTo(name), ...path])
    if (base.kind() === 'member_expression' && propertyOf(base) === 'prototype') return this.into(base.field('object') as SgNode, ['()', stepTo(name), ...path])
    this.into(base, [stepTo(name), ...path])
  }

  #intoThis(here: SgNode, path: Path): void {
    let isStatic = false
    for (const around of upwards(here)) {
      if (!this.#steps.take()) return
      isStatic ||= around.kind() === 'class_static_block' || (around.kind() === 'method_definition' && around.children().some((child) => child.text() === 'static'))
      if (isClass(around)) return this.keptBy(around, path, { isStatic })
      if (around.kind() === 'object') return this.visit(around, path)
      if (around.kind() === 'function_declaration' || around.kind() === 'function_expression') return this.given(around, path)
    }
  }

  #intoEach(target: SgNode, path: Path | null): void {
    if (path === null) return
    for (const element of namedChildren(target)) this.into(element, element.kind() === 'rest_pattern' ? ['*', ...path] : path)
  }

  #intoPart(part: SgNode, path: Path): void {
    if (part.kind() === 'rest_pattern') return this.into(part, path)
    const key = part.field('key') ?? part.field('left') ?? part
    const rest = taking(path, nameOf(key))
    if (rest !== null) this.into(part.field('value') ?? key, rest)
  }

  #givenByMethod(method: SgNode, path: Path): void {
    const owner = method.parent()
    const name = stepTo(nameOf(method.field('name') as SgNode))
    const words = new Set(method.children().map((child) => child.text()))
    const member: Path = words.has('get') ? [name, ...path] : [name, '()', ...path]
    if (owner?.kind() === 'object') return this.holds(owner, member)
    const around = owner?.parent() ?? null
    if (around !== null && isClass(around)) this.keptBy(around, member, { isStatic: words.has('static') })
  }

  /** An object as it is written, and `this` in its methods. */
  holds(object: SgNode, path: Path): void {
    this.visit(object, path)
    this.#itself(object, path)
  }

  /** `f.call(this)`: what `this` is within. */
  handedAsThis(holder: SgNode, path: Path): void {
    this.#itself(holder, path)
  }

  /** `iterator.next(value)`: what any generator of the file is given where it stopped. */
  givenToYields(path: Path): void {
    this.#yields ??= this.#root.findAll({ rule: { kind: 'yield_expression' } })
    for (const place of this.#yields) this.visit(place, path)
  }

  /** `this` and `super` within. */
  #itself(owner: SgNode, path: Path): void {
    this.#these ??= this.#root.findAll({ rule: { any: [{ kind: 'this' }, { kind: 'super' }] } }).map((node) => ({ node, at: node.range().start.index }))
    if (!this.#steps.take(this.#these.length * cheap)) return
    const { start, end } = owner.range()
    for (const { node, at } of this.#these) if (start.index <= at && at < end.index) this.visit(node, path)
  }

  /** Out of the function around; nothing where that is too far to be looked for. */
  givenAround(place: SgNode, path: Path): void {
    for (const around of upwards(place)) {
      if (!this.#steps.take()) return
      if (isFunction(around)) return this.given(around, path)
    }
  }

  /** All arguments of a call are looked at; false where it would be too much. */
  looksAt(values: readonly SgNode[]): boolean {
    return this.#steps.take(values.length / 4)
  }

  /** `catch (error)` of the whole file: who catches what is thrown where is not asked. */
  thrown(path: Path): void {
    this.#catches ??= this.#root.findAll({ rule: { kind: 'catch_clause' } }).flatMap((clause) => clause.field('parameter') ?? [])
    for (const parameter of this.#catches) this.into(parameter, path)
  }
}

type Climb = (flow: BuiltinFlow, parent: SgNode, value: Value) => void

const same: Climb = (flow, parent, { path, isDirect }) => flow.visit(parent, path, isDirect)
const toPlace = (place: string, from: string): Climb => (flow, parent, { node, path }) => {
  const [target, source] = [parent.field(place), parent.field(from)]
  if (target === null || !isNode(source, node)) return
  flow.into(target, path)
  if (parent.kind().toString().endsWith('assignment_expression')) flow.visit(parent, path)
}
const toMember = (isField: boolean): Climb => (flow, parent, { node, path }) => {
  if (!isNode(parent.field('value'), node)) return
  const step = stepTo(nameOf((parent.field('key') ?? parent.field('property') ?? parent.field('name')) as SgNode))
  const owner = parent.parent()
  if (owner === null) return
  if (!isField) return flow.holds(owner, [step, ...path])
  const around = owner.parent()
  if (around !== null && isClass(around)) flow.keptBy(around, [step, ...path], { isStatic: parent.children().some((child) => child.text() === 'static') })
}
const through = (isResult: (parent: SgNode, node: SgNode) => boolean): Climb => (flow, parent, { node, path }) => {
  if (isResult(parent, node)) flow.visit(parent, path)
}

/** What becomes of a value by what it stands in. Whatever is not listed keeps or changes nothing: comparisons, conditions, texts. */
const climbs: Readonly<Record<string, Climb>> = {
  parenthesized_expression: same,
  as_expression: same,
  satisfies_expression: same,
  non_null_expression: same,
  type_assertion: same,
  await_expression: same,
  ternary_expression: through((parent, node) => !isNode(parent.field('condition'), node)),
  binary_expression: through((parent, node) => ['||', '??'].includes(parent.field('operator')?.text() ?? '') || (parent.field('operator')?.text() === '&&' && isNode(parent.field('right'), node))),
  sequence_expression: through((parent, node) => isNode(namedChildren(parent).at(-1), node)),
  variable_declarator: toPlace('name', 'value'),
  assignment_expression: toPlace('left', 'right'),
  augmented_assignment_expression: toPlace('left', 'right'),
  assignment_pattern: toPlace('left', 'right'),
  object_assignment_pattern: toPlace('left', 'right'),
  required_parameter: toPlace('pattern', 'value'),
  optional_parameter: toPlace('pattern', 'value'),
  pair: toMember(false),
  field_definition: toMember(true),
  public_field_definition: toMember(true),
  object: (flow, parent, { node, path }) => {
    if (node.kind() === 'shorthand_property_identifier') flow.holds(parent, [stepTo(node.text()), ...path])
  },
  spread_element: (flow, parent, { path }) => {
    const around = parent.parent()
    if (path.length === 0 || around === null) return
    if (around.kind() === 'arguments') flowThroughCall(flow, { holder: around, node: parent, path: stepping(path, '*') ?? path })
    else flow.visit(around, path)
  },
  array: (flow, parent, { node, path }) => flow.visit(parent, isKeyOfMap(parent, node) ? ['*', '.keys', '()', '*', ...path] : ['*', ...path]),
  template_substitution: (flow, parent, { path }) => {
    const call = parent.parent()?.parent() ?? null
    const tag = call?.kind() === 'call_expression' ? call.field('function') : null
    for (const holder of tag === null ? [] : flow.called.of(tag)) for (const place of parametersOf(holder).keys()) flow.handed(holder, place, path)
  },
  return_statement: (flow, parent, { path }) => flow.givenAround(parent, path),
  arrow_function: (flow, parent, { node, path }) => {
    if (isNode(parent.field('body'), node)) flow.given(parent, path)
  },
  yield_expression: (flow, parent, { path }) => flow.givenAround(parent, /^yield\s*\*/.test(parent.text()) ? path : ['*', ...path]),
  throw_statement: (flow, _, { path }) => flow.thrown(path),
  class_heritage: (flow, parent, { path }) => {
    const owner = parent.parent()
    if (path.length > 0 && owner !== null) inherits(flow, owner, path)
  },
  extends_clause: (flow, parent, { path }) => {
    const owner = parent.parent()?.parent() ?? null
    if (path.length > 0 && owner !== null) inherits(flow, owner, path)
  },
  for_in_statement: (flow, parent, { node, path }) => {
    const left = parent.field('left')
    const rest = stepping(path, '*')
    if (left === null || rest === null || !isNode(parent.field('right'), node)) return
    // `for (const [key, value] of map)`: the pattern takes a pair apart.
    flow.into(left, left.kind() === 'array_pattern' && rest[0] !== '*' ? ['*', ...rest] : rest)
  },
  member_expression: flowThroughMember,
  subscript_expression: flowThroughMember,
  call_expression: (flow, parent, { node, path }) => {
    if (isNode(parent.field('function'), node)) called(flow, parent, path)
  },
  new_expression: (flow, parent, { node, path }) => {
    if (isNode(parent.field('constructor'), node)) called(flow, parent, path)
  },
  arguments: (flow, parent, { node, path }) => flowThroughCall(flow, { holder: parent, node, path }),
}

/** `new Map([[key, value]])`: what is looked up by it is the value. */
function isKeyOfMap(pair: SgNode, node: SgNode): boolean {
  const holder = pair.parent()?.parent() ?? null
  return pair.parent()?.kind() === 'array' && holder?.kind() === 'arguments' && /^(?:Weak)?Map$/.test(holder.parent()?.field('constructor')?.text() ?? '') && isNode(namedChildren(pair)[0], node)
}

function climb(flow: BuiltinFlow, value: Value): void {
  const parent = value.node.parent()
  if (parent !== null) climbs[String(parent.kind())]?.(flow, parent, value)
}

function called(flow: BuiltinFlow, call: SgNode, path: Path): void {
  const rest = stepping(path, '()')
  if (rest !== null) flow.visit(call, rest)
}

/** What a class has, those that extend it have. */
function inherits(flow: BuiltinFlow, owner: SgNode, path: Path): void {
  const rest = stepping(path, '()')
  flow.keptBy(owner, rest ?? path, { isStatic: rest === null })
}
