import { generatorOfValues, optionsOfValues, piecesOf } from '../../../inferring/generator-of-values.ts'
import type { Generator, SpecParameter } from '../../../spec.ts'
import { isTag, type TaggedJson } from '../../../tagged.ts'
import type { InferRequest, InferredSignature } from '../../language.ts'
import { findExported } from './find-exported.ts'
import { constructorOf, type FoundFunction } from './find-function.ts'
import { addLiterals, numberLiterals, sizesAround, type Literals } from './known-literals.ts'
import { literalOf } from './literal-of.ts'
import { kindOf, parts, type SyntaxNode } from './parse-module.ts'
import { localNames, patternPieces, propertyNames, readTestFile, resultCalls, testCalls, textLiterals } from './test-calls.ts'
import { declarationsOf, docTypeGenerator, oneOf, typeGenerator, type Declarations } from './type-generator.ts'
import { usageGenerator } from './usage-generator.ts'

type Examples = readonly (readonly TaggedJson[])[]

/** What a JavaScript or TypeScript module and its tests say about the arguments of one of its functions. */
export async function inferJavascript(request: InferRequest): Promise<InferredSignature | null> {
  const exported = findExported(request)
  if (exported === null) return null
  const { root, found } = exported
  const tests = request.tests.map(({ path, text }) => ({ file: readTestFile(path, text), names: namesIn(text, request, found) }))
  const called = uniqueExamples(tests.flatMap(({ file, names }) => resultCalls(file, names)))
  const written = tests.flatMap(({ file, names }) => testCalls(file, names))
  const examples = uniqueExamples([...written, ...(request.recorded ?? [])])
  const declared = declarationsOf(root)
  const literals: Literals = {
    pieces: piecesOf([...textLiterals(found.node), ...patternPieces(root), ...propertyNames(root), ...textLiterals(root)]),
    numbers: [...new Set([...numberLiterals(found.node), ...numberLiterals(root)])].slice(0, 24),
  }
  const { parameters, rest } = parametersOf(found, { declared, examples, literals, source: exported.source })
  const maker = found.owner === null ? null : constructorOf(found.owner)
  const construct = found.owner === null ? {} : { construct: maker === null ? [] : parametersOf(maker, { declared, examples: [], literals, source: exported.source }).parameters }
  return { parameters, ...(rest === null ? {} : { rest }), ...construct, examples, sizes: sizesAround(literals.numbers), follow: followOf(called, literals) }
}

/** Names by which a text may call the function: as it is exported, as a default export is imported, and by the name of its file. */
function namesIn(text: string, request: InferRequest, found: FoundFunction): readonly string[] {
  const own = found.node.field('name')?.text()
  const exported = request.function.split('.').at(-1) ?? request.function
  const stem = (request.module.split('/').at(-1) ?? '').replace(/\.[cm]?[jt]sx?$/, '')
  // What a file exports alone is hung by its name on the object that the package exports.
  const byFile = /^[A-Za-z_$][\w$]*$/.test(stem) && stem !== 'index' ? [stem] : []
  const byDefault =
    request.function === 'default'
      ? [...localNames(text, request.module), ...byFile]
      : [exported, ...localNames(text, request.module).filter(() => found.node.field('name')?.text() === exported)]
  return [...new Set([...byDefault, ...(own === undefined ? [] : [own])])]
}

const numbers: Generator = { kind: 'array', items: { kind: 'number' } }

/** What a returned function gets: nobody has written down its types, so lists of numbers, texts, objects and functions are tried besides what tests give it. */
function followOf(called: Examples, literals: Literals): NonNullable<InferredSignature['follow']> {
  const mapping: Generator = { kind: 'function', arity: 1, returns: { kind: 'oneOf', options: [{ kind: 'integer' }, { kind: 'string', maxLength: 6 }] } }
  const pool: Generator = {
    kind: 'oneOf',
    options: [numbers, { kind: 'array', items: { kind: 'integer', min: -20, max: 100 } }, { kind: 'array', items: { kind: 'string', maxLength: 8 } }, { kind: 'number' }, { kind: 'integer', min: 0, max: 20 }, { kind: 'string', alphabet: 'unicode' }, mapping, { kind: 'any' }],
  }
  const at = (index: number): Generator => {
    const seen = called.flatMap((args) => args.slice(index, index + 1))
    return addLiterals(seen.length === 0 ? pool : { kind: 'oneOf', options: [generatorOfValues(seen), generatorOfValues(seen), pool] }, literals, seen)
  }
  return { parameters: [at(0), at(1)], examples: called.filter((args) => JSON.stringify(args).length <= 2000).slice(0, 40) }
}

interface Context {
  readonly declared: Declarations
  readonly examples: Examples
  readonly literals: Literals
  /** The text of the module that the function is written in. */
  readonly source: string
}

interface Written {
  readonly name: string
  readonly isRest: boolean
  readonly isOptional: boolean
  readonly type: SyntaxNode | null
  readonly initial: SyntaxNode | null
  readonly pattern: SyntaxNode | null
}

function parametersOf(found: FoundFunction, context: Context): { readonly parameters: readonly SpecParameter[]; readonly rest: Generator | null } {
  const list = found.node.field('parameters') ?? found.node.field('parameter')
  const nodes = list === null ? [] : kindOf(list) === 'formal_parameters' ? parts(list) : [list]
  const written = nodes.map(writtenParameter).filter(({ name }) => name !== 'this')
  const documented = docTypes(found.comment)
  const body = found.node.field('body')?.text() ?? ''
  const generators = written.map((parameter, index) => {
    const seen = context.examples.flatMap((args) => (parameter.isRest ? args.slice(index) : args.slice(index, index + 1)))
    const evidence = { ...context, seen, documented: documented.get(parameter.name), body }
    return { parameter, generator: parameter.isRest ? restGenerator(parameter, evidence) : generatorFor(parameter, evidence) }
  })
  const rest = generators.find(({ parameter }) => parameter.isRest)
  const parameters = generators.filter(({ parameter }) => !parameter.isRest).map(({ parameter, generator }) => ({ name: parameter.name, generator }))
  return { parameters: rest === undefined ? [...parameters, ...hidden(parameters.length, context.examples)] : parameters, rest: rest?.generator ?? null }
}

/** Calls with more arguments than are declared: the function may read `arguments`. */
function hidden(declared: number, examples: Examples): readonly SpecParameter[] {
  const most = Math.min(8, Math.max(0, ...examples.map((args) => args.length)))
  return Array.from({ length: Math.max(0, most - declared) }, (_, index) => {
    const seen = examples.map((args) => args[declared + index]).filter((value) => value !== undefined)
    return { name: `argument${declared + index}`, generator: oneOf([generatorOfValues(seen), { kind: 'undefined' }]) }
  })
}

function writtenParameter(node: SyntaxNode, index: number): Written {
  const kind = kindOf(node)
  const isTyped = kind === 'required_parameter' || kind === 'optional_parameter'
  const target = isTyped ? (node.field('pattern') ?? node) : kind === 'assignment_pattern' ? (node.field('left') ?? node) : node
  const initial = isTyped ? node.field('value') : kind === 'assignment_pattern' ? node.field('right') : null
  const isRest = kindOf(target) === 'rest_pattern'
  const plain = isRest ? (parts(target)[0] ?? target) : target
  const isPattern = kindOf(plain).endsWith('_pattern')
  return {
    name: isPattern ? `argument${index}` : plain.text(),
    isRest,
    isOptional: kind === 'optional_parameter' || initial !== null,
    type: isTyped ? node.field('type') : null,
    initial,
    pattern: isPattern ? plain : null,
  }
}

interface Evidence extends Context {
  readonly seen: readonly TaggedJson[]
  readonly documented: string | undefined
  readonly body: string
}

function generatorFor(parameter: Written, evidence: Evidence): Generator {
  const base = baseGenerator(parameter, evidence)
  const withPieces = addLiterals(base, evidence.literals, evidence.seen)
  const isOptional = parameter.isOptional || evidence.documented?.endsWith('=') === true
  return isOptional ? oneOf([withPieces, { kind: 'undefined' }]) : withPieces
}

/** One value of a rest parameter: its type is that of the list, its comment that of an item. */
function restGenerator(parameter: Written, { declared, documented, seen, literals }: Evidence): Generator {
  const list = parameter.type === null ? null : typeGenerator(parameter.type, declared)
  const written = list?.kind === 'array' && list.items.kind !== 'any' ? list.items : documented === undefined ? null : docTypeGenerator(documented, declared)
  if (written !== null && written.kind !== 'any') return addLiterals(narrowed(written, seen), literals, seen)
  return addLiterals(seen.length === 0 ? { kind: 'any' } : widened(generatorOfValues(seen), null), literals, seen)
}

/** Written types count most, then comments, then values seen in tests, then the default value, then the way it is used. */
function baseGenerator(parameter: Written, { declared, documented, seen, body, source }: Evidence): Generator {
  const typed = parameter.type === null ? null : typeGenerator(parameter.type, declared)
  if (typed !== null && typed.kind !== 'any') return narrowed(typed, seen)
  const doc = documented === undefined ? null : docTypeGenerator(documented, declared)
  if (doc !== null && doc.kind !== 'any') return narrowed(doc, seen)
  const used = parameter.pattern === null ? usageGenerator(parameter.name, body) : patternGenerator(parameter.pattern)
  if (seen.length > 0) return widened(asOptions(generatorOfValues(seen), seen, source), used)
  const initial = parameter.initial === null ? null : literalOf(parameter.initial)
  if (initial !== null && used === null) return generatorOfValues([initial.value])
  return used ?? { kind: 'any' }
}

/** Keys that the source reads by name are options, however many there are; others are data. */
function asOptions(generator: Generator, seen: readonly TaggedJson[], source: string): Generator {
  if (generator.kind === 'oneOf') return { ...generator, options: generator.options.map((option) => asOptions(option, seen, source)) }
  if (generator.kind !== 'record') return generator
  const objects = seen.filter((value): value is Readonly<Record<string, TaggedJson>> => typeof value === 'object' && value !== null && !Array.isArray(value) && !isTag(value))
  const names = [...new Set(objects.flatMap((value) => Object.keys(value)))]
  const read = names.filter((name) => /^[\w$]+$/.test(name) && new RegExp(`\\.${name.replaceAll('$', '\\$')}(?![\\w$])`).test(source))
  return read.length * 3 >= names.length * 2 ? optionsOfValues(objects) : generator
}

/** A number that is only ever a count in tests is one most of the time. */
function counting(generator: Generator, seen: readonly TaggedJson[]): Generator {
  const numbers = seen.filter((value) => typeof value === 'number')
  const isCount = numbers.length > 0 && numbers.every((value) => Number.isInteger(value) && value >= 0)
  return isCount ? { kind: 'oneOf', options: [{ kind: 'integer', min: 0, max: Math.max(12, 2 * Math.max(...numbers)) }, generator] } : generator
}

/** `any[]` and the like take their items from what was seen. */
function narrowed(generator: Generator, seen: readonly TaggedJson[]): Generator {
  if (generator.kind === 'number') return counting(generator, seen)
  if (generator.kind === 'oneOf') return { ...generator, options: generator.options.map((option) => narrowed(option, seen)) }
  if (generator.kind !== 'array' || generator.items.kind !== 'any') return generator
  const observed = generatorOfValues(seen.filter((value) => Array.isArray(value)))
  return observed.kind === 'array' ? { ...generator, items: oneOfWidened(observed.items) } : generator
}

const oneOfWidened = (items: Generator): Generator => ({ kind: 'oneOf', options: [...(items.kind === 'oneOf' ? items.options : [items]), { kind: 'any' }] })

/** Nothing but a few examples is known: the way of use is tried too, where it is of another kind. */
function widened(observed: Generator, used: Generator | null): Generator {
  if (observed.kind === 'array') return { ...observed, items: oneOfWidened(observed.items) }
  if (used === null || used.kind === observed.kind || (observed.kind === 'integer' && used.kind === 'number')) return used?.kind === 'number' ? used : observed
  if (observed.kind === 'oneOf' && observed.options.some(({ kind }) => kind === used.kind)) return observed
  return oneOf([observed, observed.kind === 'any' ? { kind: 'integer' } : used])
}

function patternGenerator(pattern: SyntaxNode): Generator | null {
  if (kindOf(pattern) !== 'object_pattern') return null
  const names = parts(pattern).flatMap((part) => {
    const kind = kindOf(part)
    if (kind === 'shorthand_property_identifier_pattern') return [part.text()]
    if (kind === 'object_assignment_pattern') return [part.field('left')?.text() ?? '']
    return kind === 'pair_pattern' ? [part.field('key')?.text() ?? ''] : []
  })
  const known = new Map(parts(pattern).flatMap((part) => {
    const value = kindOf(part) === 'object_assignment_pattern' ? part.field('right') : null
    const literal = value === null ? null : literalOf(value)
    return literal === null ? [] : [[part.field('left')?.text() ?? '', generatorOfValues([literal.value])] as const]
  }))
  return { kind: 'object', properties: Object.fromEntries(names.map((name) => [name, known.get(name) ?? { kind: 'any' }])), optional: names }
}

/** Types of `@param {type} name`; an optional one (`[name]`, `type=`) ends with `=`. */
function docTypes(comment: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const match of comment.matchAll(/@(?:param|arg|argument)\s+\{((?:[^{}]|\{[^{}]*\})*)\}\s+(\[)?([A-Za-z_$][\w$]*)/g)) {
    const [, type = '', bracket, name = ''] = match
    found.set(name, bracket === undefined || type.endsWith('=') ? type : `${type}=`)
  }
  return found
}

const uniqueExamples = (examples: Examples): Examples => [...new Map(examples.map((args) => [JSON.stringify(args), args])).values()]
