import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isNode, namedChildren, upwards } from '../../../genetic-proposer/analysis/nodes.ts'
import type { Binding } from '../../../genetic-proposer/analysis/scopes.ts'
import type { Names } from '../../names.ts'
import type { Steps } from '../../steps.ts'
import type { Dialect } from '../syntax.ts'
import { nameOf, propertyOf } from './value-path.ts'

const classes = new Set(['class', 'class_declaration', 'abstract_class_declaration'])
const wrappings = new Set(['parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'type_assertion', 'await_expression'])
/** Functions that a property may keep. */
const kept = ['function_expression', 'arrow_function', 'method_definition', 'generator_function']
const mentioning = ['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern']
/** Names that lead to names that lead to functions. */
const deepest = 4

export function isClass(node: SgNode): boolean {
  return classes.has(String(node.kind()))
}

/** Which functions of this file an expression may stand for. By the names alone: one too many asks a person, and no more. */
export class CalledFunctions {
  readonly #names: Names
  readonly #isTyped: boolean
  readonly #steps: Steps
  #methods: ReadonlyMap<string, readonly SgNode[]> | null = null
  #mentions: ReadonlyMap<string, readonly SgNode[]> | null = null
  #classNames: ReadonlyMap<string, readonly SgNode[]> | null = null
  readonly #uses = new Map<number, readonly SgNode[]>()
  readonly #functions = new Map<string, readonly SgNode[]>()
  readonly #returned = new Map<number, readonly SgNode[]>()

  constructor(names: Names, { dialect, steps }: { readonly dialect: Dialect; readonly steps: Steps }) {
    this.#names = names
    this.#isTyped = dialect.isTyped
    this.#steps = steps
  }

  /** Every place where the name that stands here is used, by what declares it where that is sure, and else by the name. */
  usesOf(name: SgNode): readonly SgNode[] {
    const known = this.#uses.get(name.id()) ?? this.#findUses(name)
    this.#uses.set(name.id(), known)
    return known
  }

  /** Every place where a name stands for something. */
  mentions(name: string): readonly SgNode[] {
    this.#mentions ??= Map.groupBy(this.#names.root.findAll({ rule: { any: mentioning.map((kind) => ({ kind })) } }), (found) => found.text())
    return this.#mentions.get(name) ?? []
  }

  /** What is called when something is stored under this name. */
  settersOf(property: string | null): readonly SgNode[] {
    return (this.#methodsOf().get(property ?? '') ?? []).filter((method) => method.kind() === 'method_definition' && method.children().some((child) => child.text() === 'set'))
  }

  /** `new Promise((name) => ...)`: what is made by the function whose first parameter this is. */
  promiseOf(name: SgNode): SgNode | null {
    const home = name.kind() === 'identifier' ? (this.#bindingOf(name)?.home ?? null) : null
    const made = home !== null && isFunction(home) && parametersOf(home)[0]?.text() === name.text() ? (home.parent()?.parent() ?? null) : null
    return made?.field('constructor')?.text() === 'Promise' ? made : null
  }

  of(callee: SgNode): readonly SgNode[] {
    return this.#of(callee, deepest)
  }

  #findUses(name: SgNode): readonly SgNode[] {
    const binding = this.#bindingOf(name)
    const uses = binding === null ? this.mentions(name.text()) : binding.uses
    return this.#steps.take(uses.length) ? uses : []
  }

  #bindingOf(name: SgNode): Binding | null {
    const text = name.text()
    return this.#names.isFrequent(text) || this.#names.hasTypedDeclaration(text) ? null : this.#names.resolve(name)
  }

  /** Threat: functions that all have one name and return what calling it gives: each way to one of them counts, and is gone once. */
  #of(callee: SgNode, depth: number): readonly SgNode[] {
    if (isFunction(callee)) return [callee]
    return this.#once(`${callee.id()} ${depth}`, () => this.#find(callee, depth))
  }

  #once(key: string, find: () => readonly SgNode[]): readonly SgNode[] {
    const known = this.#functions.get(key)
    if (known !== undefined) return this.#steps.take(known.length / 10) ? known : []
    if (!this.#steps.take()) return []
    const found = unique(find())
    if (!this.#steps.take(found.length)) return []
    this.#functions.set(key, found)
    return found
  }

  #find(callee: SgNode, depth: number): readonly SgNode[] {
    const kind = String(callee.kind())
    if (isClass(callee)) return constructorsOf(callee)
    if (depth === 0) return []
    if (wrappings.has(kind)) return namedChildren(callee).slice(-1).flatMap((inner) => this.#of(inner, depth))
    switch (kind) {
      case 'identifier':
        return this.#named(callee, depth - 1)
      case 'member_expression':
      case 'subscript_expression':
        return /^(?:call|apply|bind)$/.test(propertyOf(callee) ?? '') ? this.#of(callee.field('object') as SgNode, depth - 1) : (this.#methodsOf().get(propertyOf(callee) ?? '') ?? [])
      case 'call_expression':
        return this.#of(callee.field('function') as SgNode, depth - 1).flatMap((outer) => this.#returnedBy(outer).flatMap((value) => this.#of(value, depth - 1)))
      case 'binary_expression':
      case 'ternary_expression':
      case 'sequence_expression':
        return namedChildren(callee).flatMap((part) => this.#of(part, depth - 1))
      default:
        return []
    }
  }

  /** By what declares the name or, where that is not sure, by the name: one search for all that bear it. */
  #named(name: SgNode, depth: number): readonly SgNode[] {
    const text = name.text()
    const binding = this.#bindingOf(name)
    if (binding !== null) return this.#once(`${binding.declaration.id()} ${depth} declared`, () => [binding.declaration, ...binding.writes].flatMap((declaration) => this.#valuesGivenTo(declaration, depth)))
    return this.#once(`${text} ${depth} named`, () => [...this.mentions(text), ...this.#classesNamed(text)].flatMap((declaration) => this.#valuesGivenTo(declaration, depth)))
  }

  /** The name of a class is no identifier in TypeScript. */
  #classesNamed(name: string): readonly SgNode[] {
    if (!this.#isTyped) return []
    this.#classNames ??= Map.groupBy(this.#names.root.findAll({ rule: { kind: 'type_identifier', inside: { any: [{ kind: 'class_declaration' }] } } }), (found) => found.text())
    return this.#classNames.get(name) ?? []
  }

  #valuesGivenTo(name: SgNode, depth: number): readonly SgNode[] {
    const around = this.#steps.take() ? name.parent() : null
    if (around === null) return []
    if (isFunction(around) && around.kind() !== 'arrow_function') return [around]
    if (isClass(around)) return constructorsOf(around)
    const value = isNode(around.field('name'), name) ? around.field('value') : isNode(around.field('left'), name) ? around.field('right') : null
    if (value !== null) return this.#of(value, depth)
    return this.#handedTo(name, depth)
  }

  /** Functions that callers hand to a parameter. */
  #handedTo(name: SgNode, depth: number): readonly SgNode[] {
    const holder = depth === 0 ? undefined : this.#functionAround(name)
    if (holder === undefined) return []
    const index = parametersOf(holder).findIndex((parameter) => parameter.text().startsWith(name.text()))
    if (index < 0) return []
    return this.#callsOf(holder).flatMap((call) => argumentsOf(call)[index] ?? []).flatMap((value) => this.#of(value, depth - 1))
  }

  #functionAround(name: SgNode): SgNode | undefined {
    for (const around of upwards(name)) {
      if (!this.#steps.take()) return undefined
      if (isFunction(around)) return around
    }
    return undefined
  }

  #callsOf(holder: SgNode): readonly SgNode[] {
    const owner = holder.parent()
    const name = holder.field('name') ?? (owner?.kind() === 'variable_declarator' ? owner.field('name') : null)
    if (name?.kind() !== 'identifier') return owner?.kind() === 'parenthesized_expression' ? callAround(owner) : []
    return this.usesOf(name).flatMap((use) => (this.#steps.take() ? callAround(use) : []))
  }

  #methodsOf(): ReadonlyMap<string, readonly SgNode[]> {
    if (this.#methods !== null) return this.#methods
    const found = this.#names.root.findAll({ rule: { any: kept.map((kind) => ({ kind })) } })
    this.#methods = this.#steps.take(found.length) ? Map.groupBy(found, (one) => methodName(one) ?? '') : new Map()
    return this.#methods
  }

  /** Functions that are what a function gives. */
  #returnedBy(outer: SgNode): readonly SgNode[] {
    const known = this.#returned.get(outer.id()) ?? returnedBy(outer)
    this.#returned.set(outer.id(), known)
    return this.#steps.take(known.length) ? known : []
  }
}

function unique(found: readonly SgNode[]): readonly SgNode[] {
  return found.length < 2 ? found : [...new Map(found.map((one) => [one.id(), one])).values()]
}

function callAround(callee: SgNode): readonly SgNode[] {
  const call = callee.parent()
  return call !== null && (isNode(call.field('function'), callee) || isNode(call.field('constructor'), callee)) ? [call] : []
}

/** Under which property a function is kept. */
function methodName(found: SgNode): string | null {
  if (found.kind() === 'method_definition') return nameOf(found.field('name') as SgNode)
  const around = found.parent()
  const place = around?.field('key') ?? around?.field('property') ?? around?.field('name') ?? around?.field('left') ?? null
  if (place === null || place.kind() === 'identifier') return null
  return place.kind() === 'member_expression' || place.kind() === 'subscript_expression' ? propertyOf(place) : nameOf(place)
}

function constructorsOf(owner: SgNode): readonly SgNode[] {
  return namedChildren(owner.field('body')).filter((member) => member.kind() === 'method_definition' && member.field('name')?.text() === 'constructor')
}

function returnedBy(outer: SgNode): readonly SgNode[] {
  const body = outer.field('body')
  if (body === null) return []
  if (body.kind() !== 'statement_block') return [body]
  return body.findAll({ rule: { kind: 'return_statement' } }).flatMap((statement) => namedChildren(statement).slice(0, 1))
}

/** The parameters as they are written, without types and defaults where the grammar keeps those apart. */
export function parametersOf(holder: SgNode): readonly SgNode[] {
  const only = holder.field('parameter')
  if (only !== null) return [only]
  return namedChildren(holder.field('parameters')).map((parameter) => parameter.field('pattern') ?? parameter)
}
