import { buildPrompt, mostInputTokens, seededRandom, type Config, type ModelPrice, type ModelsConfig, type ObjectId, type Transcript } from '@ratchet/core'
import { loadTargetConfig, scopedSources, type OpenTarget } from './compose.ts'
import { proposingAgents } from './compose-agents.ts'
import { knownModels, openModelGateway, promptBrief, proposingModels, transcriptsOf, type KnownModel } from './compose-models.ts'
import { openConstitution } from './compose-constitution.ts'
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
export async function checkModels(invocation: Invocation, opened: Opened): Promise<readonly CheckedModel[]> {
  const { config } = await configOf(invocation, opened)
  if (config.models === undefined) throw new UsageError('nothing-to-do', 'the configuration names no models', { remedy: 'Add `models` (docs/guides/models.md).' })
  const gateway = await openModelGateway(invocation, { target: opened.target, models: { ...config.models, attempts: 1 }, run: null })
  const checked: CheckedModel[] = []
  for (const { model } of gateway.models) {
    const started = invocation.clock().getTime()
    const answer = await gateway.ask(
      { model: model.name, purpose: 'check', label: `check ${model.name} ${started}`, about: null, request: { system: 'Answer with one word.', messages: [{ role: 'user', text: 'Say yes.' }], maxOutputTokens: 64 } },
      { signal: invocation.signal },
    )
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
  /** Null where a price is not known. */
  readonly usd: CostRange | null
  readonly limit: number | null
}

/** A reply of this many tokens is a short one. */
const shortReply = 200

/** An agent that finds what to do at once: so many calls, each with so many tokens of what it says and has read. */
const shortAgent = { calls: 4, promptTokens: 4000 }

/** Between a short reply at once, and the longest prompt and reply twice, for each evaluation; of an agent, between a few calls and all that it may make. What a run may really spend is what its limit says. */
export async function estimateRun(invocation: Invocation, { evaluations, ...opened }: Opened & { readonly evaluations?: number }): Promise<RunEstimate> {
  const { config, baseline } = await configOf(invocation, opened)
  const count = evaluations ?? config.search.evaluations
  const limit = config.models?.budget.usd ?? null
  const asking = config.proposers.filter((name) => name !== 'genetic')
  if (config.models === undefined || asking.length === 0) return { evaluations: count, models: [], usd: { low: 0, high: 0 }, limit }
  const known = await knownModels(invocation, config.models)
  const models = [...(asking.includes('llm') ? await llmEstimates(invocation, opened, { config, models: config.models, baseline, known }) : []), ...(asking.includes('agent') ? agentEstimates(config, known) : [])]
  const ranges = models.flatMap(({ usd }) => usd ?? [])
  const isKnown = ranges.length === models.length && ranges.length > 0
  // Of several proposers, those that ask models get their share of the steps at the least.
  const share = asking.length / config.proposers.length
  return { evaluations: count, models, limit, usd: isKnown ? { low: count * share * Math.min(...ranges.map(({ low }) => low)), high: count * Math.max(...ranges.map(({ high }) => high)) } : null }
}

type Estimates = RunEstimate['models']

async function llmEstimates(invocation: Invocation, { target: { workspace } }: Opened, { config, models, baseline, known }: { readonly config: Config; readonly models: ModelsConfig; readonly baseline: ObjectId; readonly known: readonly KnownModel[] }): Promise<Estimates> {
  const { constitution } = await openConstitution(invocation, { workspace, baseline, config })
  const brief = await promptBrief({ revisions: workspace.revisions, config, baseline, constitution, goal: 'improve', failing: '' })
  const sources = new Map((await scopedSources({ revisions: workspace.revisions, config, baseline })).map((source) => [source.path, source]))
  return proposingModels(known, models).map(({ name, price, contextTokens, maxOutputTokens, formats }) => {
    const { request } = buildPrompt(brief, { opportunities: [], sources }, { lineage: [], best: [], attempts: [] }, { format: formats[0], contextTokens, maxOutputTokens, random: seededRandom('estimate', name) })
    const bytes = mostInputTokens(request)
    const promptTokens = Math.ceil(bytes / 3.5)
    const usd = price === null ? null : { low: (promptTokens * price.input + shortReply * price.output) / 1e9, high: (2 * Math.max(bytes, contextTokens) * price.input + 2 * maxOutputTokens * price.output) / 1e9 }
    return { name, promptTokens, usd }
  })
}

function agentEstimates(config: Config, known: readonly KnownModel[]): Estimates {
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

/** What a proposal's model was asked and answered; null for each transcript that is gone. */
export async function promptsOf(target: OpenTarget, digests: readonly string[]): Promise<readonly (Transcript | null)[]> {
  const transcripts = transcriptsOf(target)
  return Promise.all(digests.map((digest) => transcripts.load(digest)))
}
