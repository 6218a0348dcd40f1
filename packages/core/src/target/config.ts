import { z } from 'zod'
import { agentsSchema } from './agents-config.ts'
import { autonomySchema } from './autonomy-config.ts'
import { consentSchema } from './consent-config.ts'
import { linterNames } from './linter-names.ts'
import { modelsSchema } from './models-config.ts'
import { notifySchema } from './notify-config.ts'
import { byteSize, duration, percentage } from './quantity.ts'
import { researchSchema } from './research-config.ts'
import { selfSchema } from './self-config.ts'

/** What a refused value should become; `explain-issue` of the config-file adapter shows it as the fix. */
const fix = (text: string): { params: { fix: string } } => ({ params: { fix: text } })

const noNul = (value: string): boolean => !value.includes('\0')

const command = z
  .string()
  .trim()
  .min(1, 'a command must not be empty')
  .refine(noNul, { error: 'a command must not hold a NUL character', ...fix('remove the NUL character') })
  .meta({ examples: ['node --test'] })

const metricName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a metric name starts with a letter and holds letters, digits, - and _')

const staysInside = (value: string): boolean => !value.startsWith('/') && !value.split('/').includes('..') && noNul(value)

const glob = z
  .string()
  .min(1, 'a glob must not be empty')
  .max(1_000, 'a glob must not be longer than 1000 characters')
  .refine(staysInside, { error: 'a glob is relative to the repository and must not contain ..', ...fix('write it from the root of the repository, for instance src/**') })
  .refine((value) => !value.startsWith('!'), {
    // picomatch reads a leading ! as "everything but": in a list that would silently make the whole repository editable.
    error: 'a glob must not start with !',
    ...fix('list what may be edited under target.edit and the exceptions under target.protect, which wins'),
  })
  .refine((value) => !/\\(?![[\]{}()*?!+@])/.test(value), { error: 'a glob separates folders with /, not \\', ...fix('write / instead of \\') })
  .meta({ examples: ['src/**'] })

const insidePath = z
  .string()
  .min(1, 'a path must not be empty')
  .refine(staysInside, { error: 'a path is relative to the repository and must not contain ..', ...fix('write it from the root of the repository, for instance reports/junit.xml') })
  .meta({ examples: ['reports/junit.xml'] })

export const reportFormats = ['node', 'junit', 'tap', 'vitest', 'jest', 'mocha', 'pytest', 'ctest', 'gtest', 'exit-code'] as const
export const measures = ['cpu-time', 'wall-time', 'peak-memory', 'file-size', 'instructions', 'pass-rate', 'reported'] as const
export const objectivesRules = ['all', 'any', 'weighted'] as const
export const proposerNames = ['genetic', 'few-shot', 'llm', 'agent'] as const
export const searchGoals = ['auto', 'improve', 'repair'] as const
export const strategyNames = ['ratchet', 'random', 'greedy', 'best-of-n', 'dgm', 'hgm', 'islands', 'pareto', 'local-search', 'tabu'] as const
export const featureAxes = ['size', 'depth', 'operator', 'path'] as const

const timeout = duration.prefault('2m').describe('Wall-clock limit of one launch, for instance 2m (units: ms, s, m, h).')

const testSchema = z
  .strictObject({
    run: command.describe('Command that runs the tests; its working directory is the repository.'),
    report: z.enum(reportFormats).default('exit-code').describe('Format of the report that the command writes.'),
    reportFile: insidePath.optional().describe('File the report is written to; default: standard output.'),
    timeout,
    selfTest: z.boolean().default(false).describe('Of an agent that improves itself: whether this shows that it can still edit code. What fails it is refused as such.'),
    heldOut: z.boolean().default(false).describe('Kept from the search: run only when a change is judged as a whole, as evidence that it does more than please the tests it was made for.'),
  })
  .refine((test) => test.report !== 'exit-code' || test.reportFile === undefined, {
    error: '`reportFile` is never read with `report: exit-code`',
    path: ['reportFile'],
    ...fix(`name its format, for instance \`report: junit\` (one of ${reportFormats.join(', ')}), or remove reportFile`),
  })

const lintSchema = z.strictObject({
  use: z.enum(linterNames).describe('Whose report is read.'),
  run: command.optional().describe('Command that writes the report (JSON; the default format of flake8 and clang-tidy) to standard output; default: as the linter is usually run.'),
  timeout,
})

const oracleSchema = z.strictObject({
  run: command.describe('Prints one line of canonical JSON a case, derived from RATCHET_SEED.'),
  cases: z.int().min(1).max(1_000_000).default(500).describe('How many lines must be printed in all; several seeds are used until they are reached.'),
  timeout,
})

const metricSchema = z
  .strictObject({
    run: command.describe('Command whose resources (or reported figure) are measured.'),
    measure: z
      .enum(measures)
      .describe('What is measured, from outside the process; `reported` is a figure the command prints itself, of lower trust.')
      .meta({ examples: ['cpu-time'] }),
    goal: z.enum(['minimize', 'maximize']).optional().describe('Which direction is better: minimize, or maximize for `reported`; a `pass-rate` is always maximized.'),
    role: z.enum(['objective', 'guard']).default('objective').describe('An objective must improve; a guard must not get worse than its margin.'),
    minimumEffect: percentage.prefault('2%').describe('Smallest useful gain of an objective, for instance 2% or 0.02.'),
    margin: percentage.prefault('2%').describe('How much worse a guard may get (with `counts: lead`, the time of the objective), for instance 2% or 0.02.'),
    tasks: z.union([z.int().min(1).max(100_000), insidePath]).optional().describe('pass-rate only: how many tasks there are (RATCHET_TASK is 0, 1, ...), or a file with one name a line; the command solves one a launch and exits with 0.'),
    heldOut: insidePath.optional().describe('pass-rate with `tasks` only: a file with more tasks, one a line, none of them among `tasks`. They alone count when a change is judged as a whole, and no proposer is told of them; no tree holds the file, and `run` gets each line as RATCHET_TASK: a prompt that only holds the answers to what it was made from gains nothing by it.'),
    suite: insidePath.optional().describe('pass-rate only, in place of `tasks`: a benchmark of the trusted baseline (a folder, or a .jsonl file). `run` is the agent that solves its tasks one by one; it sees neither the suite nor its hidden tests.'),
    stages: z
      .array(z.int().min(1).max(100_000))
      .min(1, 'name at least one stage')
      .max(10)
      .refine((stages) => stages.every((tasks, index) => index === 0 || tasks > (stages[index - 1] ?? 0)), { error: 'each stage asks more tasks than the one before', ...fix('write for instance [10, 60, 200]') })
      .optional()
      .describe('suite only: after how many tasks a search looks whether more are worth it; the last is how many are asked at most. Default: 10, 60, 200.'),
    trajectory: z.enum(['required', 'ignored']).optional().describe('suite only: `required` counts a task as not solved whose trajectory does not show every reply of a model. Default: ignored.'),
    model: z.string().min(1).max(100).optional().describe('suite only: which of `models.use` the agent is told to ask. Default: the first.'),
    calls: z.int().min(1).max(10_000).optional().describe('suite only: how often the agent may ask a model for one task. Default: 100.'),
    bridge: z.boolean().optional().describe('suite only: whether the agent reaches its model over TCP, by OPENAI_BASE_URL and the like, because it cannot use a unix socket. Default: no.'),
    weight: z.number().positive().max(1000).default(1).describe('What an objective weighs with `accept: { objectives: weighted }`.'),
    counts: z.enum(['off', 'vote', 'lead']).default('off').describe('Instructions beside cpu-time: `vote` must confirm a gain; `lead` shows it, and the time must only be proven no worse than `margin`. Needs valgrind.'),
    file: insidePath.optional().describe('file-size only: the file (inside the tree, after run) whose size counts.'),
    timeout,
  })
  .refine((metric) => metric.measure === 'reported' || metric.measure === 'pass-rate' || metric.goal !== 'maximize', {
    error: 'time, memory, size and counts can only be minimized: maximizing them would accept changes that make things worse',
    path: ['goal'],
    ...fix('write `goal: minimize`, or `measure: reported` for a score that should grow'),
  })
  .refine((metric) => metric.measure !== 'pass-rate' || metric.goal !== 'minimize', {
    error: 'a pass rate can only be maximized',
    path: ['goal'],
    ...fix('remove `goal`'),
  })
  .refine((metric) => (metric.measure === 'pass-rate') === (metric.tasks !== undefined || metric.suite !== undefined), {
    error: '`tasks` or `suite` belongs to `measure: pass-rate`, which needs one of them',
    path: ['tasks'],
    ...fix('write both, for instance `measure: pass-rate` and `tasks: 100`, or neither'),
  })
  .refine((metric) => metric.tasks === undefined || metric.suite === undefined, {
    error: 'a pass rate has `tasks` or a `suite`, not both',
    path: ['suite'],
    ...fix('remove `tasks`: a suite names its own'),
  })
  .refine((metric) => metric.heldOut === undefined || metric.tasks !== undefined, {
    error: '`heldOut` belongs to `tasks`',
    path: ['heldOut'],
    ...fix('remove it; a suite says itself which of its tasks are held out'),
  })
  .refine((metric) => metric.suite !== undefined || [metric.stages, metric.trajectory, metric.model, metric.calls, metric.bridge].every((setting) => setting === undefined), {
    error: '`stages`, `trajectory`, `model`, `calls` and `bridge` belong to a `suite`',
    path: ['suite'],
    ...fix('remove them, or name the suite'),
  })
  .refine((metric) => metric.counts === 'off' || (metric.measure === 'cpu-time' && metric.role === 'objective'), {
    error: '`counts` belongs to an objective with `measure: cpu-time`: instructions say nothing about anything else',
    path: ['counts'],
    ...fix('remove `counts`, or write it beside `measure: cpu-time`'),
  })
  .refine((metric) => metric.measure !== 'file-size' || metric.file !== undefined, {
    error: '`measure: file-size` needs `file`',
    path: ['file'],
    ...fix('add the file whose size counts, for instance `file: dist/index.js`'),
  })
  .refine((metric) => metric.measure === 'file-size' || metric.file === undefined, {
    error: '`file` belongs to `measure: file-size`, and only there',
    path: ['file'],
    ...fix('remove `file`, or write `measure: file-size`'),
  })
  .transform(({ goal, ...metric }) => ({ ...metric, goal: goal ?? (metric.measure === 'pass-rate' ? ('maximize' as const) : ('minimize' as const)) }))

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable holds letters, digits and _')
  .meta({ examples: ['NPM_CONFIG_REGISTRY'] })

const setupSchema = z
  .union([
    command.transform((run) => ({ run, network: true, environment: [] as string[] })),
    z.strictObject({
      run: command.describe('The setup command.').meta({ examples: ['npm ci --ignore-scripts'] }),
      network: z.boolean().default(true).describe('Whether setup of the trusted baseline may reach the network.'),
      environment: z.array(variableName).default([]).describe('Names of environment variables handed to setup.'),
    }),
  ])
  .meta({ examples: ['npm ci --ignore-scripts'] })

const sandboxSchema = z.strictObject({
  tier: z
    .enum(['namespace', 'gvisor', 'microvm', 'container', 'landlock', 'e2b', 'strongest'])
    .default('namespace')
    .describe('How isolation is done; no other tier is ever used instead. `strongest` takes the strongest of this machine that passes its self-test.'),
  memory: byteSize.prefault('2GiB').describe('Memory of the whole process tree, for instance 2GiB.'),
  cpu: duration.prefault('60s').describe('CPU time of the whole process tree, for instance 60s.'),
  wall: duration.prefault('2m').describe('Wall-clock time of one launch, for instance 2m.'),
  loopback: z.boolean().default(false).describe('Whether commands may use TCP and UDP among themselves, on a loopback device of their own, as tests that start a local server do.'),
  processes: z.int().min(1).max(100_000).default(64).describe('How many processes and threads may exist at a time.'),
  disk: byteSize.prefault('512MiB').describe('What a launch may write, for instance 512MiB.'),
  toolchains: z
    .array(z.string().refine((value) => value.startsWith('/') && !value.includes('\0'), 'a toolchain is an absolute directory of this machine, for instance /opt/python'))
    .default([])
    .describe('Directories outside /usr shown read-only; their bin comes on PATH.'),
  output: byteSize.prefault('8MiB').describe('Standard output, standard error and report file together, for instance 8MiB.'),
})

const rateForm = 'a false-accept rate lies above 0 and is at most 0.2 (20%)'
const falseAcceptRate = percentage.refine((rate) => rate > 0 && rate <= 0.2, { error: rateForm, ...fix('write for instance 0.01 or 1%') })

const islandsSchema = z.strictObject({
  count: z.int().min(1).max(1_000).default(4).describe('Populations that search by themselves.'),
  axes: z
    .array(z.enum(featureAxes))
    .min(1, 'name at least one axis')
    .default(['size', 'depth'])
    .describe('What tells variants apart, the best of each kind being kept: size of the change, number of steps, operator of the last step, file of the last step.'),
  migrateEvery: z.int().min(1).default(25).describe('Evaluations after which the best of each island is shown to the next one.'),
})

const searchSchema = z.strictObject({
  goal: z.enum(searchGoals).default('auto').describe('improve the metrics, repair what makes tests fail, or auto: repair where tests of the baseline fail.'),
  self: selfSchema.describe('The target is an agent, and each variant writes its own children: true, or how it is run for that.'),
  strategy: z.enum(strategyNames).default('ratchet').describe('Which variant the next proposal starts from.'),
  islands: islandsSchema.prefault({}).describe('Settings of the strategy `islands`.'),
  evaluations: z.int().min(1).max(1_000_000).default(200).describe('How many proposals are evaluated at most.'),
  followAsked: z.boolean().default(true).describe('Whether a proven change that screening asks a person about may be built on, confirmed and offered for approval. Without it such a change is kept for the record, and its line ends there.'),
  lookahead: z.int().min(1).max(256).default(1).describe('How many proposals may be open at a time, so that as many can be evaluated side by side. Part of the run: how many really are changes only the time it takes.'),
})

const acceptSchema = z.strictObject({
  falseAcceptRate: falseAcceptRate.prefault(0.01).describe('Highest accepted probability that a useless change is accepted, for instance 0.01 or 1%.'),
  confirm: z.boolean().default(true).describe('Measure the winner again from zero on fresh seeds. Without it every evaluation of a search is as thorough as a confirmation, and nothing can be held out.'),
  canaries: z.int().min(0).max(20).default(4).describe('Known-bad mutants of a change that its judges must notice one of before it is accepted without a person; 0 switches this off.'),
  plausibleGain: z.number().min(1.5).max(1e6).default(50).describe('A gain of more than this many times needs a person: it is more often a mistake or a trick than a discovery.'),
  trustReported: z.boolean().default(false).describe('Whether a gain in a `reported` metric, which the measured command prints itself, may be accepted without a person.'),
  objectives: z.enum(objectivesRules).default('all').describe('What several objectives must show: each a gain; at least one of them (`any`, by e-BH) with the others no worse than their margin; or their `weighted` sum.'),
  nullPairs: z.int().min(0).max(100).default(3).describe('After every so many launch pairs of what may be offered, one pair of the baseline against a copy of itself; a difference there leaves a gain undecided. 0 switches this off.'),
  maximumPairs: z.int().min(10).max(10_000).default(60).describe('Launch pairs after which a metric is inconclusive.'),
})

const checkSchema = z.strictObject({
  run: command.describe('A linter or type checker of the target; its complaints are read from what it prints.').meta({ examples: ['npx tsc --noEmit'] }),
  kind: z.enum(['lint', 'types']).describe('What its complaints are: `types` for errors of types, `lint` for everything else.'),
  timeout,
})

const observeSchema = z.strictObject({
  checks: z.array(checkSchema).max(20).default([]).describe('Commands whose complaints are opportunities. They judge nothing.'),
  timeout: duration.prefault('5m').describe('How long `ratchet opportunities` lets each source look, for instance 5m.'),
})

const metricsSchema = z.record(metricName, metricSchema).meta({ examples: [{ speed: { run: 'node bench.js', measure: 'cpu-time' } }] })

export const configSchema = z
  .strictObject({
    target: z
      .strictObject({
        edit: z
          .array(glob)
          .min(1, 'name at least one glob of files that may be edited')
          .describe('Files that proposals may change. A folder name means everything in it. Anything else needs approval.')
          .meta({ examples: [['src/**']] }),
        protect: z
          .array(glob)
          .default([])
          .describe('Files that always come from the trusted baseline, besides tests, lockfiles, runner and CI settings. Wins over edit.')
          .meta({ examples: [['test/**']] }),
      })
      .describe('The repository being improved.')
      .meta({ examples: [{ edit: ['src/**'] }] }),
    setup: setupSchema.optional().describe('Runs once per lockfile digest; what it adds is mounted read-only for every candidate.'),
    build: command.meta({ examples: ['npm run build'] }).optional().describe('Runs once per candidate, in the sandbox.'),
    tests: z
      .array(testSchema)
      .min(1, 'at least one test command is needed: without tests nothing can be accepted')
      .refine((tests) => tests.length === 0 || tests.some((test) => !test.heldOut), { error: 'all tests are held out: a search needs at least one that it may see', ...fix('remove `heldOut` from one of them') })
      .describe('Every command must succeed, with every test that passed before.')
      .meta({ examples: [[{ run: 'node --test', report: 'node' }]] }),
    oracle: z
      .array(oracleSchema)
      .default([])
      .describe('Behaviour compared with the baseline on fresh seeds.')
      .meta({ examples: [[{ run: 'node oracle.js', cases: 500 }]] }),
    lint: z
      .array(lintSchema)
      .max(10)
      .default([])
      .describe('Linters of the target, run on both sides with the settings of the baseline: no rule may be broken more often than before.')
      .meta({ examples: [[{ use: 'eslint' }]] }),
    metrics: metricsSchema.default({}).describe('What to improve (objectives) and what must not get worse (guards). Only a target that is there to be repaired needs none.'),
    proposers: z.array(z.enum(proposerNames)).min(1, 'name at least one proposer').default(['genetic']).describe('Who makes proposals; of several, one is drawn for each. `few-shot` needs a text with marks for demonstrations, `llm` needs `models`, and `agent` needs `models` and `agents`.').meta({ examples: [['genetic', 'llm']] }),
    models: modelsSchema.optional().describe('Language models: where they are, what they cost, and what may be spent.'),
    agents: agentsSchema.optional().describe('Coding agents that make proposals in a sandbox, with their models behind the gateway.'),
    research: researchSchema.optional().describe('Where the proposer `llm` looks for what others have written: search engines, and documents in the repository.'),
    search: searchSchema.prefault({}).describe('How the search goes on.'),
    accept: acceptSchema.prefault({}).describe('When a change counts as proven.'),
    sandbox: sandboxSchema.prefault({}).describe('Limits of every launch.'),
    observe: observeSchema.optional().describe('Where `ratchet opportunities` looks for what is worth improving, besides profiles, tests and notes.'),
    constitution: insidePath.optional().describe('Path of the constitution: what proposals may do freely, what is asked about, and what never happens.').meta({ examples: ['constitution.yaml'] }),
    consent: consentSchema.optional().describe('Who must say yes to what needs approval. Without it anybody who may use this machine counts.'),
    autonomy: autonomySchema.optional().describe('What runs may do by themselves, and within which limits.'),
    notify: notifySchema.optional().describe('Webhooks that are told what happens.').meta({ examples: [[{ url: 'https://example.com/ratchet', secretFrom: 'RATCHET_WEBHOOK_SECRET' }]] }),
  })
  .refine(({ accept, metrics }) => accept.objectives === 'all' || Object.values(metrics).every(({ counts, measure }) => counts === 'off' && measure !== 'pass-rate'), {
    error: 'with `objectives: any` or `weighted` there are neither `counts` nor pass rates',
    path: ['accept', 'objectives'],
    ...fix('write `objectives: all`, or leave counts and pass rates out'),
  })
  .refine(({ accept, search }) => accept.confirm || search.lookahead === 1, {
    error: 'without `confirm` every evaluation may be an offer, and offers spend of one error budget in their order: they cannot go on side by side',
    path: ['search', 'lookahead'],
    ...fix('remove `lookahead`, or `confirm: false` under accept'),
  })
  .refine(({ accept, tests, metrics }) => accept.confirm || !(tests.some(({ heldOut }) => heldOut) || Object.values(metrics).some(({ heldOut }) => heldOut !== undefined)), {
    error: 'without `confirm` the search itself judges what is offered: nothing could be held out from it',
    path: ['accept', 'confirm'],
    ...fix('remove `confirm: false`, or `heldOut`'),
  })
  .refine(({ accept, metrics }) => accept.confirm || Object.values(metrics).every(({ suite }) => suite === undefined), {
    error: 'without `confirm` every offer would be held against the same attempts of the baseline at the tasks of a `suite`',
    path: ['accept', 'confirm'],
    ...fix('remove `confirm: false`'),
  })
  .refine(({ proposers, models }) => !proposers.includes('llm') || models !== undefined, {
    error: 'the proposer `llm` needs a model',
    path: ['proposers'],
    ...fix('add `models: { use: { local: { provider: ollama, model: qwen3-coder } } }`, or another provider'),
  })
  .refine(({ metrics, models }) => Object.values(metrics).every(({ suite, model }) => suite === undefined || (models !== undefined && (model === undefined || Object.hasOwn(models.use, model)))), {
    error: 'a metric with a `suite` needs a model for its agent',
    path: ['metrics'],
    ...fix('add `models: { use: { NAME: ... } }`, and let `model` name one of them'),
  })
  .refine(({ metrics, sandbox }) => sandbox.tier === 'namespace' || Object.values(metrics).every(({ suite }) => suite === undefined), {
    error: 'a metric with a `suite` needs `tier: namespace`: only there an agent has a way to its model',
    path: ['sandbox', 'tier'],
    ...fix('write `tier: namespace`'),
  })
  .refine(({ metrics, search: { self } }) => self === null || self.run !== undefined || Object.values(metrics).some(({ measure }) => measure === 'pass-rate'), {
    error: 'an agent that improves itself is run as a metric says, and there is no pass-rate metric',
    path: ['search', 'self'],
    ...fix('add a metric with `measure: pass-rate` and a suite of tasks, or name the command: `self: { run: node "$RATCHET_AGENT/src/main.ts" }`'),
  })
  .refine(({ models, search: { self } }) => self === null || (models !== undefined && [self.model, self.analyst].every((name) => name === undefined || Object.hasOwn(models.use, name))), {
    error: 'an agent that improves itself needs a model',
    path: ['search', 'self'],
    ...fix('add `models: { use: { NAME: ... } }`, and let `model` and `analyst` name one of them'),
  })
  .refine(({ search: { self, goal }, sandbox }) => self === null || (sandbox.tier === 'namespace' && goal !== 'repair'), {
    error: '`self` needs `tier: namespace`, where an agent has a way to its model, and something to improve: it repairs nothing',
    path: ['search', 'self'],
    ...fix('write `tier: namespace` under sandbox, and leave `goal` out'),
  })
  .refine(({ proposers, agents, models }) => !proposers.includes('agent') || (agents !== undefined && models !== undefined), {
    error: 'the proposer `agent` needs an agent and a model',
    path: ['proposers'],
    ...fix('add `agents: { use: { coder: { preset: claude } } }` and `models: { use: { ... } }`'),
  })
  .refine(({ agents, models }) => Object.values(agents?.use ?? {}).every(({ model }) => model === undefined || Object.hasOwn(models?.use ?? {}, model)), {
    error: 'an agent asks a model that is not under models.use',
    path: ['agents'],
    ...fix('name one of models.use under `model`, or leave it out'),
  })
  .refine(({ proposers, sandbox }) => !proposers.includes('agent') || sandbox.tier === 'namespace', {
    error: 'the proposer `agent` needs `tier: namespace`, where an agent has a way to its model',
    path: ['sandbox', 'tier'],
    ...fix('write `tier: namespace`, or leave the agent out'),
  })
  .refine(({ metrics, search }) => search.goal === 'repair' || Object.values(metrics).some((metric) => metric.role === 'objective'), {
    error: 'at least one metric must have `role: objective`: it says what an improvement is',
    path: ['metrics'],
    ...fix('give one metric `role: objective`, for instance `speed: { run: node bench.js, measure: cpu-time }`; with `search: { goal: repair }` none is needed'),
  })
  .meta({ title: 'Ratchet configuration', description: 'Settings of Ratchet for one repository: ratchet.yaml or ratchet.config.ts.' })

/** A validated configuration with every default filled in. Durations are milliseconds, sizes bytes, percentages fractions. */
export type Config = z.output<typeof configSchema>
/** What a user writes. */
export type ConfigInput = z.input<typeof configSchema>
export type TestConfig = Config['tests'][number]
export type OracleConfig = Config['oracle'][number]
export type MetricConfig = Config['metrics'][string]
export type SearchConfig = Config['search']
export type CheckConfig = z.output<typeof checkSchema>
export type FeatureAxis = (typeof featureAxes)[number]
export type ProposerSetting = (typeof proposerNames)[number]
export type StrategyName = (typeof strategyNames)[number]

/** Types a `ratchet.config.ts`: `export default defineConfig({ ... })`. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}
