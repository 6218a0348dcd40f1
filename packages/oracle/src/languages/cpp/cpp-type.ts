import type { Generator } from '../../spec.ts'
import { splitAtCommas, type CppParameter, type CppStruct } from './cpp-signature.ts'

/** What a module declares beside its functions. */
export interface CppNames {
  readonly structs: ReadonlyMap<string, CppStruct>
  readonly aliases: ReadonlyMap<string, string>
  /** Values by enumeration. */
  readonly enums: ReadonlyMap<string, readonly number[]>
}

/** How one argument of the spec becomes one or two arguments of the call. */
export type Passing = 'value' | 'move' | 'pointer' | 'c-string' | 'view' | 'buffer' | 'span'

export interface PassedParameter {
  readonly name: string
  readonly passing: Passing
  /** Type that holds it between reading and call. */
  readonly holder: string
  /** Position among the declared parameters. */
  readonly at: number
  /** Set on the buffers of one length: the length is passed at `lengthAt`, as the smallest of their sizes. */
  readonly lengthAt: number | null
}

const integerTypes: Readonly<Record<string, readonly [number, number]>> = {
  'char': [0, 127], 'signed char': [-128, 127], 'unsigned char': [0, 255], 'std::byte': [0, 255], 'char8_t': [0, 255],
  'short': [-32_768, 32_767], 'unsigned short': [0, 65_535], 'short int': [-32_768, 32_767], 'unsigned short int': [0, 65_535],
  'int': [-2_147_483_648, 2_147_483_647], 'signed int': [-2_147_483_648, 2_147_483_647], 'signed': [-2_147_483_648, 2_147_483_647],
  'unsigned': [0, 4_294_967_295], 'unsigned int': [0, 4_294_967_295], 'char16_t': [0, 65_535], 'char32_t': [0, 1_114_111], 'wchar_t': [0, 1_114_111],
  'int8_t': [-128, 127], 'uint8_t': [0, 255], 'int16_t': [-32_768, 32_767], 'uint16_t': [0, 65_535], 'int32_t': [-2_147_483_648, 2_147_483_647], 'uint32_t': [0, 4_294_967_295],
}
const wideSigned = ['long', 'long int', 'long long', 'long long int', 'signed long', 'int64_t', 'ssize_t', 'ptrdiff_t', 'intptr_t', 'intmax_t', 'int_fast64_t']
const wideUnsigned = ['unsigned long', 'unsigned long int', 'unsigned long long', 'unsigned long long int', 'uint64_t', 'size_t', 'uintptr_t', 'uintmax_t', 'size_type']
const floatTypes = ['float', 'double', 'long double']
const lists = ['vector', 'list', 'deque', 'forward_list', 'initializer_list', 'span', 'basic_string']
const sets = ['set', 'unordered_set', 'multiset', 'unordered_multiset']
const maps = ['map', 'unordered_map', 'multimap', 'unordered_multimap']
const lengthName = /^(?:n|m|len|length|size|count|num|nbytes|bytes|sz|cnt|\w*(?:_n|_len|_length|_size|_count|Len|Length|Size|Count)|n_\w+|num_?\w+)$/

/** `const std::vector<int>&` as `std::vector<int>`. */
export function plainType(type: string): string {
  return type.replace(/&{1,2}$/, '').replace(/^const /, '').replace(/^volatile /, '').trim()
}

const withoutStd = (type: string): string => type.replace(/^(?:::)?std::/, '')

export function isInteger(type: string): boolean {
  const name = withoutStd(type)
  return name in integerTypes || type in integerTypes || wideSigned.includes(name) || wideUnsigned.includes(name)
}

/** The generator for values of a type; null where a driver could not make one. */
export function generatorOfCppType(type: string, names: CppNames): Generator | null {
  const plain = plainType(type)
  const name = withoutStd(plain)
  const range = integerTypes[plain] ?? integerTypes[name]
  if (range !== undefined) return { kind: 'integer', min: range[0], max: range[1] }
  if (wideSigned.includes(name)) return { kind: 'integer' }
  if (wideUnsigned.includes(name)) return { kind: 'integer', min: 0 }
  if (floatTypes.includes(name)) return { kind: 'number' }
  if (name === 'bool') return { kind: 'boolean' }
  if (name === 'string' || name === 'string_view') return { kind: 'string' }
  const alias = names.aliases.get(plain)
  if (alias !== undefined && alias !== plain) return generatorOfCppType(alias, names)
  const values = names.enums.get(plain)
  if (values !== undefined) return { kind: 'oneOf', options: values.map((value) => ({ kind: 'constant', value })) }
  const struct = names.structs.get(plain)
  return struct === undefined ? ofTemplate(name, names) : ofStruct(struct, names)
}

/** Whether a driver can write a result of this type; what it does not know it could not compile. */
export function isShown(type: string, names: CppNames): boolean {
  const plain = plainType(type)
  if (['void', 'auto', 'decltype(auto)'].includes(plain) || /^(?:const )?char\*$/.test(plain) || generatorOfCppType(plain, names) !== null) return true
  const match = /^(?:::)?(?:std::)?(\w+)<(.*)>$/s.exec(plain)
  if (match === null) return false
  const inside = splitAtCommas(match[2] ?? '').map((each) => each.replace(/^const /, ''))
  const isKnown = [...lists, ...sets, ...maps, 'optional', 'pair', 'tuple', 'array', 'unique_ptr', 'shared_ptr'].includes(match[1] ?? '')
  return isKnown && inside.every((each) => /^\d+$/.test(each) || isShown(each, names))
}

function ofStruct(struct: CppStruct, names: CppNames): Generator | null {
  const properties: Record<string, Generator> = {}
  for (const field of struct.fields) {
    const generator = generatorOfCppType(field.type, names)
    if (generator === null || /[*&]/.test(field.type)) return null
    properties[field.name] = generator
  }
  return { kind: 'object', properties }
}

function ofTemplate(name: string, names: CppNames): Generator | null {
  const match = /^(\w+)<(.*)>$/s.exec(name)
  if (match === null) return null
  const [template = '', list = ''] = match.slice(1)
  const types = splitAtCommas(list)
  if (template === 'function') return ofFunction(list, names)
  if (template === 'array') {
    const [item = '', count = ''] = types
    const generator = generatorOfCppType(item, names)
    return generator === null || !/^\d{1,3}$/.test(count) ? null : { kind: 'tuple', items: Array.from({ length: Number(count) }, () => generator) }
  }
  const generators = types.map((each) => generatorOfCppType(each, names))
  const [first, second] = generators
  if (first === undefined || first === null) return null
  if (lists.includes(template)) return { kind: 'array', items: first }
  if (sets.includes(template)) return { kind: 'set', items: first }
  if (template === 'optional') return { kind: 'oneOf', options: [first, { kind: 'null' }] }
  if (maps.includes(template)) return second === undefined || second === null ? null : { kind: first.kind === 'string' ? 'record' : 'map', keys: first, values: second }
  const complete = generators.filter((each) => each !== null)
  return ['pair', 'tuple'].includes(template) && complete.length === generators.length ? { kind: 'tuple', items: complete } : null
}

function ofFunction(list: string, names: CppNames): Generator | null {
  const match = /^(.*?)\((.*)\)$/s.exec(list)
  const returns = match === null ? null : generatorOfCppType(match[1] ?? '', names)
  if (match === null || returns === null) return null
  const inside = match[2] ?? ''
  return { kind: 'function', returns, arity: Math.min(8, inside === '' ? 0 : splitAtCommas(inside).length) }
}

/** Decides how every parameter is passed; a text says which one cannot be. */
export function passParameters(parameters: readonly CppParameter[]): readonly PassedParameter[] | string {
  const passed: PassedParameter[] = []
  for (let at = 0; at < parameters.length; at++) {
    const { type } = parameters[at] ?? { type: '' }
    const run = pointersBefore(parameters, at)
    if (run > 0) {
      for (let offset = 0; offset < run; offset++) passed.push({ ...pass(parameters, at + offset), passing: 'buffer', holder: bufferOf(parameters[at + offset]?.type ?? ''), lengthAt: at + run })
      at += run
      continue
    }
    if (/\b(?:FILE|\w*stream)\b/.test(type)) return `\`${type}\` cannot be passed: the kit opens no streams`
    if (/\*.*\*|\*&/.test(type) || /^(?:const )?void\*$/.test(type)) return `\`${type}\` cannot be passed: nothing tells what stands behind it`
    if (isList(parameters, at)) return `nothing tells how many elements stand behind \`${type} ${parameters[at]?.name ?? ''}\`: a length that follows it would`
    passed.push(pass(parameters, at))
  }
  return passed
}

/** A pointer to plain values that is probably a list: one that is only read, or that stands beside whole numbers of another meaning (rows, columns). */
function isList(parameters: readonly CppParameter[], at: number): boolean {
  const type = parameters[at]?.type ?? ''
  const element = type.replace(/\*$/, '').replace(/^const /, '').trim()
  if (!type.endsWith('*') || /^(?:const )?char\*$/.test(type) || !(isInteger(element) || floatTypes.includes(element))) return false
  return type.startsWith('const ') || parameters.slice(at + 1).some((other) => isInteger(plainType(other.type)) && !/[&*]/.test(other.type))
}

/** How many pointers in a row share the length that follows them; 0 where no length follows. */
function pointersBefore(parameters: readonly CppParameter[], at: number): number {
  let count = 0
  while (/^[^*]*\*$/.test(parameters[at + count]?.type ?? '')) count++
  const length = parameters[at + count]
  return count > 0 && length !== undefined && isInteger(plainType(length.type)) && lengthName.test(length.name) ? count : 0
}

/** Plain bytes where the pointer says nothing about its elements. */
function bufferOf(type: string): string {
  const element = type.replace(/\*$/, '').replace(/^const /, '').trim()
  return element === 'void' ? 'unsigned char' : element
}

function pass(parameters: readonly CppParameter[], at: number): PassedParameter {
  const { type, name } = parameters[at] ?? { type: '', name: '' }
  const plain = plainType(type)
  const common = { name: name === '' ? `a${at}` : name, at, lengthAt: null }
  if (/^(?:const )?char\*$/.test(type)) return { ...common, passing: 'c-string', holder: 'ratchet::CString' }
  if (type.endsWith('*')) return { ...common, passing: 'pointer', holder: bufferOf(type) }
  if (withoutStd(plain) === 'string_view') return { ...common, passing: 'view', holder: 'ratchet::Text' }
  const span = /^(?:std::)?span<(.*)>$/.exec(plain)
  if (span !== null) return { ...common, passing: 'span', holder: (span[1] ?? '').replace(/^const /, '') }
  return { ...common, passing: type.endsWith('&&') || isOwner(plain) ? 'move' : 'value', holder: plain }
}

function isOwner(plain: string): boolean {
  return /^(?:std::)?unique_ptr</.test(plain)
}
