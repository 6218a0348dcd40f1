import { createHash } from 'node:crypto'
import { createArchive } from '../archive/archive-fold.ts'
import type { EventBodies, JournalEvent, RunId } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { CycleError } from './cycle-error.ts'
import { RunState } from './run-state.ts'

export type RunPlan = Omit<EventBodies['run-started'], 'run'>

/** Starts a run: its id follows from the plan and its place in the journal, so that two runs with one seed stay apart. */
export async function startRun(ports: { readonly journal: Journal; readonly revisions: RevisionReader }, plan: RunPlan): Promise<RunState> {
  const head = await ports.journal.head()
  const run: RunId = createHash('sha256').update(JSON.stringify([head.hash, plan.seed, plan.baseline])).digest('hex').slice(0, 8)
  const started = { run, ...plan }
  await ports.journal.append([{ kind: 'run-started', body: started }])
  return emptyState(ports.revisions, started)
}

/**
 * The state of an interrupted run, from its events alone. Refused when the configuration changed meanwhile: evaluations under two
 * configurations must not be mixed in one archive.
 */
export async function resumeRun(
  ports: { readonly revisions: RevisionReader; readonly events: AsyncIterable<JournalEvent> },
  run: RunId,
  { configDigest, evaluatorVersion }: { readonly configDigest: string; readonly evaluatorVersion: string | null },
): Promise<RunState> {
  let state: RunState | null = null
  for await (const event of ports.events) {
    if (event.kind === 'run-started') state = await emptyState(ports.revisions, event.body)
    else state?.apply(event)
  }
  if (state === null) throw new CycleError('unknown-run', `there is no run ${run}`, { remedy: '`ratchet status` lists the runs.' })
  if (state.finished !== null) throw new CycleError('run-finished', `run ${run} has finished`, { remedy: 'Start a new one with `ratchet run`.' })
  if (state.started.configDigest !== configDigest) {
    throw new CycleError('run-mismatch', `the configuration is not the one that run ${run} was started with`, {
      remedy: 'Restore the configuration, or start a new run.',
    })
  }
  const { evaluatorVersion: judged } = state.started
  if (judged !== undefined && evaluatorVersion !== null && judged !== evaluatorVersion) {
    throw new CycleError('run-mismatch', `run ${run} was judged by other tests, metrics or rules than today's: their results must not be mixed`, { remedy: 'Start a new run.' })
  }
  return state
}

async function emptyState(revisions: RevisionReader, started: EventBodies['run-started']): Promise<RunState> {
  const baseline = await revisions.commit(started.baseline)
  return new RunState(started, createArchive(baseline.id), baseline.tree)
}
