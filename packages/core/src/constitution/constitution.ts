import * as z from 'zod'
import { runModes, type RunMode } from '../autonomy/run-mode.ts'
import type { ConsentLevel } from '../screening/screening.ts'

/** More than this is no list of rules that a person has read. */
const mostRules = 200

export const prerequisites = ['tests-pass', 'changed-lines-covered', 'no-regression', 'benchmark-gain', 'documentation'] as const
/** What an autonomous operation may require. All are read from recorded facts. */
export type Prerequisite = (typeof prerequisites)[number]

const identifier = z.string().regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'an id is lower case words with hyphens between them, for instance no-new-dependencies')
const sentence = z.string().trim().min(10, 'say in a sentence what holds').max(500)
const expression = z.string().trim().min(1).max(1_000, 'an expression has at most 1000 characters: split the rule')
const checks = z.array(z.string().min(1)).min(1, 'name at least one check').max(100)

const file = z.strictObject({
  path: z.string(), status: z.enum(['added', 'modified', 'deleted', 'type-changed']).default('modified'), mode: z.string().default('100644'), oldMode: z.string().default('100644'),
  language: z.string().default('other'), editable: z.boolean().default(true), protected: z.boolean().default(false), added: z.int().min(0).default(1), removed: z.int().min(0).default(1),
})

const exampleFacts = z.strictObject({
  paths: z.array(z.string()).optional(),
  files: z.array(file).optional(),
  linesAdded: z.int().min(0).optional(),
  linesRemoved: z.int().min(0).optional(),
  symbols: z.array(z.string()).optional(),
  removedExports: z.array(z.string()).optional(),
  dependencies: z.array(z.strictObject({ manifest: z.string().default('package.json'), name: z.string(), change: z.enum(['added', 'removed', 'changed']).default('added'), source: z.enum(['registry', 'git', 'http', 'file', 'workspace', 'unknown']).default('registry') })).optional(),
  commands: z.array(z.string()).optional(),
  checks: z.array(z.string()).optional(),
  risk: z.number().min(0).max(1).optional(),
  proposer: z.string().optional(),
  operator: z.string().optional(),
  documented: z.boolean().optional(),
  added: z.array(z.strictObject({ path: z.string().default('src/a.js'), line: z.int().min(1).default(1), text: z.string() })).optional(),
  removed: z.array(z.strictObject({ path: z.string().default('src/a.js'), text: z.string() })).optional(),
  verdict: z.enum(['accepted', 'approval-required', 'rejected', 'inconclusive']).optional(),
  reasons: z.array(z.string()).optional(),
  tests: z.strictObject({ ran: z.boolean().default(true), passed: z.int().min(0).default(1), failed: z.int().min(0).default(0), missing: z.int().min(0).default(0), sealed: z.boolean().default(true) }).optional(),
  coverage: z.strictObject({ known: z.boolean().default(true), mutants: z.int().min(0).default(4), noticed: z.int().min(0).default(4), complete: z.boolean().default(true) }).optional(),
  lint: z.strictObject({ ran: z.boolean().default(true), before: z.int().min(0).default(0), after: z.int().min(0).default(0), worse: z.int().min(0).default(0) }).optional(),
  oracle: z.strictObject({ ran: z.boolean().default(true), cases: z.int().min(0).default(500), mismatches: z.int().min(0).default(0) }).optional(),
  effect: z.strictObject({ proven: z.boolean().default(true), low: z.number().default(1.1), estimate: z.number().default(1.2), high: z.number().default(1.3) }).optional(),
})
export type ExampleFacts = z.output<typeof exampleFacts>

/** One of `allow`, `ask`, `deny`, with the facts for which the rule says so. */
const exampleOf = <Outcome extends 'allow' | 'ask' | 'deny'>(outcomes: readonly Outcome[]) =>
  z.strictObject({ note: z.string().optional(), ...Object.fromEntries(outcomes.map((outcome) => [outcome, exampleFacts.optional()])) }).refine((example) => outcomes.filter((outcome) => Object.hasOwn(example, outcome)).length === 1, `an example here has exactly one of ${outcomes.join(', ')}`)

const question = z.string().trim().min(10, 'ask a question that has a yes or a no for an answer').max(1_000)
const stopping = { id: identifier, statement: sentence, enforce: checks.optional(), when: expression.optional(), judge: question.optional() }
const oneWay = { error: 'a rule has exactly one of `enforce`, `when` and `judge`' }
const hasOneWay = (rule: { readonly enforce?: unknown; readonly when?: unknown; readonly judge?: unknown }): boolean => [rule.enforce, rule.when, rule.judge].filter((way) => way !== undefined).length === 1
const noJudged = { error: 'what a model answers cannot be shown by examples: leave them out where there is `judge`' }
const isTestable = (rule: { readonly judge?: unknown; readonly examples: readonly unknown[] }): boolean => rule.judge === undefined || rule.examples.length === 0

const immutableRule = z.strictObject({ ...stopping, examples: z.array(exampleOf(['allow', 'deny'])).default([]) }).refine(hasOneWay, oneWay).refine(isTestable, noJudged)
const supervisedRule = z.strictObject({ ...stopping, consent_level: z.int().min(0).max(3).default(2), examples: z.array(exampleOf(['allow', 'ask'])).default([]) }).refine(hasOneWay, oneWay).refine(isTestable, noJudged)
const autonomousRule = z.strictObject({ id: identifier, statement: sentence, when: expression, requires: z.array(z.enum(prerequisites)).min(1, 'require at least one fact: what nobody has shown is not done freely'), examples: z.array(exampleOf(['allow', 'ask'])).default([]) })

const escalation = z.strictObject({
  /** Risks from which consent levels 1, 2 and 3 begin. */
  risk_levels: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1), z.number().min(0).max(1)]).default([0.2, 0.4, 0.7]).refine(([low, middle, high]) => low <= middle && middle <= high, 'the three risks go upwards'),
  /** What a rule allows is asked about all the same from this level on. */
  ask_from_level: z.int().min(1).max(3).default(1),
  /** The most that a run may do by itself, whatever the configuration says. */
  mode: z.enum(runModes).optional(),
})

const audit = z.strictObject({
  /** Unsigned, it is not used at all, pinned or not. */
  require_signature: z.boolean().default(false),
})

export const constitutionSchema = z
  .strictObject({
    version: z.literal(1),
    immutable_constraints: z.array(immutableRule).max(mostRules).default([]),
    supervised_operations: z.array(supervisedRule).max(mostRules).default([]),
    autonomous_operations: z.array(autonomousRule).max(mostRules).default([]),
    escalation_policy: escalation.prefault({}),
    audit_trail: audit.prefault({}),
  })
  .refine(({ immutable_constraints: a, supervised_operations: b, autonomous_operations: c }) => new Set([...a, ...b, ...c].map(({ id }) => id)).size === a.length + b.length + c.length, 'two rules have the same id')

type Parsed = z.output<typeof constitutionSchema>

/** What a rule does where it applies: it denies, asks, or allows. */
export type RuleEffect = 'deny' | 'ask' | 'allow'

/** One rule of any kind. Data: it goes into the journal beside what it decided. */
export interface PolicyRule {
  readonly id: string
  readonly effect: RuleEffect
  readonly statement: string
  /** Checks of which one is enough; empty where `when` says it. */
  readonly enforce: readonly string[]
  readonly when: string | null
  /** A question about the change that a model answers: yes means that the rule applies. Absent where `enforce` or `when` says it. */
  readonly judge?: string
  readonly requires: readonly Prerequisite[]
  readonly consentLevel: ConsentLevel
}

export interface RuleExample {
  readonly rule: string
  readonly expects: RuleEffect
  readonly note: string | null
  readonly facts: ExampleFacts
}

export interface Constitution {
  /** SHA-256 of the text, hex. */
  readonly digest: string
  readonly rules: readonly PolicyRule[]
  readonly examples: readonly RuleExample[]
  readonly riskLevels: readonly [number, number, number]
  readonly askFromLevel: ConsentLevel
  readonly requireSignature: boolean
  /** Absent: it sets no limit of its own. */
  readonly highestMode?: RunMode
}

export function fromParsed(parsed: Parsed, digest: string): Constitution {
  const { immutable_constraints: immutable, supervised_operations: supervised, autonomous_operations: autonomous, escalation_policy: escalating } = parsed
  return {
    digest,
    rules: [
      ...immutable.map(({ id, statement, enforce, when, judge }): PolicyRule => ({ id, effect: 'deny', statement, enforce: enforce ?? [], when: when ?? null, ...(judge === undefined ? {} : { judge }), requires: [], consentLevel: 3 })),
      ...supervised.map(({ id, statement, enforce, when, judge, consent_level: level }): PolicyRule => ({ id, effect: 'ask', statement, enforce: enforce ?? [], when: when ?? null, ...(judge === undefined ? {} : { judge }), requires: [], consentLevel: level as ConsentLevel })),
      ...autonomous.map(({ id, statement, when, requires }): PolicyRule => ({ id, effect: 'allow', statement, enforce: [], when, requires, consentLevel: 0 })),
    ],
    examples: [...immutable, ...supervised, ...autonomous].flatMap(({ id, examples }) => examples.map((example) => exampleFrom(id, example))),
    riskLevels: escalating.risk_levels,
    askFromLevel: escalating.ask_from_level as ConsentLevel,
    requireSignature: parsed.audit_trail.require_signature,
    ...(escalating.mode === undefined ? {} : { highestMode: escalating.mode }),
  }
}

function exampleFrom(rule: string, example: Readonly<Record<string, unknown>>): RuleExample {
  const expects = (['deny', 'ask', 'allow'] as const).find((outcome) => example[outcome] !== undefined) ?? 'deny'
  return { rule, expects, note: typeof example['note'] === 'string' ? example['note'] : null, facts: example[expects] as ExampleFacts }
}
