import { mapInside } from '../../generator-tree.ts'
import type { Generator } from '../../spec.ts'
import { isTag, type TaggedJson } from '../../tagged.ts'
import type { InferRequest, InferredSignature } from '../language.ts'
import { enriched, isIterated } from './enrich-generator.ts'
import { descendants, parseSource, type SyntaxNode } from './parse-source.ts'
import { callsOf } from './python-calls.ts'
import { comparedLiterals, numbersIn } from './python-comparisons.ts'
import { readDocstring, type Documentation } from './python-docstring.ts'
import { findPythonFunction, typeNamesOf, type PythonFunction, type PythonParameter } from './python-function.ts'
import { pythonLiteral } from './python-literal.ts'
import { generatorOfAnnotation, generatorOfDocumentation, oneOf, type TypeNames } from './python-type.ts'
import { generatorOfUsage } from './python-usage.ts'

const examplesKept = 40
const piecesKept = 20

/**
 * Infers inputs of a Python function: annotations first, then its docstring, calls in tests and doctests, defaults, and how its body
 * uses a parameter. Parameters that must be given by name stand among the others: the driver sees which they are.
 */
export function inferPython(request: InferRequest): InferredSignature | null {
  const root = parseSource('python', request.source)
  const found = findPythonFunction(root, request.function)
  if (found === null) return null
  const documentation = readDocstring(found.docstring)
  const examples = examplesOf(request, found, documentation)
  const context: Context = { found, names: typeNamesOf(root), documentation, examples, pieces: piecesOf(found.node, examples), numbers: numbersIn(found.node) }
  const named = found.parameters.filter(isGiven)
  const rest = found.parameters.find((parameter) => parameter.kind === 'rest')
  return {
    parameters: named.map((parameter, index) => ({ name: parameter.name, generator: generatorOf(parameter, index, context) })),
    ...(rest !== undefined && { rest: generatorOf(rest, -1, context) }),
    ...(found.construct !== null && {
      construct: found.construct.filter(isGiven).map((parameter) => ({ name: parameter.name, generator: generatorOf(parameter, -1, context) })),
    }),
    examples,
  }
}

/** After `*args` nothing can follow by place, so such a parameter keeps its default. */
function isGiven({ kind }: PythonParameter): boolean {
  return kind === 'positional' || kind === 'keyword'
}

interface Context {
  readonly found: PythonFunction
  readonly names: TypeNames
  readonly documentation: Documentation
  readonly examples: readonly (readonly TaggedJson[])[]
  readonly pieces: readonly string[]
  readonly numbers: readonly number[]
}

function generatorOf(parameter: PythonParameter, index: number, context: Context): Generator {
  const annotated = parameter.annotation === null ? null : generatorOfAnnotation(parameter.annotation, context.names)
  const documented = context.documentation.types.get(parameter.name)
  const seen = context.examples.map((example) => example[index]).filter((value) => value !== undefined).map(generatorOfValue)
  const fallback = parameter.fallback === null ? null : pythonLiteral(parameter.fallback)
  const defaulted = fallback === null || fallback.value === null ? null : generatorOfValue(fallback.value)
  const body = context.found.node.field('body') ?? context.found.node
  const known =
    annotated ??
    (documented === undefined ? null : generatorOfDocumentation(documented, context.names)) ??
    (seen.length > 0 ? merged([...seen, ...(defaulted === null ? [] : [defaulted])]) : null) ??
    defaulted ??
    generatorOfUsage(body, parameter.name)
  const isNullable = parameter.fallback?.kind() === 'none'
  const complete = known === null ? { kind: 'any' as const } : isNullable && annotated !== null ? withoutNull(known) : known
  const pieced = withPieces(widened(complete, seen), context.pieces)
  const constants = comparedLiterals(body, parameter.name).filter((value) => !(isNullable && value === null))
  const full = enriched(pieced, { constants, numbers: context.numbers, isIterated: annotated === null && isIterated(body, parameter.name), isOption: parameter.fallback !== null })
  if (parameter.fallback === null) return full
  return { kind: 'defaulted', of: full, ...(fallback !== null && { value: fallback.value }) }
}

/** `None` by default is what most calls mean by leaving it out: it is drawn as the default, not as one type among others. */
function withoutNull(generator: Generator): Generator {
  if (generator.kind !== 'oneOf') return generator
  return oneOf(generator.options.filter(({ kind }) => kind !== 'null')) ?? generator
}

/** The generator that a value could come from. */
function generatorOfValue(value: TaggedJson): Generator {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean' }
  if (typeof value === 'number') return { kind: Number.isInteger(value) ? 'integer' : 'number' }
  if (typeof value === 'string') return { kind: 'string' }
  if (Array.isArray(value)) return { kind: 'array', items: merged(value.map(generatorOfValue)) }
  if (!isTag(value)) return ofEntries(Object.entries(value))
  const content = Array.isArray(value.v) ? value.v : []
  switch (value.$) {
    case 'tuple':
      return { kind: 'tuple', items: content.map(generatorOfValue) }
    case 'set':
      return { kind: 'set', items: merged(content.map(generatorOfValue)) }
    case 'map':
      return { kind: 'map', keys: merged(content.map((pair) => generatorOfValue(pair[0]))), values: merged(content.map((pair) => generatorOfValue(pair[1]))) }
    case 'bytes':
      return { kind: 'bytes' }
    case 'fn':
      return { kind: 'function', returns: { kind: 'any' }, arity: 1 }
    case 'python':
      return ofNamed(String(value.v))
    case 'iterator':
      return { kind: 'iterator', items: merged(content.map(generatorOfValue)) }
    case 'bigint':
      return { kind: 'integer' }
    case 'nan':
    case '-0':
    case 'inf':
    case '-inf':
      return { kind: 'number' }
    default:
      return { kind: 'any' }
  }
}

/** A value that an example names: a class or function of the language where a function goes, a range where a list goes. */
function ofNamed(name: string): Generator {
  if (/^(?:type|function|method):/.test(name)) return { kind: 'function', returns: { kind: 'any' }, arity: 1 }
  if (/^(?:decimal|fraction):/.test(name)) return { kind: 'number' }
  return name.startsWith('range:') ? { kind: 'array', items: { kind: 'integer' } } : { kind: 'any' }
}

/** Few keys look like the fields of one shape, whose values differ in type; the rest is a record. */
function ofEntries(entries: readonly (readonly [string, TaggedJson])[]): Generator {
  const values = merged(entries.map(([, value]) => generatorOfValue(value)))
  if (values.kind !== 'oneOf') return { kind: 'record', keys: { kind: 'string', pieces: entries.map(([key]) => key).slice(0, piecesKept) }, values }
  return { kind: 'object', properties: Object.fromEntries(entries.map(([key, value]) => [key, generatorOfValue(value)])) }
}

/** Several generators seen in one place: an integer beside a number is a number, lists join their items. */
function merged(generators: readonly Generator[]): Generator {
  const options = generators.flatMap((each): readonly Generator[] => (each.kind === 'oneOf' ? each.options : [each]))
  const hasNumber = options.some((each) => each.kind === 'number')
  const arrays = options.filter((each) => each.kind === 'array')
  const records = options.filter((each) => each.kind === 'record')
  const others = options.filter((each) => each.kind !== 'array' && each.kind !== 'record' && !(hasNumber && each.kind === 'integer'))
  const filled = arrays.filter((each) => each.items.kind !== 'any')
  const joined: Generator[] = [...others]
  if (arrays.length > 0) joined.push({ kind: 'array', items: merged((filled.length > 0 ? filled : arrays).map((each) => each.items)) })
  if (records.length > 0) joined.push({ kind: 'record', keys: merged(records.map((each) => each.keys)), values: merged(records.map((each) => each.values)) })
  return oneOf(joined) ?? { kind: 'any' }
}

/** A call in a test shows a kind that the declaration does not mention (`None` for a text, a float for an int). */
function widened(generator: Generator, seen: readonly Generator[]): Generator {
  if (generator.kind === 'any') return generator
  const kinds = new Set(generator.kind === 'oneOf' ? generator.options.map((option) => option.kind) : [generator.kind])
  const same: Readonly<Record<string, readonly string[]>> = {
    integer: ['integer', 'number'], boolean: ['integer', 'number'], array: ['tuple', 'set'], tuple: ['array'], object: ['record', 'map'], record: ['object', 'map'], map: ['record', 'object'],
  }
  const added = seen.filter((each) => each.kind !== 'any' && !kinds.has(each.kind) && !(same[each.kind] ?? []).some((kind) => kinds.has(kind as Generator['kind'])))
  const literals = kinds.has('constant') ? [] : added
  return literals.length === 0 ? generator : (oneOf([generator, ...literals]) ?? generator)
}

/**
 * Texts of example calls and their words, and texts of the function's own source: separators and keywords have to occur in what is
 * drawn, or nothing but refusals is seen. Messages of errors are no input.
 */
function piecesOf(node: SyntaxNode, examples: readonly (readonly TaggedJson[])[]): readonly string[] {
  const whole = examples.flat().flatMap(textsIn)
  const words = whole.flatMap((text) => text.match(/[\p{L}]+|\d+(?:\.\d+)?|\s+|[^\p{L}\d\s]/gu) ?? [])
  const body = node.field('body') ?? node
  const messages = new Set(descendants(body, ['raise_statement']).flatMap((each) => descendants(each, ['string']).map((literal) => literal.range().start.index)))
  const texts = descendants(body, ['string']).flatMap((literal) => {
    const value = messages.has(literal.range().start.index) ? null : pythonLiteral(literal)?.value
    return typeof value === 'string' ? [value] : []
  })
  return [...new Set([...whole.slice(0, piecesKept / 2), ...words, ...texts])].filter((text) => text.length > 0 && text.length <= 24).slice(0, piecesKept)
}

function textsIn(value: TaggedJson): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  // Keys are texts of the input too: they are looked up. The words of a tag are ours.
  if (isTag(value)) return Array.isArray(value.v) ? value.v.flatMap(textsIn) : []
  return Array.isArray(value) ? value.flatMap(textsIn) : Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)])
}

function withPieces(generator: Generator, pieces: readonly string[]): Generator {
  if (pieces.length === 0) return generator
  if (generator.kind !== 'string') return mapInside(generator, (of) => withPieces(of, pieces))
  return { ...generator, pieces: [...new Set([...(generator.pieces ?? []), ...pieces])].slice(0, piecesKept) }
}

const isCalled = (generator: Generator | null): boolean => generator?.kind === 'function' || (generator?.kind === 'oneOf' && generator.options.some(isCalled))

function examplesOf(request: InferRequest, found: PythonFunction, documentation: Documentation): readonly (readonly TaggedJson[])[] {
  const name = request.function.split('.').at(-1) ?? request.function
  const positional = found.parameters.filter(isGiven).map((parameter) => parameter.name)
  const body = found.node.field('body') ?? found.node
  const functions = new Set(found.parameters.flatMap(({ name: each, annotation }) => (/\bCallable\b/.test(annotation ?? '') || isCalled(generatorOfUsage(body, each)) ? [each] : [])))
  const sources = [...documentation.examples, ...request.tests.map((test) => test.text)]
  const all = sources.flatMap((source) => callsOf(source, name, positional, functions))
  return [...new Map(all.map((args) => [JSON.stringify(args), args])).values()].slice(0, examplesKept)
}
