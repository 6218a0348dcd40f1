import { z } from 'zod'
import { byteSize, duration, percentage } from './quantity.ts'

const command = z.string().trim().min(1, 'a command must not be empty')
const metricName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a metric name starts with a letter and holds letters, digits, - and _')
const glob = z
  .string()
  .min(1)
  .refine((value) => !value.startsWith('/') && !value.split('/').includes('..'), 'a glob is relative to the repository and must not contain ..')

export const reportFormats = ['junit', 'tap', 'vitest', 'jest', 'mocha', 'pytest', 'ctest', 'exit-code'] as const
export const measures = ['cpu-time', 'wall-time', 'peak-memory', 'file-size', 'reported'] as const
export const strategyNames = ['random', 'greedy', 'best-of-n'] as const

const testSchema = z.strictObject({
  run: command.describe('Command that runs the tests; its working directory is the repository.'),
  report: z.enum(reportFormats).default('exit-code').describe('Format of the report that the command writes.'),
  reportFile: z.string().optional().describe('File the report is written to; default: standard output.'),
  timeout: duration.default(120_000).describe('Wall-clock limit, for instance 2m.'),
})

const oracleSchema = z.strictObject({
  run: command.describe('Prints one line of canonical JSON a case, derived from RATCHET_SEED.'),
  cases: z.int().min(1).default(500).describe('How many lines must be printed in all; several seeds are used until they are reached.'),
  timeout: duration.default(120_000),
})

const metricSchema = z
  .strictObject({
    run: command.describe('Command whose resources (or reported figure) are measured.'),
    measure: z.enum(measures),
    goal: z.enum(['minimize', 'maximize']).default('minimize'),
    role: z.enum(['objective', 'guard']).default('objective'),
    minimumEffect: percentage.default(0.02).describe('Smallest useful gain of an objective, for instance 2%.'),
    margin: percentage.default(0.02).describe('How much worse a guard may get, for instance 2%.'),
    file: z.string().optional().describe('file-size only: the file (inside the tree, after run) whose size counts.'),
    timeout: duration.default(120_000),
  })
  .refine((metric) => (metric.measure === 'file-size') === (metric.file !== undefined), {
    message: '`file` belongs to `measure: file-size`, and only there',
    path: ['file'],
  })

const setupSchema = z.union([
  command.transform((run) => ({ run, network: true, environment: [] as string[] })),
  z.strictObject({
    run: command,
    network: z.boolean().default(true).describe('Whether setup of the trusted baseline may reach the network.'),
    environment: z.array(z.string()).default([]).describe('Names of environment variables handed to setup.'),
  }),
])

const sandboxSchema = z.strictObject({
  tier: z.enum(['namespace', 'strongest']).default('namespace'),
  memory: byteSize.default(2 * 1024 ** 3),
  cpu: duration.default(60_000),
  wall: duration.default(120_000),
  processes: z.int().min(1).default(64),
  disk: byteSize.default(512 * 1024 ** 2),
  output: byteSize.default(8 * 1024 ** 2),
})

export const configSchema = z
  .strictObject({
    target: z.strictObject({
      edit: z.array(glob).min(1, 'name at least one glob of files that may be edited').describe('Files that proposals may change.'),
      protect: z.array(glob).default([]).describe('Files that always come from the trusted baseline.'),
    }),
    setup: setupSchema.optional().describe('Runs once per lockfile digest; what it adds is mounted read-only for every candidate.'),
    build: command.optional().describe('Runs once per candidate, in the sandbox.'),
    tests: z.array(testSchema).min(1, 'at least one test command is needed: without tests nothing can be accepted'),
    oracle: z.array(oracleSchema).default([]),
    metrics: z
      .record(metricName, metricSchema)
      .refine((all) => Object.values(all).some((metric) => metric.role === 'objective'), 'at least one metric must have `role: objective`'),
    proposers: z.array(z.enum(['genetic'])).min(1).default(['genetic']),
    search: z
      .strictObject({
        strategy: z.enum(strategyNames).default('greedy'),
        evaluations: z.int().min(1).default(200).describe('How many proposals are evaluated at most.'),
      })
      .prefault({}),
    accept: z
      .strictObject({
        falseAcceptRate: z.number().gt(0).max(0.2).default(0.01).describe('Highest accepted probability that a useless change is accepted.'),
        confirm: z.boolean().default(true).describe('Measure the winner again from zero on fresh seeds.'),
        maximumPairs: z.int().min(10).max(10_000).default(60).describe('Launch pairs after which a metric is inconclusive.'),
      })
      .prefault({}),
    sandbox: sandboxSchema.prefault({}),
    constitution: z.string().optional().describe('Path of the constitution.'),
  })
  .describe('Ratchet configuration')

/** A validated configuration with every default filled in. Durations are milliseconds, sizes bytes, percentages fractions. */
export type Config = z.output<typeof configSchema>
/** What a user writes. */
export type ConfigInput = z.input<typeof configSchema>
export type TestConfig = Config['tests'][number]
export type OracleConfig = Config['oracle'][number]
export type MetricConfig = Config['metrics'][string]
export type StrategyName = (typeof strategyNames)[number]

/** Types a `ratchet.config.ts`: `export default defineConfig({ ... })`. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}
