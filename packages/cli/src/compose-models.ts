import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config, Constitution, EventBodies, Gateway, GatewayModel, ModelEndpoint, ModelPrice, ModelsConfig, ObjectId, PriceTable, PromptBrief, Proposer, RecordedSearches, Recording, Research, RevisionReader, RuleJudge, RunId, SpendingLimits, Transcripts } from '@ratchet/core'
import { explainConstitution } from '@ratchet/core/constitution/explain-constitution'
import { openGateway } from '@ratchet/core/model/gateway'
import { ModelError } from '@ratchet/core/model/model-error'
import { findPrice, noPrice, priceTableSchema } from '@ratchet/core/model/model-price'
import { nanoUsd } from '@ratchet/core/model/money'
import { readRecording } from '@ratchet/core/model/recording'
import { createRedactor } from '@ratchet/core/model/redaction'
import { unlimited } from '@ratchet/core/model/spending-budget'
import { constraintsText, objectiveText, steadyOutput } from '@ratchet/core/proposal/prompt/objective-text'
import { readTemplates } from '@ratchet/core/proposal/prompt/prompt-templates'
import { readSearches } from '@ratchet/core/research/research-desk'
import { createLlmRuleJudge } from '@ratchet/core/adapters/llm-judge/llm-rule-judge'
import { openGitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { createLlmProposer, type ProposingModel } from '@ratchet/core/adapters/llm-proposer/llm-proposer'
import { builtInPrices } from '@ratchet/core/adapters/model-providers/built-in-prices'
import { openModel } from '@ratchet/core/adapters/model-providers/open-model'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { createTranscriptFiles } from '@ratchet/core/adapters/transcript-files/transcript-files'
import { judgeName } from './compose-rule-judge.ts'
import type { OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'
import { longestWritten, readPlainBytes } from './read-plain-file.ts'
import { UsageError } from './usage-error.ts'
import { userFolder } from './user-directory.ts'

/** A model of the configuration with what it costs, before it is asked anything. */
export interface KnownModel {
  readonly name: string
  readonly endpoint: ModelEndpoint
  /** Null where neither the configuration nor a price list says it. */
  readonly price: ModelPrice | null
  /** Whether the environment holds its key, or it needs none. */
  readonly hasKey: boolean
}

export async function knownModels({ environment }: Pick<Invocation, 'environment'>, { use }: ModelsConfig): Promise<readonly KnownModel[]> {
  const tables = [await builtInPrices(), ...(await userPrices(environment))]
  return Object.entries(use).map(([name, endpoint]) => ({ name, endpoint, price: priceOf(endpoint, tables), hasKey: endpoint.key === undefined || keyOf(environment, endpoint) !== null }))
}

function priceOf({ price, isOwn, model }: ModelEndpoint, tables: readonly PriceTable[]): ModelPrice | null {
  if (price !== undefined) return { input: nanoUsd(price.input / 1e6), output: nanoUsd(price.output / 1e6) }
  return isOwn ? noPrice : findPrice(tables, model)
}

/** The user's own list beats the built-in one. */
async function userPrices(environment: Invocation['environment']): Promise<readonly PriceTable[]> {
  const file = path.join(userFolder(environment), 'prices.json')
  const read = await readPlainBytes(file, longestWritten).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw new UsageError('bad-argument', `the price list ${file} cannot be read`, { cause: error })
  })
  if (read === null) return []
  if ('refused' in read) throw new UsageError('bad-argument', `the price list ${file} ${read.said}`)
  try {
    return [priceTableSchema.parse(JSON.parse(read.bytes.toString('utf8')))]
  } catch (error) {
    throw new UsageError('bad-argument', `the price list ${file} is not in the form {"version": 1, "models": {"NAME": {"input": DOLLARS, "output": DOLLARS}}}`, { cause: error, remedy: 'Correct or remove it: a limit in money must not rest on a guess.' })
  }
}

function keyOf(environment: Invocation['environment'], { key }: ModelEndpoint): string | null {
  const value = key === undefined ? undefined : environment[key]
  return value === undefined || value.trim() === '' ? null : value.trim()
}

export function transcriptsOf({ workspace }: Pick<OpenTarget, 'workspace'>): Transcripts {
  return createTranscriptFiles(path.join(workspace.stateDirectory, 'transcripts'))
}

export interface GatewayRequest {
  readonly target: OpenTarget
  readonly models: ModelsConfig
  readonly run: RunId | null
  /** Of the run as it was started; without it, as the configuration says. */
  readonly limits?: SpendingLimits
  readonly recording?: Recording
}

/** The gateway of a run or of one command. Keys come from the environment and stay in here. */
export async function openModelGateway(invocation: Invocation, { target, models, run, limits, recording }: GatewayRequest): Promise<Gateway> {
  const { environment, clock } = invocation
  const known = await knownModels(invocation, models)
  const keys = known.flatMap(({ endpoint }) => keyOf(environment, endpoint) ?? [])
  const { perProposal } = models.budget
  return openGateway(
    { journal: target.journal, index: target.index, transcripts: transcriptsOf(target), redactor: createRedactor(keys), clock, wait: (ms, signal) => delay(ms, undefined, { signal }) },
    {
      run,
      limits: { run: limits ?? spendingLimits(models.budget), proposal: spendingLimits(perProposal) },
      models: known.map(({ name, endpoint, price }): GatewayModel => ({
        model: { name, provider: endpoint.provider, id: endpoint.model },
        provider: openModel({ endpoint, key: keyOf(environment, endpoint), localOnly: models.localOnly }),
        price,
        maxOutputTokens: endpoint.maxOutputTokens,
        attempts: models.attempts,
      })),
      ...(recording === undefined ? {} : { recording }),
    },
  )
}

export function spendingLimits({ usd, tokens, calls }: { readonly usd?: number | undefined; readonly tokens?: number | undefined; readonly calls?: number | undefined }): SpendingLimits {
  return { ...unlimited, nanoUsd: usd === undefined ? null : nanoUsd(usd), tokens: tokens ?? null, calls: calls ?? null }
}

/** What would make every call fail is said before a run begins. */
export function refuseUnaskable(known: readonly KnownModel[], limits: SpendingLimits): void {
  for (const { name, endpoint, price, hasKey } of known) {
    if (!hasKey) throw new ModelError('key-missing', `the environment variable ${endpoint.key ?? ''}, which holds the key of the model ${name}, is not set`, { remedy: `Set it, or leave ${name} out of models.propose.` })
    if (price === null && limits.nanoUsd !== null) throw new ModelError('price-unknown', `the price of ${endpoint.model} is not known, so no limit in money could hold`, { remedy: `Write \`price: { input: DOLLARS, output: DOLLARS }\` for a million tokens under models.use.${name}.` })
  }
}

export function proposingNames({ use, propose }: ModelsConfig): readonly string[] {
  return propose ?? Object.keys(use)
}

export interface BriefRequest {
  readonly revisions: RevisionReader
  readonly config: Config
  readonly baseline: ObjectId
  readonly constitution: Constitution | null
  readonly goal: 'improve' | 'repair'
  /** What the failing tests of the baseline print. */
  readonly failing: string
}

/** What a model is told whatever the step. Templates come from the baseline, as everything that steers a run. */
export async function promptBrief({ revisions, config, baseline, constitution, goal, failing }: BriefRequest): Promise<PromptBrief> {
  const folder = config.models?.prompts?.replace(/\/+$/, '')
  const entries = folder === undefined ? [] : (await revisions.entries(baseline)).filter((entry) => entry.path.startsWith(`${folder}/`) && entry.mode.startsWith('100'))
  const blobs = await revisions.blobs(entries.map(({ id }) => id), 256 * 1024)
  const texts = new Map(entries.map((entry, index) => [entry.path, blobs[index]]))
  const templates = await readTemplates(async (file) => {
    const bytes = texts.get(`${folder ?? ''}/${file}`)
    return bytes === undefined || bytes === null ? null : Buffer.from(bytes).toString('utf8')
  })
  return { goal, objective: objectiveText(config), constraints: constraintsText(config, constitution === null ? null : explainConstitution(constitution)), failing: steadyOutput(failing), isScored: Object.values(config.metrics).some(({ role, measure }) => role === 'objective' && measure === 'pass-rate'), templates }
}

export function proposingModels(known: readonly KnownModel[], models: ModelsConfig): readonly ProposingModel[] {
  const names = proposingNames(models)
  return known.filter(({ name }) => names.includes(name)).map(({ name, endpoint, price }) => {
    const [first = 'search-replace', ...formats] = endpoint.formats
    return { name, price, provider: endpoint.provider, id: endpoint.model, contextTokens: endpoint.contextTokens, maxOutputTokens: endpoint.maxOutputTokens, temperature: endpoint.temperature ?? null, formats: [first, ...formats] }
  })
}

export async function llmProposer(invocation: Invocation, { gateway, models, brief, research }: { readonly gateway: Gateway; readonly models: ModelsConfig; readonly brief: PromptBrief; readonly research: Research | null }): Promise<Proposer> {
  const [first, ...others] = proposingModels(await knownModels(invocation, models), models)
  if (first === undefined) throw new UsageError('bad-argument', 'no model may make proposals', { remedy: 'Name one under models.propose.' })
  return createLlmProposer({ gateway, brief, models: [first, ...others], ...(research === null ? {} : { research }) })
}

/** Answers rules in words with the model that the configuration names for it. */
export async function openRuleJudge({ gateway, models, revisions, brief }: { readonly gateway: Gateway; readonly models: ModelsConfig; readonly revisions: RevisionReader; readonly brief: PromptBrief }): Promise<RuleJudge> {
  return createLlmRuleJudge({ gateway, model: judgeName(models), template: brief.templates.judge, diff: (baseline, candidate) => revisions.diff(baseline, candidate) })
}

/** A recorded run: how it was started, and what its models answered. */
export interface RecordedRun {
  readonly started: EventBodies['run-started']
  readonly recording: Recording
  readonly searches: RecordedSearches
}

/** The last run in a repository's journal that asked models, or the one that `run` names. */
export async function openRecordedRun(invocation: Invocation, directory: string, run: RunId | null): Promise<RecordedRun> {
  await using workspace = await openGitWorkspace({ directory, environment: invocation.environment })
  await using journal = await openSqliteJournal({ directory: workspace.stateDirectory, mode: 'read', clock: invocation.clock })
  let found: EventBodies['run-started'] | null = null
  for await (const event of journal.ofKinds(['run-started'])) {
    if (event.kind === 'run-started' && event.body.modelBudget !== undefined && event.body.replayed !== true && (run === null || event.body.run === run)) found = event.body
  }
  if (found === null) throw new ModelError('recording-missing', `the journal of ${directory} holds no run that asked a model`, { remedy: 'Name the repository in which the run was recorded: --replay DIR.' })
  return { started: found, recording: await readRecording(journal.ofRun(found.run), createTranscriptFiles(path.join(workspace.stateDirectory, 'transcripts'))), searches: await readSearches(journal.ofRun(found.run)) }
}
