import type { Generator } from '../../spec.ts'
import type { TaggedJson } from '../../tagged.ts'
import type { InferRequest, InferredSignature } from '../language.ts'
import { descendants, parseSource } from '../python/parse-source.ts'
import { cppModuleOf, type CppFunction, type CppModule } from './cpp-declarations.ts'
import { cppCallsOf, literalOf } from './cpp-literal.ts'
import { parseSignature, printSignature, type CppSignature, type CppStruct } from './cpp-signature.ts'
import { generatorOfCppType, isShown, passParameters, type PassedParameter } from './cpp-type.ts'
import type { Undrivable } from './driver-source.ts'

const examplesKept = 40
const piecesKept = 20

/** Infers inputs of a C or C++ function from its declaration; a reason where it has none that a driver could call. `included`: texts of headers whose types it may use. */
export function inferCpp(request: InferRequest, included: readonly string[] = []): InferredSignature | Undrivable {
  const module = withTypes(cppModuleOf(parseSource('cpp', plainDeclarations(request.source))), included)
  let reason: string | null = null
  for (const candidate of candidatesFor(module, request.function)) {
    const inferred = inferFunction(candidate, module, request)
    if (!('reason' in inferred)) return inferred
    reason ??= inferred.reason
  }
  return { reason: reason ?? `the file declares no function of this name` }
}

/** Macros that only decorate a declaration hide its type from the grammar. */
const decorations = /(?<!^[ \t]*#.*)\b[A-Z][A-Z0-9_]*_?(?:API|EXPORTS?|PUBLIC|INLINE|DECL|NODISCARD|NOEXCEPT|CONSTEXPR|EXTERN|DEF|CALL|DLL)\b(?=\s+[A-Za-z_])/gm
const plainDeclarations = (source: string): string => source.replaceAll(decorations, (word) => ' '.repeat(word.length))

/** The module with structures, aliases and enumerations of what it includes; its own win. */
function withTypes(module: CppModule, included: readonly string[]): CppModule {
  const others = included.map((text) => cppModuleOf(parseSource('cpp', plainDeclarations(text))))
  const merged = <T>(of: (each: CppModule) => ReadonlyMap<string, T>): ReadonlyMap<string, T> => new Map([...others.toReversed(), module].flatMap((each) => [...of(each)]))
  return { functions: module.functions, structs: merged((each) => each.structs), aliases: merged((each) => each.aliases), enums: merged((each) => each.enums), constructors: merged((each) => each.constructors) }
}

/** Functions of the given name: `f` also finds `ns::f`, and `Class.method` is `Class::method`. */
function candidatesFor(module: CppModule, wanted: string): readonly CppFunction[] {
  const name = wanted.replaceAll('.', '::').replace(/<.*>$/, '')
  const exact = module.functions.filter((each) => each.name === name)
  return exact.length > 0 ? exact : module.functions.filter((each) => each.name.endsWith(`::${name}`))
}

function inferFunction(found: CppFunction, module: CppModule, request: InferRequest): InferredSignature | Undrivable {
  if (found.template === null) return { reason: 'it is a template over values or packs; the kit fills in types only' }
  const parsed = parseSignature(found.text)
  if (parsed === null) return { reason: `its declaration cannot be read: ${found.text.slice(0, 100)}` }
  const signature = resolved(parsed, found, module)
  const passed = passParameters(signature.parameters)
  if (typeof passed === 'string') return { reason: passed }
  const pieces = piecesOf(found)
  const parameters: InferredSignature['parameters'][number][] = []
  for (const parameter of passed) {
    const generator = generatorOfPassed(parameter, module, pieces)
    if (generator === null) return { reason: `\`${parameter.name}\` is a \`${signature.parameters[parameter.at]?.type ?? parameter.holder}\`, of which the kit makes no values: it makes numbers, texts, enumerations, structures with public fields, standard containers of these, and pointers followed by their length` }
    parameters.push({ name: parameter.name, generator })
  }
  const construct = found.owner === null || found.isStatic ? [] : constructOf(found.owner, module)
  if (construct === null) return { reason: `no constructor of ${found.owner} takes only numbers, truth values and texts` }
  const reason = unseen(signature, module)
  if (reason !== null) return { reason }
  return {
    parameters,
    ...(found.owner !== null && !found.isStatic && { construct }),
    examples: examplesOf(request, signature, passed),
    native: { signature: printSignature(signature) },
  }
}

/** Why nobody could see what a call did; null where it shows. */
function unseen({ result, parameters }: CppSignature, module: CppModule): string | null {
  // A void function that changes nothing it was given shows nothing that could be compared.
  const isSilent = result === 'void' && !parameters.some(({ type }) => /[&*]$/.test(type) && !type.startsWith('const '))
  if (isSilent) return 'it returns nothing and changes nothing that it was given'
  if (result.endsWith('*') && !/^(?:const )?char\*$/.test(result)) return `it returns a \`${result}\`, and nothing tells how much stands behind that pointer`
  return isShown(result, module) ? null : `it returns a \`${result}\`, which the kit cannot look into`
}

/** Types spelled out: template parameters are `int`, aliases are what they stand for, structures carry their fields along. */
function resolved(parsed: CppSignature, found: CppFunction, module: CppModule): CppSignature {
  const template = found.template ?? []
  const replace = (type: string): string => {
    let text = type
    for (const name of template) text = text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'int')
    // An alias may stand for another one; a chain of them is short, and one that bites its tail ends here too.
    for (let round = 0; round < 4; round++) text = text.replaceAll(/(?<![\w:])[A-Za-z_]\w*(?:::\w+)*/g, (name) => module.aliases.get(name) ?? module.structs.get(name)?.name ?? name)
    return text
  }
  const parameters = parsed.parameters.map(({ type, name }) => ({ type: replace(type), name }))
  const result = replace(parsed.result)
  const name = template.length > 0 ? `${found.name}<${template.map(() => 'int').join(', ')}>` : found.name
  return { structs: structsIn([result, ...parameters.map(({ type }) => type)], module), result, name, parameters, isStatic: parsed.isStatic }
}

/** Structures that types mention, those inside of others first: their writers must be known before. */
function structsIn(types: readonly string[], module: CppModule): readonly CppStruct[] {
  const found = new Map<string, CppStruct>()
  const visit = (type: string): void => {
    for (const [name] of type.matchAll(/[A-Za-z_]\w*(?:::\w+)*/g)) {
      const struct = module.structs.get(name)
      if (struct === undefined || found.has(struct.name)) continue
      for (const field of struct.fields) visit(field.type)
      found.set(struct.name, struct)
    }
  }
  for (const type of types) visit(type)
  return [...found.values()]
}

function generatorOfPassed({ passing, holder }: PassedParameter, module: CppModule, pieces: readonly string[]): Generator | null {
  if (passing === 'c-string' || passing === 'view') return withPieces({ kind: 'string' }, pieces)
  const generator = generatorOfCppType(holder, module)
  if (generator === null) return null
  return withPieces(passing === 'buffer' || passing === 'span' ? { kind: 'array', items: generator } : generator, pieces)
}

function withPieces(generator: Generator, pieces: readonly string[]): Generator {
  if (generator.kind === 'string' && pieces.length > 0) return { ...generator, pieces }
  return generator.kind === 'array' ? { ...generator, items: withPieces(generator.items, pieces) } : generator
}

/** Texts and characters of the function's own source, so that separators occur in what is drawn. */
function piecesOf(found: CppFunction): readonly string[] {
  const body = found.node.field('body')
  if (body === null) return []
  const texts = descendants(body, ['string_literal', 'char_literal']).flatMap((node) => {
    const value = literalOf(node, new Map())?.value
    const text = typeof value === 'number' ? String.fromCharCode(value) : value
    return typeof text === 'string' && text !== '' && text.length <= 24 && !text.includes('\0') ? [text] : []
  })
  return [...new Set(texts)].slice(0, piecesKept)
}

/** The first constructor whose parameters are plain values; none at all means that the class makes itself. */
function constructOf(owner: string, module: CppModule): InferredSignature['parameters'] | null {
  const constructors = module.constructors.get(owner) ?? []
  if (constructors.length === 0) return []
  for (const constructor of constructors) {
    const parameters = constructor.map(({ type, name }, index) => ({ name: name === '' ? `c${index}` : name, generator: generatorOfCppType(type, module) }))
    const plain = parameters.flatMap(({ name, generator }) => (generator !== null && ['integer', 'number', 'boolean', 'string'].includes(generator.kind) ? [{ name, generator }] : []))
    if (plain.length === parameters.length) return plain
  }
  return null
}

function examplesOf(request: InferRequest, signature: CppSignature, passed: readonly PassedParameter[]): readonly (readonly TaggedJson[])[] {
  const name = request.function.split(/::|\./).at(-1)?.replace(/<.*$/, '') ?? request.function
  const found = request.tests.flatMap((test) => cppCallsOf(test.text, name)).filter((args) => args.length === signature.parameters.length)
  const examples = found.map((args) => passed.map((parameter) => args[parameter.at] ?? null))
  return [...new Map(examples.map((example) => [JSON.stringify(example), example])).values()].slice(0, examplesKept)
}
