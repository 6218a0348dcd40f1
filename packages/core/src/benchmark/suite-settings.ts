import { parseDocument } from 'yaml'
import { z } from 'zod'
import { reportFormats } from '../target/config.ts'
import { duration, percentage } from '../target/quantity.ts'
import { BenchmarkError } from './benchmark-error.ts'

const mostBytes = 1024 * 1024
const mostAliases = 50

const command = z.string().trim().min(1).max(10_000).refine((text) => !text.includes('\0'), 'a command holds no NUL character')
const inside = z.string().min(1).max(1_000).refine((path) => !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0'), 'a path is relative and must not contain ..')
/** `exit-code` is left out on purpose: see `TaskTests.report`. */
export const taskReport = z.enum(reportFormats).exclude(['exit-code'])

const testsShape = { run: command, report: taskReport, reportFile: inside.optional(), mustPass: z.array(z.string().min(1).max(2_000)).max(100_000).default([]), least: z.int().min(1).max(100_000).default(1) }

export const folderTaskSchema = z.strictObject({
  statement: z.string().min(1).max(1_000_000).optional(),
  ...testsShape,
  visible: z.strictObject(testsShape).optional(),
  mayChange: z.array(inside).max(100).default([]),
  timeout: duration.prefault('2m'),
  heldOut: z.boolean().default(false),
})

const common = { heldOut: percentage.prefault(0), timeout: duration.prefault('2m') }
export const languages = ['javascript', 'python', 'cpp'] as const
export type TaskLanguage = (typeof languages)[number]

export const suiteSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('folder'), heldOut: percentage.prefault(0) }),
  z.strictObject({ format: z.literal('exercism'), language: z.enum(languages), run: command.optional(), report: taskReport.optional(), ...common }),
  z.strictObject({ format: z.literal('humanevalpack'), file: inside, kind: z.enum(['fix', 'synthesize']).default('fix'), ...common }),
  z.strictObject({
    format: z.literal('swe-bench'),
    file: inside,
    /** How the tests of each repository are run; `default` for the others. */
    tests: z.record(z.string(), z.strictObject({ run: command, report: taskReport })).default({}),
    ...common,
    timeout: duration.prefault('10m'),
  }),
])
export type SuiteSettings = z.output<typeof suiteSchema>

/** A setting of a suite, as YAML, in the shape that a schema asks for. */
export function parseSettings<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, file: string): z.output<Schema> {
  if (bytes.length > mostBytes) throw invalid(file, `it has more than ${mostBytes} bytes`)
  const parsed = schema.safeParse(yamlOf(bytes, file))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(file, `${issue?.path.map(String).join('.') || 'the whole'}: ${issue?.message ?? 'it cannot be read'}`)
}

function yamlOf(bytes: Uint8Array, file: string): unknown {
  try {
    const document = parseDocument(new TextDecoder('utf-8', { fatal: true }).decode(bytes), { strict: true, uniqueKeys: true })
    const [problem] = [...document.errors, ...document.warnings]
    if (problem !== undefined) throw problem
    return document.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    if (error instanceof Error) throw invalid(file, error.message.split('\n')[0] ?? 'it is no YAML', error)
    throw error
  }
}

export function invalid(file: string, why: string, cause?: unknown): BenchmarkError {
  return new BenchmarkError('suite-invalid', `${file} of the suite cannot be used: ${why}`, { remedy: 'docs/guides/benchmarks.md shows the formats.', ...(cause === undefined ? {} : { cause }) })
}
