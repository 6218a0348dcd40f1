import type { Spec } from '../../spec.ts'
import { parseSignature, type CppSignature } from './cpp-signature.ts'
import { passParameters, plainType, type PassedParameter } from './cpp-type.ts'

export interface DriverSource {
  /** Text of the driver's main file. */
  readonly text: string
  readonly signature: CppSignature
}

/** What cannot be driven, in words. */
export interface Undrivable {
  readonly reason: string
}

/** How the compiler finds the module, and what it is. */
export interface DrivenModule {
  readonly path: string
  /** `c`: compiled by itself and only declared here. `c-header`: declares what C sources define. */
  readonly kind: 'c++' | 'c' | 'c-header'
  readonly headers: readonly string[]
}

/** Writes the main file of a driver: it includes the module itself and makes one call per case. */
export function driverSource(spec: Spec, module: DrivenModule): DriverSource | Undrivable {
  const declared = spec.native?.signature
  const signature = declared === undefined ? null : parseSignature(declared)
  if (signature === null) return { reason: declared === undefined ? 'native.signature is missing' : `native.signature is no declaration: ${declared}` }
  const passed = passParameters(signature.parameters)
  if (typeof passed === 'string') return { reason: passed }
  const symbol = spec.native?.symbol ?? signature.name
  const lines = [
    '#include "ratchet_oracle.hpp"',
    ...module.headers.map((header) => `#include ${quoted(header)}`),
    ...moduleLines(module, signature),
    ...signature.structs.map((struct) => {
      const each = (macro: string): string => struct.fields.map((field) => `${macro}(${field.name})`).join(' ')
      return `RATCHET_STRUCT(${struct.name}, ${each('RATCHET_READ')}, ${each('RATCHET_WRITE')})`
    }),
    'static void target(ratchet::Call& call) {',
    ...namespacesOf(symbol, spec.construct !== undefined && !signature.isStatic).map((name) => `  using namespace ${name};`),
    `  call.expect(${passed.length});`,
    ...passed.map((parameter, index) => `  auto a${index} = call.argument<${holderOf(parameter)}>(${index});`),
    ...(passed.some((parameter) => parameter.lengthAt !== null) ? lengths(passed) : []),
    ...object(spec, signature, symbol),
    `  call.run([&]() -> decltype(auto) { return ${callee(spec, signature, symbol)}(${argumentsOf(signature, passed)}); }${passed.map((_, index) => `, a${index}`).join('')});`,
    '}',
    'int main() { return ratchet::serve(target); }',
    '',
  ]
  return { text: lines.join('\n'), signature }
}

function moduleLines(module: DrivenModule, signature: CppSignature): readonly string[] {
  switch (module.kind) {
    case 'c':
      return [`extern "C" { ${declarationOf(signature)}; }`]
    case 'c-header':
      // Headers of the library that C++ wraps come first: their templates cannot stand within `extern "C"`.
      return ['#include <cmath>', '#include <cstdlib>', '#include <cstring>', '#include <cstdio>', '#include <math.h>', '#include <stdlib.h>', '#define restrict __restrict', 'extern "C" {', `#include ${quoted(module.path)}`, '}', '#undef restrict']
    case 'c++':
      return ['#define main ratchet_module_main', `#include ${quoted(module.path)}`, '#undef main']
  }
}

/** A name in quotes; a path that could end the line early is refused by the caller. */
const quoted = (file: string): string => `"${file}"`

function declarationOf(signature: CppSignature): string {
  return `${signature.result} ${signature.name}(${signature.parameters.map((parameter) => parameter.type).join(', ')})`
}

function namespacesOf(symbol: string, isMethod: boolean): readonly string[] {
  const path = symbol.replace(/<.*$/s, '').split('::')
  const depth = path.length - (isMethod ? 2 : 1)
  return depth > 0 ? [path.slice(0, depth).join('::')] : []
}

function holderOf({ passing, holder }: PassedParameter): string {
  return passing === 'buffer' || passing === 'span' ? `ratchet::Buffer<${holder}>` : holder
}

function lengths(passed: readonly PassedParameter[]): readonly string[] {
  const groups = Map.groupBy(passed.entries(), ([, parameter]) => parameter.lengthAt)
  return [...groups].flatMap(([at, members]) =>
    at === null ? [] : [`  const std::size_t n${at} = std::min<std::size_t>({${members.map(([index]) => `a${index}.size()`).join(', ')}});`],
  )
}

function argumentsOf(signature: CppSignature, passed: readonly PassedParameter[]): string {
  const places: string[] = []
  for (const [index, { passing, at, lengthAt, holder }] of passed.entries()) {
    const type = signature.parameters[at]?.type ?? ''
    places[at] = expression(`a${index}`, passing, { type, holder })
    if (lengthAt !== null) places[lengthAt] = `static_cast<${plainType(signature.parameters[lengthAt]?.type ?? 'std::size_t')}>(n${lengthAt})`
  }
  return places.join(', ')
}

function expression(name: string, passing: PassedParameter['passing'], { type, holder }: { readonly type: string; readonly holder: string }): string {
  switch (passing) {
    case 'buffer':
    case 'c-string':
      return `${name}.data()`
    case 'view':
      return `${name}.view()`
    case 'span':
      return `${plainType(type)}(${name}.data(), ${name}.size())`
    case 'pointer':
      return `&${name}`
    case 'move':
      return `${holder}(${name})`
    case 'value':
      return name
    default:
      return passing satisfies never
  }
}

/** A method of an instance is called on an object that is made for the case. */
function object(spec: Spec, signature: CppSignature, symbol: string): readonly string[] {
  if (spec.construct === undefined || signature.isStatic) return []
  const types = spec.construct.map((parameter) => constructorType(parameter.generator.kind))
  const values = types.map((type, index) => `call.construct<${type}>(${index})`)
  return [`  ${symbol.split('::').slice(0, -1).join('::')} object${values.length > 0 ? `{${values.join(', ')}}` : ''};`]
}

/** A constructor's types stand in no signature of ours: its generators say enough for plain values. */
function constructorType(kind: string): string {
  return kind === 'integer' ? 'int' : kind === 'number' ? 'double' : kind === 'boolean' ? 'bool' : 'std::string'
}

function callee(spec: Spec, signature: CppSignature, symbol: string): string {
  return spec.construct === undefined || signature.isStatic ? symbol : `object.${symbol.split('::').at(-1) ?? symbol}`
}
