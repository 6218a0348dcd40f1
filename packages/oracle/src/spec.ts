import { z } from 'zod'

/** The languages a driver exists for. */
export const languageNames = ['javascript', 'typescript', 'python', 'cpp'] as const
export type LanguageName = (typeof languageNames)[number]
/** Whether a spec's function runs in JavaScript's engine. */
export const isScript = ({ language }: { readonly language: LanguageName }): boolean => language === 'javascript' || language === 'typescript'

/** How a parameter's values are drawn: a tree that is plain JSON, so that a person can read and correct it. */
export type Generator =
  | {
      readonly kind: 'integer' | 'number'
      readonly min?: number | undefined
      readonly max?: number | undefined
      /** Numbers seen in tests or source: they, their neighbours and their multiples are tried. */
      readonly known?: readonly number[] | undefined
      /** Whether numbers of every order of magnitude are drawn, beside powers of ten, of two and of the known ones. */
      readonly magnitudes?: boolean | undefined
    }
  | { readonly kind: 'bigint' }
  | {
      readonly kind: 'string'
      /** `ascii`, `unicode`, `scripts` (mostly ASCII, in a share of the texts whole characters of any script), or the characters to draw from. */
      readonly alphabet?: string | undefined
      /** Texts seen in tests or source; values are joined from them and from the alphabet. */
      readonly pieces?: readonly string[] | undefined
      /** Whole texts seen in tests; values of their shape are made from them: other digits, other words, the same separators. */
      readonly samples?: readonly string[] | undefined
      /** True: hardly anything but samples and what has their shape is taken, other texts are drawn seldom. False: any text is taken, samples are changed often. */
      readonly near?: boolean | undefined
      readonly maxLength?: number | undefined
    }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'null' }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'oneOf'; readonly options: readonly Generator[] }
  /** A parameter with a default: left out in most calls, or given its default `value`; else drawn from `of`. */
  | { readonly kind: 'defaulted'; readonly of: Generator; readonly value?: Json | undefined }
  /** One-shot iterators and what can only be gone over (Python). */
  | { readonly kind: 'iterator'; readonly items: Generator; readonly maxLength?: number | undefined }
  | { readonly kind: 'array'; readonly items: Generator; readonly maxLength?: number | undefined }
  | { readonly kind: 'tuple'; readonly items: readonly Generator[] }
  | { readonly kind: 'object'; readonly properties: Readonly<Record<string, Generator>>; readonly optional?: readonly string[] | undefined }
  | { readonly kind: 'record'; readonly keys: Generator; readonly values: Generator; readonly maxLength?: number | undefined }
  | { readonly kind: 'map'; readonly keys: Generator; readonly values: Generator; readonly maxLength?: number | undefined }
  | { readonly kind: 'set'; readonly items: Generator; readonly maxLength?: number | undefined }
  | { readonly kind: 'bytes'; readonly type?: BytesType | undefined; readonly maxLength?: number | undefined }
  | { readonly kind: 'date' }
  | { readonly kind: 'regexp' }
  | { readonly kind: 'function'; readonly returns: Generator; readonly arity: number }
  | {
      readonly kind: 'any'
      /** Texts seen in tests or source, for the texts among the values and for the keys of objects. */
      readonly pieces?: readonly string[] | undefined
      readonly known?: readonly number[] | undefined
    }

export type GeneratorKind = Generator['kind']

/** JSON as a spec holds it; tags of {@link TaggedJson} are allowed in constants and examples. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export const bytesTypes = [
  'Buffer',
  'ArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
] as const
export type BytesType = (typeof bytesTypes)[number]

const inOrder = ({ min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }): boolean => min === undefined || max === undefined || min <= max
const notInOrder = 'min must not be above max'
const staysInside = (file: string): boolean => !file.startsWith('/') && !file.split('/').includes('..') && !file.includes('\0')
const length = z.int().min(0).max(1_000_000)
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
)

/** Schema of one generator tree. */
export const generatorSchema: z.ZodType<Generator> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('integer'), min: z.int().optional(), max: z.int().optional(), known: z.array(z.number()).optional(), magnitudes: z.boolean().optional() }).refine(inOrder, notInOrder),
    z.strictObject({ kind: z.literal('number'), min: z.number().optional(), max: z.number().optional(), known: z.array(z.number()).optional(), magnitudes: z.boolean().optional() }).refine(inOrder, notInOrder),
    z.strictObject({ kind: z.literal('bigint') }),
    z.strictObject({
      kind: z.literal('string'),
      alphabet: z.string().min(1).optional(),
      pieces: z.array(z.string()).optional(),
      samples: z.array(z.string()).optional(),
      near: z.boolean().optional(),
      maxLength: length.optional(),
    }),
    z.strictObject({ kind: z.literal('boolean') }),
    z.strictObject({ kind: z.literal('null') }),
    z.strictObject({ kind: z.literal('undefined') }),
    z.strictObject({ kind: z.literal('constant'), value: json }),
    z.strictObject({ kind: z.literal('oneOf'), options: z.array(generatorSchema).min(1) }),
    z.strictObject({ kind: z.literal('defaulted'), of: generatorSchema, value: json.optional() }),
    z.strictObject({ kind: z.literal('iterator'), items: generatorSchema, maxLength: length.optional() }),
    z.strictObject({ kind: z.literal('array'), items: generatorSchema, maxLength: length.optional() }),
    z.strictObject({ kind: z.literal('tuple'), items: z.array(generatorSchema) }),
    z.strictObject({
      kind: z.literal('object'),
      properties: z.record(z.string(), generatorSchema),
      optional: z.array(z.string()).optional(),
    }),
    z.strictObject({ kind: z.literal('record'), keys: generatorSchema, values: generatorSchema, maxLength: length.optional() }),
    z.strictObject({ kind: z.literal('map'), keys: generatorSchema, values: generatorSchema, maxLength: length.optional() }),
    z.strictObject({ kind: z.literal('set'), items: generatorSchema, maxLength: length.optional() }),
    z.strictObject({ kind: z.literal('bytes'), type: z.enum(bytesTypes).optional(), maxLength: length.optional() }),
    z.strictObject({ kind: z.literal('date') }),
    z.strictObject({ kind: z.literal('regexp') }),
    z.strictObject({ kind: z.literal('function'), returns: generatorSchema, arity: z.int().min(0).max(8) }),
    z.strictObject({ kind: z.literal('any'), pieces: z.array(z.string()).optional(), known: z.array(z.number()).optional() }),
  ]),
)

const parameterSchema = z.strictObject({ name: z.string().min(1), generator: generatorSchema })

/** Schema of a spec file (`oracle.json`). */
export const specSchema = z.strictObject({
  version: z.literal(1),
  language: z.enum(languageNames),
  /** Path of the module, relative to the repository. */
  module: z.string().min(1).refine(staysInside, 'a module lies in the repository: give its path from there, without ..'),
  /** `f`, `default`, or `Class.method`. */
  function: z.string().min(1),
  parameters: z.array(parameterSchema).readonly(),
  /** Values of a rest parameter. */
  rest: generatorSchema.optional(),
  /** What the constructor gets, for `Class.method` that is not static. */
  construct: z.array(parameterSchema).readonly().optional(),
  /** Argument lists from tests and recorded calls, as tagged JSON; each is called as it stands. */
  examples: z.array(z.array(json)).readonly().default([]),
  cases: z.int().min(1).max(100_000).default(500),
  sizes: z.array(length).min(1).readonly().default([0, 1, 2, 10, 100, 1000]),
  /** Whether wrong types, missing arguments and hostile values are tried too; switch off where they are undefined behaviour. */
  invalid: z.boolean().default(true),
  /** Whether infinite numbers and such of a thousand million are tried; a function that counts to its argument would never end. */
  huge: z.boolean().default(true),
  /** Growing inputs for one parameter, so that the launch's processor time shows a blow-up; every such call is made `repeats` times. */
  complexity: z
    .strictObject({
      parameter: z.string().min(1),
      sizes: z.array(length).min(1).readonly(),
      repeats: z.int().min(1).max(100_000).default(1),
    })
    .optional(),
  /** Where results are functions, or objects with methods, they are called too. JavaScript only. */
  follow: z
    .strictObject({
      /** Names of methods; the empty one is the result itself. */
      methods: z.array(z.string()).min(1).readonly(),
      /** What the calls get: their first arguments, most often one of them. */
      parameters: z.array(generatorSchema).min(1).max(3).readonly(),
      /** Argument lists of such calls in tests. */
      examples: z.array(z.array(json).readonly()).readonly().default([]),
      calls: z.int().min(1).max(20).default(3),
    })
    .optional(),
  /** Numbers in results are rounded to so many significant digits that this relative difference disappears. */
  tolerance: z.strictObject({ relative: z.number().gt(0).lt(1) }).optional(),
  /** How much of a thrown error is behaviour. `name-and-message` leaves out the wording of errors that the engine itself raises. */
  errors: z.enum(['exact', 'name-and-message', 'name', 'any']).default('name-and-message'),
  /** Whether the order of an object's keys is behaviour. */
  keyOrder: z.enum(['observed', 'ignored']).default('observed'),
  /** Whether a result that is (or holds) one of the arguments differs from an equal copy. */
  identity: z.enum(['observed', 'ignored']).default('observed'),
  /** C and C++: how the shared library is built and called. Other languages ignore it. */
  native: z
    .strictObject({
      build: z.array(z.string().min(1)).optional(),
      /** Sources that are linked besides the module, and no others; where it is left out they are looked for by the names of the headers. */
      sources: z.array(z.string().min(1).refine(staysInside, 'a source lies in the repository: give its path from there, without ..')).optional(),
      include: z.array(z.string()).optional(),
      flags: z.array(z.string()).optional(),
      symbol: z.string().optional(),
      signature: z.string().optional(),
    })
    .optional(),
}).superRefine(({ complexity, parameters }, context) => {
  if (complexity === undefined || parameters.some(({ name }) => name === complexity.parameter)) return
  const names = parameters.map(({ name }) => name).join(', ')
  context.addIssue({ code: 'custom', path: ['complexity', 'parameter'], message: `the function has no parameter ${complexity.parameter}; ${names === '' ? 'it has none at all: leave complexity out' : `choose one of ${names}`}` })
})

/** A checked spec, with every default filled in. */
export type Spec = z.output<typeof specSchema>
/** A spec as a person may write it. */
export type SpecInput = z.input<typeof specSchema>
export type SpecParameter = Spec['parameters'][number]
