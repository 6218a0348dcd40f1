import { isTrajectoryComplete, launchAgent, type AgentResult } from '../agent/launch-agent.ts'
import type { TrajectoryLine } from '../agent/trajectory.ts'
import type { DoorOpener } from '../capability/door.ts'
import { printableText } from '../evaluation/printable-text.ts'
import type { RunId } from '../journal/event.ts'
import type { Gateway } from '../model/gateway.ts'
import type { Limits, Mount } from '../sandbox/sandbox.ts'
import type { BenchmarkTask } from './benchmark-task.ts'
import { judgeWork, packageMounts, type JudgingPorts } from './judge-work.ts'
import { watchedGateway, type ModelTrouble } from './model-trouble.ts'
import type { TaskEnding, TaskRun } from './task-run.ts'
import { writtenTree } from './task-tree.ts'

export interface AttemptPorts extends JudgingPorts {
  readonly doors: DoorOpener
  readonly gateway: Gateway
}

/** Whoever attempts tasks. */
export interface TaskAgent {
  readonly command: string
  /** Host folder with its own code, which holds no suite; null where it is a program of the machine. */
  readonly code: string | null
  /** Shown besides its code. */
  readonly mounts: readonly Mount[]
  /** As the configuration names it. */
  readonly model: string
  readonly limits: Limits
  /** Calls of the model for one task. */
  readonly requests: number
  readonly needsTrajectory: boolean
  readonly bridge: boolean
  readonly environment?: Readonly<Record<string, string>>
}

export interface TaskAttempt {
  readonly task: BenchmarkTask
  readonly agent: TaskAgent
  readonly side: TaskRun['side']
  readonly grant: { readonly run: RunId | null; readonly about: string | null; readonly label: string }
  readonly seed: number
}

/** What became of an attempt, with what its launch took; or that nobody can say, because the agent's model did not answer. */
export type AttemptOutcome = { readonly kind: 'judged'; readonly run: TaskRun; readonly cost: readonly [cpuMs: number, wallMs: number, peakMemoryBytes: number] } | { readonly kind: 'trouble'; readonly trouble: ModelTrouble }

const mostTail = 2_000
const mostVisible = 20

/** Of one attempt in a recording: as often as its run may have been resumed in the middle of it. */
const mostTries = 20

/**
 * One attempt: the agent works in a fresh repository, with a door to its model; what it left is judged in another launch, without one. An attempt that failed because a model did not answer says nothing about the agent. A
 * resumed run makes it again under the same label: replies come from the record, and only what was not answered is asked anew. A replay makes it as often as its run did.
 */
export async function attemptTask(ports: AttemptPorts, attempt: TaskAttempt, signal: AbortSignal): Promise<AttemptOutcome> {
  let before: AttemptOutcome | null = null
  for (let number = 1; ; number++) {
    const outcome = await attemptOnce(ports, attempt, signal)
    if (outcome.kind === 'judged') return outcome
    // A recording ends where the run that made it gave up as well.
    if (before !== null && outcome.trouble.reason === 'recording-missing') return before
    // No resumed run has more to spend.
    if (!outcome.trouble.isRecorded || outcome.trouble.reason === 'budget' || number >= mostTries) return outcome
    before = outcome
  }
}

async function attemptOnce(ports: AttemptPorts, { task, agent, side, grant, seed }: TaskAttempt, signal: AbortSignal): Promise<AttemptOutcome> {
  const watched = watchedGateway(ports.gateway)
  await using work = await writtenTree(ports.scratch, task.files, ports.owner)
  const result = await launchAgent({ sandbox: ports.sandbox, doors: ports.doors, gateway: watched.gateway }, {
    command: agent.command, code: agent.code, work: work.path, statement: task.statement, model: agent.model, limits: agent.limits,
    mounts: [...agent.mounts, ...packageMounts(ports.mounts, task)],
    grant: { ...grant, requests: agent.requests, isRenewing: true },
    environment: { ...agent.environment, RATCHET_SEED: String(seed) },
    ...(agent.bridge ? { bridge: true } : {}),
  }, signal)
  signal.throwIfAborted()
  const base = { task: task.id, side, label: grant.label, calls: result.calls.length, nanoUsd: result.calls.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0) }
  const tail = tailOf(result.trajectory)
  const judged = await judge(ports, { task, agent, result, label: grant.label, isSpent: watched.isGrantSpent() }, signal)
  const trouble = judged.solved ? null : watched.trouble()
  if (trouble !== null) return { kind: 'trouble', trouble }
  const { usage } = result.result
  return { kind: 'judged', cost: [usage.cpuMs, usage.wallMs, usage.peakMemoryBytes], run: { ...base, ...judged, ...(tail === '' ? {} : { tail }) } }
}

type Judged = Pick<TaskRun, 'solved' | 'why' | 'tests' | 'trust' | 'visibleFailing'>

async function judge(ports: AttemptPorts, { task, agent, result, label, isSpent }: { readonly task: BenchmarkTask; readonly agent: TaskAgent; readonly result: AgentResult; readonly label: string; readonly isSpent: boolean }, signal: AbortSignal): Promise<Judged> {
  const failed = (why: TaskEnding): Judged => ({ solved: false, why, tests: null, trust: 'sealed' })
  if (agent.needsTrajectory && !isTrajectoryComplete(result)) return failed('trajectory-incomplete')
  const { changes } = result
  if (changes === null) return failed('changes-refused')
  if (changes.length === 0) return failed(endingOf(result, isSpent) ?? 'no-change')
  const hidden = await judgeWork(ports, { task, tests: task.tests, changes, label }, signal)
  signal.throwIfAborted()
  const { tests, trust } = hidden
  if (hidden.passed) return { solved: true, why: 'solved', tests, trust }
  const visible = task.visible === null ? null : await judgeWork(ports, { task, tests: task.visible, changes, label: `${label} visible` }, signal)
  signal.throwIfAborted()
  return { solved: false, why: endingOf(result, isSpent) ?? 'tests-failed', tests, trust, ...(visible === null ? {} : { visibleFailing: visible.failing.slice(0, mostVisible) }) }
}

/** Why the agent itself came to a bad end; null where it did not. */
function endingOf({ result: { ending, exitCode } }: AgentResult, isSpent: boolean): TaskEnding | null {
  switch (ending) {
    case 'exited':
      return exitCode === 0 ? null : isSpent ? 'budget' : 'agent-failed'
    case 'wall-limit':
    case 'cpu-limit':
      return 'time'
    case 'memory-limit':
    case 'process-limit':
    case 'disk-limit':
    case 'output-limit':
      return 'limit'
    case 'signalled':
    case 'aborted':
      return 'agent-failed'
  }
}

/** The last lines that fit. */
function tailOf(trajectory: readonly TrajectoryLine[]): string {
  const lines = trajectory.slice(-50).map((line) => (line.kind === 'text' ? line.text : JSON.stringify(line)))
  return printableText(lines.join('\n').slice(-mostTail)).toWellFormed()
}
