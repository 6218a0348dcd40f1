import type { BytesType, Generator } from '../../../spec.ts'
import { bytesTypes } from '../../../spec.ts'
import { literalOf } from './literal-of.ts'
import { kindOf, parseType, parts, type SyntaxNode } from './parse-module.ts'

/** Types declared in the module, by name. */
export type Declarations = ReadonlyMap<string, SyntaxNode>

const anything: Generator = { kind: 'any' }
const maxDepth = 8

/** `interface X {...}`, `type X = ...` and `enum` of a module. */
export function declarationsOf(root: SyntaxNode): Declarations {
  const found = new Map<string, SyntaxNode>()
  for (const node of root.findAll({ rule: { any: [{ kind: 'interface_declaration' }, { kind: 'type_alias_declaration' }] } })) {
    const body = node.field('value') ?? node.field('body')
    const name = node.field('name')?.text()
    if (name !== undefined && body !== null) found.set(name, body)
  }
  return found
}

/** The generator of a TypeScript type; `any` where the type says nothing that can be drawn. */
export function typeGenerator(node: SyntaxNode, declared: Declarations, depth = 0): Generator {
  if (depth > maxDepth) return anything
  const inner = (of: SyntaxNode | undefined | null): Generator => (of === undefined || of === null ? anything : typeGenerator(of, declared, depth + 1))
  switch (kindOf(node)) {
    case 'type_annotation':
    case 'parenthesized_type':
    case 'readonly_type':
    case 'optional_type':
      return inner(parts(node)[0])
    case 'predefined_type':
    case 'type_identifier':
    case 'identifier':
      return named(node.text(), inner, declared)
    case 'literal_type': {
      const value = literalOf(parts(node)[0] ?? node)
      if (value?.value === null) return { kind: 'null' }
      return value === null ? named(node.text(), inner, declared) : { kind: 'constant', value: value.value }
    }
    case 'union_type':
      return oneOf(parts(node).flatMap((part) => optionsOf(inner(part))))
    case 'array_type':
      return { kind: 'array', items: inner(parts(node)[0]) }
    case 'tuple_type':
      return { kind: 'tuple', items: parts(node).map((part) => inner(kindOf(part) === 'required_parameter' ? part.field('type') : part)) }
    case 'object_type':
    case 'interface_body':
      return objectOf(node, inner)
    case 'function_type':
      return { kind: 'function', arity: parts(node.field('parameters') ?? node).length, returns: inner(node.field('return_type')) }
    case 'type_predicate':
      return { kind: 'boolean' }
    case 'generic_type':
      return generic(node, inner)
    default:
      return anything
  }
}

/** The generator of a type written in a JSDoc comment, in the notations of JSDoc, Closure and TypeScript. */
export function docTypeGenerator(text: string, declared: Declarations): Generator {
  const plain = text
    .trim()
    .replace(/^\.\.\./, '')
    .replace(/=$/, '')
    .replace(/^!/, '')
    .replaceAll(/([A-Za-z])\.</g, '$1<')
    .replaceAll(/\bfunction\s*\(([^)]*)\)(?:\s*:\s*([\w.]+))?/gi, (_, list: string, returns: string | undefined) => {
      const names = list.split(',').filter((part) => part.trim() !== '')
      return `((${names.map((type, index) => `a${index}: ${type.trim()}`).join(', ')}) => ${returns ?? 'any'})`
    })
    .replaceAll('*', 'any')
  const nullable = /^\?(.+)$/.exec(plain) ?? /^(.+)\?$/.exec(plain)
  const node = parseType(nullable?.[1] ?? plain)
  if (node === null) return anything
  const generator = typeGenerator(node, declared)
  return nullable === null ? generator : oneOf([...optionsOf(generator), { kind: 'null' }])
}

type Inner = (of: SyntaxNode | undefined | null) => Generator

function named(name: string, inner: Inner, declared: Declarations): Generator {
  if (bytesTypes.includes(name as BytesType)) return { kind: 'bytes', type: name as BytesType }
  switch (name) {
    case 'string':
    case 'String':
      return { kind: 'string', alphabet: 'unicode' }
    case 'number':
    case 'Number':
      return { kind: 'number' }
    case 'integer':
    case 'int':
      return { kind: 'integer' }
    case 'bigint':
    case 'BigInt':
      return { kind: 'bigint' }
    case 'boolean':
    case 'Boolean':
    case 'bool':
      return { kind: 'boolean' }
    case 'null':
      return { kind: 'null' }
    case 'undefined':
    case 'void':
      return { kind: 'undefined' }
    case 'Array':
    case 'array':
      return { kind: 'array', items: anything }
    case 'Date':
      return { kind: 'date' }
    case 'RegExp':
      return { kind: 'regexp' }
    case 'Map':
      return { kind: 'map', keys: anything, values: anything }
    case 'Set':
      return { kind: 'set', items: anything }
    case 'object':
    case 'Object':
      return { kind: 'record', keys: { kind: 'string', maxLength: 8 }, values: anything }
    case 'Function':
    case 'function':
      return { kind: 'function', arity: 1, returns: anything }
    default:
      return inner(declared.get(name))
  }
}

function generic(node: SyntaxNode, inner: Inner): Generator {
  const name = node.field('name')?.text() ?? parts(node)[0]?.text() ?? ''
  const list = node.field('type_arguments') ?? parts(node)[1]
  const [first, second] = list === undefined || list === null ? [] : parts(list)
  switch (name) {
    case 'Array':
    case 'ReadonlyArray':
    case 'Iterable':
    case 'ArrayLike':
      return { kind: 'array', items: inner(first) }
    case 'Set':
    case 'ReadonlySet':
      return { kind: 'set', items: inner(first) }
    case 'Map':
    case 'ReadonlyMap':
      return { kind: 'map', keys: inner(first), values: inner(second) }
    case 'Record':
    case 'Object':
      return { kind: 'record', keys: inner(first), values: inner(second) }
    case 'Readonly':
    case 'Required':
    case 'NonNullable':
      return inner(first)
    case 'Partial': {
      const whole = inner(first)
      return whole.kind === 'object' ? { ...whole, optional: Object.keys(whole.properties) } : whole
    }
    default:
      return anything
  }
}

function objectOf(node: SyntaxNode, inner: Inner): Generator {
  const properties: [string, Generator][] = []
  const optional: string[] = []
  for (const member of parts(node)) {
    const kind = kindOf(member)
    if (kind === 'index_signature') return { kind: 'record', keys: { kind: 'string', maxLength: 8 }, values: inner(member.field('type')) }
    if (kind !== 'property_signature' && kind !== 'method_signature') continue
    const name = (member.field('name')?.text() ?? '').replaceAll(/^['"]|['"]$/g, '')
    if (kind === 'method_signature') properties.push([name, { kind: 'function', arity: 1, returns: inner(member.field('return_type')) }])
    else properties.push([name, inner(member.field('type'))])
    if (member.children().some((child) => kindOf(child) === '?')) optional.push(name)
  }
  return { kind: 'object', properties: Object.fromEntries(properties), ...(optional.length === 0 ? {} : { optional }) }
}

const optionsOf = (generator: Generator): readonly Generator[] => (generator.kind === 'oneOf' ? generator.options : [generator])

/** A choice without repetition; a single option stands for itself. */
export function oneOf(options: readonly Generator[]): Generator {
  const unique = [...new Map(options.map((option) => [JSON.stringify(option), option])).values()]
  if (unique.some(({ kind }) => kind === 'any')) return anything
  const [first] = unique
  return unique.length === 1 && first !== undefined ? first : { kind: 'oneOf', options: unique }
}
