import { cp, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { isTrajectoryComplete, launchAgent, type AgentPorts, type AgentResult } from '../../agent/launch-agent.ts'
import { leftoversOf } from '../../agent/leftovers.ts'
import { summaryOf } from '../../agent/summary-of.ts'
import { outputTail } from '../../evaluation/output-tail.ts'
import type { RunId } from '../../journal/event.ts'
import { createRedactor, type Redactor } from '../../model/redaction.ts'
import { buildStatement } from '../../proposal/prompt/build-statement.ts'
import type { PromptBrief } from '../../proposal/prompt/build-prompt.ts'
import type { ObjectId, ProposalModel } from '../../proposal/proposal.ts'
import type { ProposalDraft, ProposalRefusal, ProposalRequest, Proposer } from '../../proposal/proposer.ts'
import { rationaleSentence } from '../../proposal/rationale-sentence.ts'
import type { SearchHistory } from '../../proposal/search-history.ts'
import type { Limits, Mount } from '../../sandbox/sandbox.ts'
import { removeTree } from '../../workspace/remove-tree.ts'
import type { RevisionReader, TreeSlots } from '../../workspace/workspace.ts'

export interface ProposingAgent {
  /** As the configuration names it. */
  readonly name: string
  readonly command: string
  /** Folder of the repository with its own code, as the baseline has it; null where it is a program of the machine. */
  readonly code: string | null
  readonly model: Pick<ProposalModel, 'name' | 'provider' | 'id'>
  readonly environment: Readonly<Record<string, string>>
  readonly bridge: boolean
  readonly trajectory: 'required' | 'ignored'
  readonly limits: Limits
  /** Of its model, for one proposal. */
  readonly calls: number
  readonly usd?: number
}

export interface AgentProposerOptions extends AgentPorts {
  readonly slots: TreeSlots
  readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>
  /** Where trees are copied to. */
  readonly scratch: string
  readonly run: RunId
  readonly baseline: ObjectId
  readonly brief: PromptBrief
  readonly agents: readonly [ProposingAgent, ...ProposingAgent[]]
  readonly isProtected: (path: string) => boolean
  /** What no agent is shown: besides what the slots leave out by themselves: tests that are held out. */
  readonly isHidden: (path: string) => boolean
  /** What setup adds to a tree. */
  readonly mounts: readonly Mount[]
}

const noHistory: SearchHistory = { lineage: [], best: [], attempts: [] }
/** Lines that an agent ended with. */
const lastLines = 12

/**
 * Runs a coding agent on a copy of the parent variant, in the sandbox, with its model behind the gateway: what it leaves there is the proposal. Nothing that it says decides anything. Made again, as after a kill, it is answered
 * from the record.
 */
export function createAgentProposer(options: AgentProposerOptions): Proposer {
  const redactor = createRedactor([])
  return {
    name: 'agent',
    propose: async (request, signal) => {
      const agent = request.random.pick(options.agents)
      const result = await launched(options, { agent, request }, signal)
      signal.throwIfAborted()
      return draftOf(agent, result, redactor)
    },
  }
}

async function launched(options: AgentProposerOptions, { agent, request }: { readonly agent: ProposingAgent; readonly request: ProposalRequest }, signal: AbortSignal): Promise<AgentResult> {
  const { step = 0, random, opportunities, parent } = request
  const statement = buildStatement(options.brief, { opportunities, history: (await request.history?.()) ?? noHistory, random })
  await using work = await copiedTree(options, { commit: parent, folder: '' })
  await using code = agent.code === null ? null : await copiedTree(options, { commit: options.baseline, folder: agent.code })
  return await launchAgent(options, {
    command: agent.command,
    code: code?.path ?? null,
    work: work.path,
    statement,
    model: agent.model.name,
    limits: agent.limits,
    grant: { run: options.run, about: `step ${step}`, label: `agent step ${step}`, requests: agent.calls, ...(agent.usd === undefined ? {} : { usd: agent.usd }) },
    environment: agent.environment,
    mounts: options.mounts,
    bridge: agent.bridge,
    leaveOut: await leftovers(options, parent),
  }, signal)
}

interface CopiedTree extends AsyncDisposable {
  readonly path: string
}

/** A tree to be written to, without what nobody inside may read. Links stay as they are and are not followed. */
async function copiedTree({ slots, scratch, baseline, isProtected, isHidden }: AgentProposerOptions, { commit, folder }: { readonly commit: ObjectId; readonly folder: string }): Promise<CopiedTree> {
  await using slot = await slots.materialise({ commit, baseline, isProtected, isWithheld: isHidden })
  const home = await mkdtemp(path.join(scratch, 'agent-'))
  try {
    const tree = path.join(home, 'tree')
    await cp(path.join(slot.path, folder), tree, { recursive: true, verbatimSymlinks: true })
    return { path: tree, [Symbol.asyncDispose]: () => removeTree(home) }
  } catch (error) {
    await removeTree(home)
    throw error
  }
}

const largestIgnoreFile = 64 * 1024

async function leftovers({ revisions, mounts }: AgentProposerOptions, parent: ObjectId): Promise<ReturnType<typeof leftoversOf>> {
  const entries = await revisions.entries(parent)
  const named = entries.filter(({ path: file, mode }) => mode.startsWith('100') && (file === '.gitignore' || file.endsWith('/.gitignore')))
  const blobs = await revisions.blobs(named.map(({ id }) => id), largestIgnoreFile)
  const ignoreFiles = named.flatMap(({ path: file }, index) => {
    const bytes = blobs[index] ?? null
    return bytes === null ? [] : [{ folder: file.slice(0, -'.gitignore'.length), text: Buffer.from(bytes).toString('utf8') }]
  })
  return leftoversOf({ tracked: entries.map(({ path: file }) => file), ignoreFiles, shown: mounts.map(({ target }) => target) })
}

function draftOf(agent: ProposingAgent, result: AgentResult, redactor: Redactor): ProposalDraft {
  const { changes, calls } = result
  const refusal = refusalOf(agent, result)
  const told = { edits: [], operator: `agent-${agent.name}` }
  const nanoUsd = calls.reduce((sum, call) => sum + call.nanoUsd, 0)
  const used = { name: agent.model.name, calls: calls.map(({ call }) => call), nanoUsd }
  if (refusal !== null || changes === null) {
    const { code, detail } = refusal ?? { code: 'unreadable', detail: '' }
    // An agent that was not answered once has cost nothing: whoever proposes as well may have the step.
    return { ...told, rationale: '', refusal: { code, detail: rationaleSentence(redactor.redact(detail)), model: calls.length === 0 ? null : used } }
  }
  const [first] = calls
  const model = first === undefined ? {} : { model: { ...used, provider: agent.model.provider, id: agent.model.id, promptDigest: first.requestDigest, transcripts: calls.map(({ transcript }) => transcript) } }
  return { ...told, changes, rationale: rationaleSentence(redactor.redact(lastWords(result))), ...model }
}

/** What it had done when its time was over is judged like anything else: it was paid for. */
function refusalOf({ trajectory }: ProposingAgent, result: AgentResult): Pick<ProposalRefusal, 'code' | 'detail'> | null {
  const { problem, where, changes, result: { ending, exitCode, stdout, stderr } } = result
  if (problem !== null) return { code: problem, detail: `what the agent left cannot be taken: ${problem}${where === '' ? '' : ` at ${where}`}` }
  if (changes === null || changes.length > 0) return trajectory === 'required' && !isTrajectoryComplete(result) ? { code: 'trajectory-incomplete', detail: 'the trajectory of the agent does not show every reply that its model gave' } : null
  const end = ending === 'exited' ? `ended with status ${exitCode}` : `was stopped (${ending})`
  return { code: 'empty', detail: `the agent changed nothing and ${end}: ${outputTail(stdout, stderr)}` }
}

/** Its own summary where it gives one; else what it printed last that is no line of a trajectory. */
function lastWords({ trajectory }: AgentResult): string {
  const summary = summaryOf({ trajectory })
  if (summary !== '') return summary
  const end = trajectory.findLast((line) => line.kind === 'end')
  // Why it ended is one thing, what it did another; not every agent tells them apart.
  if (typeof end?.['summary'] === 'string' && end['summary'].trim() !== '') return end['summary']
  const text = trajectory.flatMap((line) => (line.kind === 'text' ? [line.text] : [])).slice(-lastLines).join('\n')
  return text.trim() === '' ? (end?.why ?? '') : text
}
