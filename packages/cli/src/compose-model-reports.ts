import type { Config, Constitution, Heed, ModelPrice, ModelsConfig, Transcript } from '@ratchet/core'
import { readSuite } from '@ratchet/core/benchmark/read-suite'
import { committedSuite } from '@ratchet/core/benchmark/suite-files'
import { agentOf } from '@ratchet/core/benchmark/suite-sides'
import { usualStages } from '@ratchet/core/cycle/metric-rules'
import { finalistLimit } from '@ratchet/core/cycle/settle-winner'
import { mostInputTokens } from '@ratchet/core/model/count-tokens'
import { buildPrompt } from '@ratchet/core/proposal/prompt/build-prompt'
import { seededRandom } from '@ratchet/core/randomness/seeded-random'
import { judgeAnswerTokens } from '@ratchet/core/adapters/llm-judge/llm-rule-judge'
import { loadTargetConfig, type OpenTarget } from './compose-target.ts'
import { scopedSources } from './compose-version.ts'
import { proposingAgents } from './compose-agents.ts'
import { taskRepositories } from './compose-benchmark.ts'
import { knownModels, openModelGateway, promptBrief, proposingModels, transcriptsOf, type KnownModel } from './compose-models.ts'
import { judgeName } from './compose-rule-judge.ts'
import { openConstitution } from './compose-constitution.ts'
import { selfAgent } from './compose-self.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

interface Opened {
  readonly target: OpenTarget
  readonly options: TargetOptions
}

/** Prices in dollars for a million tokens, as lists have them. */
export interface ModelListing {
  readonly name: string
  readonly provider: string
  readonly model: string
  readonly url: string
  readonly key: string | null
  readonly hasKey: boolean
  readonly price: { readonly input: number; readonly output: number } | null
}

async function configOf(invocation: Invocation, { target, options }: Opened): Promise<{ readonly config: Config; readonly baseline: string }> {
  const baseline = (await target.workspace.revisions.commit('HEAD')).id
  const { config } = await loadTargetConfig(invocation, { target, options, baseline })
  return { config, baseline }
}

export async function configuredModels(invocation: Invocation, opened: Opened): Promise<readonly ModelListing[]> {
  const { config } = await configOf(invocation, opened)
  const known = config.models === undefined ? [] : await knownModels(invocation, config.models)
  return known.map(({ name, endpoint, price, hasKey }) => ({ name, provider: endpoint.provider, model: endpoint.model, url: endpoint.url, key: endpoint.key ?? null, hasKey, price: price === null ? null : listed(price) }))
}

function listed({ input, output }: ModelPrice): { readonly input: number; readonly output: number } {
  return { input: input / 1000, output: output / 1000 }
}

export interface CheckedModel {
  readonly name: string
  readonly works: boolean
  readonly detail: string
  readonly nanoUsd: number
  readonly ms: number
}

/** One short question each, through the gateway like any other. */
export async function checkModels(invocation: Invocation, opened: Opened, orders: Pick<Heed, 'signal' | 'goOn'>): Promise<readonly CheckedModel[]> {
  const { config } = await configOf(invocation, opened)
  if (config.models === undefined) throw new UsageError('nothing-to-do', 'the configuration names no models', { remedy: 'Add `models` (docs/guides/models.md).' })
  const gateway = await openModelGateway(invocation, { target: opened.target, models: { ...config.models, attempts: 1 }, run: null })
  const checked: CheckedModel[] = []
  for (const { model } of gateway.models) {
    await orders.goOn()
    const started = invocation.clock().getTime()
    const answer = await gateway.ask(
      { model: model.name, purpose: 'check', label: `check ${model.name} ${started}`, about: null, request: { system: 'Answer with one word.', messages: [{ role: 'user', text: 'Say yes.' }], maxOutputTokens: 64 } },
      { signal: orders.signal },
    )
    orders.signal.throwIfAborted()
    const ms = invocation.clock().getTime() - started
    if (answer.kind === 'refused') checked.push({ name: model.name, works: false, detail: `${answer.reason}: ${answer.detail}`, nanoUsd: 0, ms })
    else checked.push({ name: model.name, works: true, detail: answer.reply.usage.output === null ? 'it does not say how many tokens it uses, so every call counts as the dearest it can be' : JSON.stringify(answer.reply.text.slice(0, 60)), nanoUsd: answer.cost, ms })
  }
  return checked
}

interface CostRange {
  readonly low: number
  readonly high: number
}

export interface RunEstimate {
  readonly evaluations: number
  readonly models: readonly { readonly name: string; readonly promptTokens: number; readonly usd: CostRange | null }[]
  /** Who answers the constitution's rules in words; null where it has none. `usd`: for one change. */
  readonly judge: { readonly name: string; readonly rules: number; readonly changes: number; readonly usd: CostRange | null } | null
  /** Agents that are given the tasks of suites: how many attempts there are at most, and how often each may ask. What they ask, nobody knows before. */
  readonly suites: readonly { readonly name: string; readonly model: string; readonly attempts: number; readonly calls: number }[]
  /** Null where a price is not known. Without what agents of suites spend. */
  readonly usd: CostRange | null
  readonly limit: number | null
}

/** A reply of this many tokens is a short one. */
const shortReply = 200

/** An agent that finds what to do at once: so many calls, each with so many tokens of what it says and has read. */
const shortAgent = { calls: 4, promptTokens: 4000 }

/**
 * Between a short reply at once, and the longest prompt and reply twice, for each evaluation and each rule that a model answers; of an agent, between a few calls and all that it may make. What a run may really spend is what
 * its limit says.
 */
export async function estimateRun(invocation: Invocation, { evaluations, ...opened }: Opened & { readonly evaluations?: number }): Promise<RunEstimate> {
  const { config, baseline } = await configOf(invocation, opened)
  const count = evaluations ?? config.search.evaluations
  const limit = config.models?.budget.usd ?? null
  const { workspace } = opened.target
  const { constitution } = config.models === undefined ? { constitution: null } : await openConstitution(invocation, { workspace, baseline, config })
  const judge = await estimateJudge(invocation, { config, constitution, evaluations: count })
  const models = config.models === undefined ? [] : await estimateProposers(invocation, { ...opened, config, models: config.models, baseline, constitution })
  const ranges = models.flatMap(({ usd }) => usd ?? [])
  const isKnown = ranges.length === models.length && (judge === null || judge.usd !== null)
  // Of several proposers, those that ask models get their share of the steps at the least.
  const share = config.search.self !== null ? 1 : config.proposers.filter((name) => name !== 'genetic').length / config.proposers.length
  const least = ranges.length === 0 ? 0 : Math.min(...ranges.map(({ low }) => low))
  const most = Math.max(0, ...ranges.map(({ high }) => high))
  // Whether anything is found that the rules are asked about, nobody knows.
  return { evaluations: count, models, judge, suites: await suiteAttempts(invocation, { workspace, config, baseline, evaluations: count }), limit, usd: isKnown ? { low: count * share * least, high: count * most + (judge?.changes ?? 0) * (judge?.usd?.high ?? 0) } : null }
}

/** Each candidate and, once a phase, the baseline: in the search, and from zero in every confirmation. */
async function suiteAttempts(invocation: Invocation, { workspace, config, baseline, evaluations }: { readonly workspace: OpenTarget['workspace']; readonly config: Config; readonly baseline: string; readonly evaluations: number }): Promise<RunEstimate['suites']> {
  const found: RunEstimate['suites'][number][] = []
  for (const [name, metric] of Object.entries(config.metrics)) {
    if (metric.suite === undefined) continue
    const suite = await readSuite(await committedSuite(workspace.revisions, baseline, metric.suite), taskRepositories(invocation))
    const tasks = Math.min(suite.tasks.filter(({ heldOut }) => !heldOut).length, metric.stages?.at(-1) ?? usualStages.at(-1) ?? 0)
    const { model, requests } = agentOf(config, metric, { code: null, mounts: [] })
    found.push({ name, model, attempts: tasks * (evaluations + 1) + confirmations(config) * 2 * suite.tasks.length, calls: requests })
  }
  return found
}

type Estimated = Opened & { readonly config: Config; readonly models: ModelsConfig; readonly baseline: string; readonly constitution: Constitution | null }

async function estimateProposers(invocation: Invocation, request: Estimated): Promise<RunEstimate['models']> {
  const { proposers } = request.config
  const known = await knownModels(invocation, request.models)
  // Whoever improves itself proposes alone.
  if (request.config.search.self !== null) return selfEstimates(request.config, known)
  return [...(proposers.includes('llm') ? await llmEstimates(request, known) : []), ...(proposers.includes('agent') ? agentEstimates(request.config, known) : [])]
}

async function llmEstimates({ target, config, models, baseline, constitution }: Estimated, known: readonly KnownModel[]): Promise<RunEstimate['models']> {
  const { revisions } = target.workspace
  const brief = await promptBrief({ revisions, config, baseline, constitution, goal: 'improve', failing: '' })
  const sources = new Map((await scopedSources({ revisions, config, baseline })).map((source) => [source.path, source]))
  return proposingModels(known, models).map(({ name, price, contextTokens, maxOutputTokens, formats }) => {
    const { request } = buildPrompt(brief, { opportunities: [], sources }, { lineage: [], best: [], attempts: [] }, { format: formats[0], contextTokens, maxOutputTokens, random: seededRandom('estimate', name) })
    const bytes = mostInputTokens(request)
    const promptTokens = Math.ceil(bytes / 3.5)
    const usd = price === null ? null : { low: (promptTokens * price.input + shortReply * price.output) / 1e9, high: (2 * Math.max(bytes, contextTokens) * price.input + 2 * maxOutputTokens * price.output) / 1e9 }
    return { name, promptTokens, usd }
  })
}

/** Rules in words are put to a model where something may come to be applied: about each finalist, and about every variant where nothing is confirmed. */
async function estimateJudge(invocation: Invocation, { config, constitution, evaluations }: { readonly config: Config; readonly constitution: Constitution | null; readonly evaluations: number }): Promise<RunEstimate['judge']> {
  const rules = constitution?.rules.filter(({ judge }) => judge !== undefined).length ?? 0
  if (config.models === undefined || rules === 0) return null
  const name = judgeName(config.models)
  const known = (await knownModels(invocation, config.models)).find((model) => model.name === name)
  const changes = confirmations(config) + (config.accept.confirm ? 0 : evaluations)
  if (known === undefined || known.price === null) return { name, rules, changes, usd: null }
  const { price, endpoint: { contextTokens, maxOutputTokens } } = known
  const longest = Math.min(maxOutputTokens, judgeAnswerTokens)
  return { name, rules, changes, usd: { low: (rules * (shortReply * price.input + shortReply * price.output)) / 1e9, high: (2 * rules * (contextTokens * price.input + longest * price.output)) / 1e9 } }
}

function agentEstimates(config: Config, known: readonly KnownModel[]): RunEstimate['models'] {
  return proposingAgents(config).map(({ name, model, calls, usd: most = Number.POSITIVE_INFINITY }) => {
    const { price = null, endpoint } = known.find((one) => one.name === model.name) ?? {}
    const limit = Math.min(most, config.models?.budget.perProposal.usd ?? Number.POSITIVE_INFINITY)
    const usd = price === null || endpoint === undefined ? null : {
      low: Math.min(limit, (shortAgent.calls * (shortAgent.promptTokens * price.input + shortReply * price.output)) / 1e9),
      high: Math.min(limit, (calls * (endpoint.contextTokens * price.input + endpoint.maxOutputTokens * price.output)) / 1e9),
    }
    return { name: `agent ${name}`, promptTokens: shortAgent.promptTokens, usd }
  })
}

/** Of a suite that does not say otherwise. */
const [usualTasks, usualCalls] = [200, 100]
/** Tasks of a suite that even a hopeless candidate is given. */
const fewTasks = 4

/** A change that an agent makes of itself, and what it is then given to solve: everything that one evaluation may cost. */
function selfEstimates(config: Config, known: readonly KnownModel[]): RunEstimate['models'] {
  const agent = selfAgent(config)
  const { price = null, endpoint } = known.find((one) => one.name === agent.model.name) ?? {}
  const suites = Object.values(config.metrics).filter(({ suite }) => suite !== undefined)
  const attempts = suites.map(({ stages, calls = usualCalls }) => (stages?.at(-1) ?? usualTasks) * calls).reduce((sum, most) => sum + most, 0)
  const usd = price === null || endpoint === undefined ? null : {
    low: ((1 + fewTasks * suites.length) * shortAgent.calls * (shortAgent.promptTokens * price.input + shortReply * price.output)) / 1e9,
    // The baseline is given the same tasks, once; it counts as one more candidate.
    high: ((agent.calls + 1 + 2 * attempts) * (endpoint.contextTokens * price.input + endpoint.maxOutputTokens * price.output)) / 1e9,
  }
  return [{ name: `agent ${agent.model.name}, on itself and its tasks`, promptTokens: shortAgent.promptTokens, usd }]
}

/** What a proposal's model was asked and answered; null for each transcript that is gone. */
export async function promptsOf(target: OpenTarget, digests: readonly string[]): Promise<readonly (Transcript | null)[]> {
  const transcripts = transcriptsOf(target)
  return Promise.all(digests.map((digest) => transcripts.load(digest)))
}

/** At most: those that a person is asked about have finalists of their own. */
function confirmations({ search }: Pick<Config, 'search'>): number {
  return search.followAsked ? 2 * finalistLimit : finalistLimit
}
