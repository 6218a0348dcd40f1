import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import { isTrajectoryComplete, launchAgent, type AgentResult } from '../../agent/launch-agent.ts'
import { summaryOf } from '../../agent/summary-of.ts'
import { leftoversOf, type IgnoreFile } from '../../agent/leftovers.ts'
import { agentCode } from '../../benchmark/suite-sides.ts'
import type { DoorOpener } from '../../capability/door.ts'
import { prepareTree, type PreparePorts } from '../../evaluation/prepared-tree.ts'
import type { Gateway } from '../../model/gateway.ts'
import { createRedactor, type Redactor } from '../../model/redaction.ts'
import type { ProposalDraft, ProposalRefusal, ProposalRequest, Proposer } from '../../proposal/proposer.ts'
import { rationaleSentence } from '../../proposal/rationale-sentence.ts'
import type { SearchHistory } from '../../proposal/search-history.ts'
import type { PromptTemplates } from '../../proposal/prompt/prompt-templates.ts'
import type { ObjectId, ProposalModel } from '../../proposal/proposal.ts'
import type { Limits, Mount } from '../../sandbox/sandbox.ts'
import type { Config } from '../../target/config.ts'
import { askWeakness, type AskedWeakness } from '../../weakness/ask-weakness.ts'
import { chooseFailures } from '../../weakness/choose-failures.ts'
import { findWeakness, unknownWeakness } from '../../weakness/find-weakness.ts'
import { selfStatement } from '../../weakness/self-statement.ts'
import type { TaskRecord } from '../../weakness/task-failure.ts'
import type { Weakness } from '../../weakness/weakness.ts'
import { writeWork } from './write-work.ts'

/** The agent as it is run to change itself. */
export interface SelfAgent {
  readonly command: string
  /** As the configuration names it, whose interface it has, and as its provider calls it. */
  readonly model: Pick<ProposalModel, 'name' | 'provider' | 'id'>
  /** Who analyses failures; null: recorded facts alone. */
  readonly analyst: Pick<ProposalModel, 'name' | 'provider' | 'id'> | null
  readonly limits: Limits
  readonly calls: number
  readonly usd: number | null
  readonly needsTrajectory: boolean
  readonly bridge: boolean
}

export interface SelfProposerOptions extends PreparePorts {
  readonly doors: DoorOpener
  readonly gateway: Gateway
  readonly config: Config
  readonly agent: SelfAgent
  readonly baseline: ObjectId
  readonly isProtected: (path: string) => boolean
  /** What setup added, as the baseline's launches see it. */
  readonly mounts: readonly Mount[]
  readonly run: string
  readonly brief: { readonly objective: string; readonly constraints: string; readonly templates: Pick<PromptTemplates, 'weakness' | 'self'> }
}

const noHistory: SearchHistory = { lineage: [], best: [], attempts: [] }
const noTasks: TaskRecord = { failures: [], solved: 0 }
const operator = 'self-edit'

/**
 * The step of a Darwin-Goedel Machine (Zhang et al. 2025): a variant's own code is run, with its failures in words, on a copy of what may be edited of it; what it leaves is its child. It sees its code without the benchmark, its
 * own failures on tasks that are no secret, and nothing of hidden tests. Everything paid goes through the gateway under labels that follow from the step, so that a resumed run gets the same answers from the record.
 */
export function createSelfProposer(options: SelfProposerOptions): Proposer {
  const redactor = createRedactor([])
  return { name: 'agent', propose: (request, signal) => propose(options, { request, redactor }, signal) }
}

async function propose(options: SelfProposerOptions, { request, redactor }: { readonly request: ProposalRequest; readonly redactor: Redactor }, signal: AbortSignal): Promise<ProposalDraft> {
  const { brief } = options
  const tasks = (await request.tasks?.()) ?? noTasks
  const { shown, why } = chooseFailures(tasks.failures, request.random)
  const asked = await analyse(options, { request, tasks, shown }, signal)
  const found = asked?.weakness ?? findWeakness(tasks.failures, why) ?? unknownWeakness
  const weakness: Weakness = { ...found, unsolved: tasks.failures.length, ...(asked?.use == null ? {} : { model: asked.use }) }
  const statement = selfStatement({ weakness, failures: shown, solved: tasks.solved, unsolved: tasks.failures.length, history: (await request.history?.()) ?? noHistory, objective: brief.objective, constraints: brief.constraints }, brief.templates.self)
  const result = await launch(options, { request, statement }, signal)
  signal.throwIfAborted()
  return draftOf(options, { result, weakness, redactor })
}

function analyse({ gateway, agent, brief }: SelfProposerOptions, { request, tasks, shown }: { readonly request: ProposalRequest; readonly tasks: TaskRecord; readonly shown: TaskRecord['failures'] }, signal: AbortSignal): Promise<AskedWeakness> | null {
  if (agent.analyst === null || tasks.failures.length === 0) return null
  const about = `step ${request.step ?? 0}`
  return askWeakness({ gateway, model: agent.analyst, template: brief.templates.weakness, label: `${about} weakness`, about }, { failures: shown, solved: tasks.solved, unsolved: tasks.failures.length, sources: request.sources, objective: brief.objective }, signal)
}

async function launch(options: SelfProposerOptions, { request, statement }: { readonly request: ProposalRequest; readonly statement: string }, signal: AbortSignal): Promise<AgentResult> {
  const { agent, config, baseline, isProtected, mounts } = options
  const about = `step ${request.step ?? 0}`
  await using code = await prepareTree(options, { config, commit: request.parent, trusted: baseline, isProtected, mounts }, signal)
  await using shown = await agentCode(code.tree, options.scratch)
  await using work = await writeWork(options.scratch, { code: code.tree.path, paths: request.sources.map(({ path }) => path) })
  return await launchAgent(options, {
    command: agent.command,
    code: shown.path,
    work: work.path,
    statement,
    model: agent.model.name,
    limits: agent.limits,
    // What setup added belongs to the code that runs; the copy that it works on has none of it.
    mounts: code.tree.mounts.map(({ source, target }) => ({ source, target: path.posix.resolve('/srv/agent', target) })),
    grant: { run: options.run, about, label: `${about} agent`, requests: agent.calls, ...(agent.usd === null ? {} : { usd: agent.usd }) },
    leaveOut: leftoversOf({ tracked: request.sources.map((source) => source.path), ignoreFiles: await ignoreFiles(code.tree.path), shown: [] }),
    ...(agent.bridge ? { bridge: true } : {}),
  }, signal)
}

/** What a program leaves where it runs is no part of its next version. */
const litter = 'node_modules/\n.cache/\n'
const largestIgnoreFile = 64 * 1024

async function ignoreFiles(code: string): Promise<readonly IgnoreFile[]> {
  const file = path.join(code, '.gitignore')
  const status = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  const own = status === null || !status.isFile() || status.size > largestIgnoreFile ? '' : await readFile(file, 'utf8')
  return [{ folder: '', text: `${litter}${own}` }]
}

interface Made {
  readonly result: AgentResult
  readonly weakness: Weakness
  readonly redactor: Redactor
}

function draftOf({ agent }: SelfProposerOptions, { result, weakness, redactor }: Made): ProposalDraft {
  const { calls } = result
  const [first] = calls
  const used = { name: agent.model.name, calls: calls.map(({ call }) => call), nanoUsd: calls.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0) }
  const problem = problemOf(result, agent)
  if (problem !== null) {
    const { model: analysed = null } = weakness
    const model = first !== undefined ? used : analysed === null ? null : { name: analysed.name, calls: analysed.calls, nanoUsd: analysed.nanoUsd }
    return { edits: [], operator, rationale: '', refusal: { code: problem.code, detail: rationaleSentence(redactor.redact(problem.detail)), model } }
  }
  return {
    edits: [],
    changes: result.changes ?? [],
    operator,
    rationale: rationaleSentence(redactor.redact(summaryOf(result) || weakness.suggestedFix)),
    weakness,
    ...(first === undefined ? {} : { model: { ...used, provider: agent.model.provider, id: agent.model.id, promptDigest: first.requestDigest, transcripts: calls.map(({ transcript }) => transcript) } }),
  }
}

/** Why there is no child; null where there is one. What it is worth is for the gates to say. */
function problemOf({ result, changes, problem, where, trajectory, calls }: AgentResult, { needsTrajectory }: SelfAgent): Omit<ProposalRefusal, 'model'> | null {
  if (problem !== null || changes === null) return { code: 'changes-refused', detail: `what the agent left of itself cannot be taken: ${problem ?? 'unreadable'}${where === '' ? '' : ` at ${JSON.stringify(where.slice(0, 200))}`}` }
  if (needsTrajectory && !isTrajectoryComplete({ trajectory, calls })) return { code: 'trajectory-incomplete', detail: `the agent got ${calls.length} replies of its model and its trajectory does not show all of them` }
  if (changes.length > 0) return null
  const ended = result.ending === 'exited' ? `it ended with status ${result.exitCode ?? 0}` : `it was ended: ${result.ending}`
  return { code: result.ending === 'exited' && result.exitCode === 0 ? 'no-change' : 'agent-failed', detail: `the agent left itself as it was; ${ended}` }
}
