import type { z } from 'zod'
import { configJsonSchema } from '../../target/config-json-schema.ts'
import type { JsonSchema } from '../../target/config-json-schema.ts'
import { quantityAdvice } from '../../target/quantity.ts'
import type { QuantityName } from '../../target/quantity.ts'
import { closestName } from './closest-name.ts'
import type { ConfigProblem } from '../../target/config-error.ts'
import { fieldName } from './config-source.ts'
import type { ConfigSource, FieldPath } from './config-source.ts'

type Issue = z.core.$ZodIssue

/** What explaining needs to know about the file. */
interface Context {
  readonly file: string
  readonly source: ConfigSource
  readonly schema: JsonSchema
  /** Fields that some unknown field was probably meant to be; filled while explaining. */
  readonly misspelt: Set<string>
}

/** Turns the schema's issues into problems a person can act on, in the order of the file. */
export function explainIssues(issues: readonly Issue[], source: ConfigSource, file: string): readonly ConfigProblem[] {
  const context: Context = { file, source, schema: configJsonSchema({ annotated: true }), misspelt: new Set() }
  const problems = issues.flatMap((issue) => explain(issue, [], context))
  // A misspelt field is one mistake: that the right one is missing follows from it.
  return problems
    .filter((found) => found.message !== missingField || !context.misspelt.has(found.path))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

const missingField = 'this field is missing'

function explain(issue: Issue, outer: FieldPath, context: Context): readonly ConfigProblem[] {
  const path = [...outer, ...fieldPath(issue.path)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(path, key, context))
    case 'invalid_union':
      return explainUnion(issue, path, context)
    case 'invalid_key': {
      const name = String(path.at(-1))
      const reason = issue.issues[0]?.message ?? issue.message
      return [problem(context, { path, part: 'key', message: `${JSON.stringify(name)} cannot be a name here: ${reason}`, fix: `write for instance ${suggestName(name)}` })]
    }
    case 'invalid_value':
      return [isMissing(path, context) ? missing(path, context) : unknownValue(path, issue.values.map(String), context)]
    case 'invalid_type':
      return [isMissing(path, context) ? missing(path, context) : wrongType(path, issue, context)]
    default:
      return [problem(context, { path, part: 'value', message: plainMessage(issue, valueAt(context.source.value, path)), fix: fixOf(issue) ?? advice(path, context) })]
  }
}

/** Of the alternatives, the one that fits what was written: the one whose complaint lies deepest. */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, path: FieldPath, context: Context): readonly ConfigProblem[] {
  if (isMissing(path, context)) return [missing(path, context)]
  const fitting = issue.errors.find((errors) => errors.length > 0 && !errors.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'))
  if (fitting !== undefined) return fitting.flatMap((inner) => explain(inner, path, context))
  return [problem(context, { path, part: 'value', message: `${describe(valueAt(context.source.value, path))} is of the wrong kind`, fix: advice(path, context) })]
}

function unknownField(path: FieldPath, key: string, context: Context): ConfigProblem {
  const known = Object.keys(objectSchema(schemaAt(context.schema, path))?.properties ?? {})
  const close = closestName(key, known)
  if (close !== null) context.misspelt.add(fieldName([...path, close]))
  const elsewhere = placesOf(context.schema, key).filter((place) => place !== fieldName([...path, key]))
  const fix =
    close !== null ? `did you mean \`${close}\`?`
    : elsewhere.length === 1 ? `move it: it belongs to \`${elsewhere[0]}\``
    : `remove it; fields allowed here: ${known.join(', ')}`
  return problem(context, { path: [...path, key], part: 'key', message: 'unknown field', fix })
}

function unknownValue(path: FieldPath, values: readonly string[], context: Context): ConfigProblem {
  const value = valueAt(context.source.value, path)
  const close = typeof value === 'string' ? closestName(value, values) : null
  const all = values.length === 1 ? `write ${values[0]}` : `write one of ${values.join(', ')}`
  return problem(context, { path, part: 'value', message: `${describe(value)} is not known here`, fix: close === null ? all : `did you mean ${close}? (${all})` })
}

function missing(path: FieldPath, context: Context): ConfigProblem {
  const name = String(path.at(-1) ?? 'configuration')
  const example = exampleOf(schemaAt(context.schema, path))
  const fix = example === undefined ? 'add it' : `add for instance \`${name}: ${context.source.render(example)}\``
  return problem(context, { path, part: 'key', message: valueAt(context.source.value, path) === null ? 'the value is missing' : missingField, fix })
}

function wrongType(path: FieldPath, issue: Extract<Issue, { code: 'invalid_type' }>, context: Context): ConfigProblem {
  const value = valueAt(context.source.value, path)
  const schema = schemaAt(context.schema, path)
  // The quantities say in their own words what they are.
  const message = schema?.quantity === undefined ? `${describe(value)} stands where ${typeNames[issue.expected] ?? issue.expected} belongs` : `${issue.message}, not ${describe(value)}`
  return problem(context, { path, part: 'value', message, fix: advice(path, context) })
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a group of fields', record: 'a group of fields',
}

/** How to write a value that the schema accepts at `path`. */
function advice(path: FieldPath, context: Context): string {
  const schema = schemaAt(context.schema, path)
  const value = valueAt(context.source.value, path)
  if (schema?.quantity !== undefined) return quantityAdvice(schema.quantity as QuantityName, value)
  if (schema?.type === 'boolean') return 'write true or false, without quotes'
  if (schema?.type === 'integer') return `write a whole number${range(schema)}`
  const example = exampleOf(schema)
  if (example !== undefined) return `write for instance ${context.source.render(example)}`
  const fields = Object.keys(objectSchema(schema)?.properties ?? {})
  return fields.length === 0 ? 'see the schema of the configuration' : `write its fields, indented below it: ${fields.join(', ')}`
}

function range(schema: JsonSchema): string {
  if (schema.minimum === undefined) return ''
  return schema.maximum === undefined ? ` from ${schema.minimum}` : ` from ${schema.minimum} to ${schema.maximum}`
}

function exampleOf(schema: JsonSchema | undefined): unknown {
  if (schema?.examples !== undefined) return schema.examples[0]
  if (schema?.enum !== undefined) return schema.enum[0]
  const item = schema?.items === undefined ? undefined : exampleOf(schema.items)
  return item === undefined ? undefined : [item]
}

function fixOf(issue: Issue): string | null {
  const params: unknown = issue.code === 'custom' ? issue.params?.['fix'] : undefined
  return typeof params === 'string' ? params : null
}

function plainMessage(issue: Issue, value: unknown): string {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return issue.message
  // Texts and lists have messages of their own in the schema, which say what is needed instead of counting.
  if (issue.origin === 'string' || issue.origin === 'array') return issue.message
  if (issue.code === 'too_small') return `${describe(value)} is ${issue.inclusive === true ? 'below' : 'not above'} ${issue.minimum}`
  return `${describe(value)} is ${issue.inclusive === true ? 'above' : 'not below'} ${issue.maximum}`
}

function suggestName(name: string): string {
  const cleaned = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z]+/, '').replace(/-+$/, '')
  return cleaned === '' ? 'speed' : cleaned
}

interface ProblemPart {
  readonly path: FieldPath
  readonly part: 'key' | 'value'
  readonly message: string
  readonly fix: string
}

function problem(context: Context, { path, part, message, fix }: ProblemPart): ConfigProblem {
  return { file: context.file, ...context.source.locate(path, part), path: fieldName(path), message, fix }
}

function fieldPath(path: readonly PropertyKey[]): FieldPath {
  return path.map((part) => (typeof part === 'number' ? part : String(part)))
}

/** Absent, or written without a value (`tests:`). */
function isMissing(path: FieldPath, context: Context): boolean {
  const value = valueAt(context.source.value, path)
  return path.length > 0 && (value === undefined || value === null)
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of fields'
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`
  return typeof value === 'number' ? `the number ${value}` : String(value)
}

function objectSchema(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.anyOf?.find((choice) => choice.properties !== undefined) ?? schema
}

function schemaAt(root: JsonSchema, path: FieldPath): JsonSchema | undefined {
  let current: JsonSchema | undefined = root
  for (const step of path) {
    const holder = objectSchema(current)
    const more: JsonSchema | boolean | undefined = holder?.additionalProperties
    const own = holder?.properties !== undefined && Object.hasOwn(holder.properties, step) ? holder.properties[step] : undefined
    current = typeof step === 'number' ? holder?.items : (own ?? (typeof more === 'object' ? more : undefined))
  }
  return current
}

/** Every place of the schema that has a field of this name; `*` stands for a name of the user's. */
function placesOf(schema: JsonSchema, key: string, at = ''): readonly string[] {
  const holder = objectSchema(schema)
  const places: string[] = []
  for (const [name, inner] of Object.entries(holder?.properties ?? {})) {
    const place = at === '' ? name : `${at}.${name}`
    if (name === key) places.push(place)
    places.push(...placesOf(inner, key, place))
  }
  if (holder?.items !== undefined) places.push(...placesOf(holder.items, key, `${at}[]`))
  if (typeof holder?.additionalProperties === 'object') places.push(...placesOf(holder.additionalProperties, key, `${at}.*`))
  return places
}
