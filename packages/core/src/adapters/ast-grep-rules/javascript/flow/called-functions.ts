import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isNode, namedChildren, upwards } from '../../../genetic-proposer/analysis/nodes.ts'
import type { Binding } from '../../../genetic-proposer/analysis/scopes.ts'
import type { Names } from '../../names.ts'
import type { Dialect } from '../syntax.ts'
import { nameOf, propertyOf } from './value-path.ts'

const classes = new Set(['class', 'class_declaration', 'abstract_class_declaration'])
const wrappings = new Set(['parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'type_assertion', 'await_expression'])
const functions = ['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration']
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
  #methods: ReadonlyMap<string, readonly SgNode[]> | null = null
  #mentions: ReadonlyMap<string, readonly SgNode[]> | null = null
  readonly #uses = new Map<number, readonly SgNode[]>()
  readonly #functions = new Map<number, readonly SgNode[]>()

  constructor(names: Names, { isTyped }: Dialect) {
    this.#names = names
    this.#isTyped = isTyped
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

  of(callee: SgNode): readonly SgNode[] {
    const known = this.#functions.get(callee.id()) ?? this.#of(callee, deepest)
    this.#functions.set(callee.id(), known)
    return known
  }

  #findUses(name: SgNode): readonly SgNode[] {
    const binding = this.#bindingOf(name)
    return binding === null ? this.mentions(name.text()) : binding.uses
  }

  #bindingOf(name: SgNode): Binding | null {
    const text = name.text()
    return this.#names.isFrequent(text) || this.#names.hasTypedDeclaration(text) ? null : this.#names.resolve(name)
  }

  #of(callee: SgNode, depth: number): readonly SgNode[] {
    const kind = String(callee.kind())
    if (isFunction(callee)) return [callee]
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
        return this.#of(callee.field('function') as SgNode, depth - 1).flatMap((outer) => returnedBy(outer).flatMap((value) => this.#of(value, depth - 1)))
      case 'binary_expression':
      case 'ternary_expression':
      case 'sequence_expression':
        return namedChildren(callee).flatMap((part) => this.#of(part, depth - 1))
      default:
        return []
    }
  }

  #named(name: SgNode, depth: number): readonly SgNode[] {
    const text = name.text()
    const binding = this.#bindingOf(name)
    const declarations = binding === null ? this.mentions(text) : [binding.declaration, ...binding.writes]
    const typed = binding === null && this.#isTyped ? this.#names.root.findAll({ rule: { kind: 'type_identifier', regex: `^${text.replaceAll('$', '\\$')}$`, inside: { any: [{ kind: 'class_declaration' }] } } }) : []
    return [...declarations, ...typed].flatMap((declaration) => this.#valuesGivenTo(declaration, depth))
  }

  #valuesGivenTo(name: SgNode, depth: number): readonly SgNode[] {
    const around = name.parent()
    if (around === null) return []
    if (isFunction(around) && around.kind() !== 'arrow_function') return [around]
    if (isClass(around)) return constructorsOf(around)
    const value = isNode(around.field('name'), name) ? around.field('value') : isNode(around.field('left'), name) ? around.field('right') : null
    if (value !== null) return this.#of(value, depth)
    return this.#handedTo(name, depth)
  }

  /** Functions that callers hand to a parameter. */
  #handedTo(name: SgNode, depth: number): readonly SgNode[] {
    const holder = [...upwards(name)].find(isFunction)
    if (holder === undefined || depth === 0) return []
    const index = parametersOf(holder).findIndex((parameter) => parameter.text().startsWith(name.text()))
    if (index < 0) return []
    return this.#callsOf(holder).flatMap((call) => argumentsOf(call)[index] ?? []).flatMap((value) => this.#of(value, depth - 1))
  }

  #callsOf(holder: SgNode): readonly SgNode[] {
    const owner = holder.parent()
    const name = holder.field('name') ?? (owner?.kind() === 'variable_declarator' ? owner.field('name') : null)
    if (name?.kind() !== 'identifier') return owner?.kind() === 'parenthesized_expression' ? callAround(owner) : []
    return this.usesOf(name).flatMap(callAround)
  }

  #methodsOf(): ReadonlyMap<string, readonly SgNode[]> {
    this.#methods ??= Map.groupBy(this.#names.root.findAll({ rule: { any: functions.map((kind) => ({ kind })) } }), (found) => methodName(found) ?? '')
    return this.#methods
  }
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

/** Functions that are what a function gives. */
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
