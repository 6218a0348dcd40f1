import { createHash } from 'node:crypto'
import type { EventBodies, RunId } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal, JournalHead } from '../journal/journal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { CycleError } from './cycle-error.ts'
import type { RunSnapshots } from '../archive/run-snapshots.ts'
import { RunState } from './run-state.ts'

export type RunPlan = Omit<EventBodies['run-started'], 'run' | 'tellsAuthors'>

/** Starts a run: its id follows from the plan and its place in the journal, so that two runs with one seed stay apart. */
/** `run`: of a recorded run that is made again, to the letter; its id must be new to this journal. */
export async function startRun(ports: { readonly journal: Journal; readonly revisions: RevisionReader }, plan: RunPlan, again?: RunId): Promise<RunState> {
  const head = await ports.journal.head()
  const run: RunId = again ?? createHash('sha256').update(JSON.stringify([head.hash, plan.seed, plan.baseline])).digest('hex').slice(0, 8)
  const started = { run, ...plan, tellsAuthors: true as const }
  await ports.journal.append([{ kind: 'run-started', body: started }])
  return emptyState(ports.revisions, started)
}

export interface ResumePorts {
  readonly revisions: RevisionReader
  readonly journal: Pick<Journal, 'read'>
  readonly index: Pick<JournalIndex, 'ofRun'>
  readonly snapshots: RunSnapshots
}

/**
 * The state of an interrupted run: its events folded, from the last snapshot on where there is one. Refused when the rules changed meanwhile: evaluations under two kinds of
 * rules must not be mixed in one archive.
 */
export async function resumeRun(ports: ResumePorts, run: RunId, rules: PresentRules): Promise<RunState> {
  const snapshot = await usableSnapshot(ports, run)
  let state = snapshot?.state ?? null
  for await (const event of ports.index.ofRun(run, snapshot?.head.sequence ?? 0)) {
    if (event.kind === 'run-started') state = await emptyState(ports.revisions, event.body)
    else state?.apply(event)
  }
  if (state === null) throw new CycleError('unknown-run', `there is no run ${run}`, { remedy: '`ratchet status` lists the runs.' })
  if (state.finished !== null) throw new CycleError('run-finished', `run ${run} has finished`, { remedy: 'Start a new one with `ratchet run`.' })
  refuseOtherRules(state.started, rules)
  return state
}

/** What a run is held against when it goes on. */
export interface PresentRules {
  readonly configDigest: string
  readonly evaluatorVersion: string | null
  /** Where the configuration is written: in the baseline's own commit, which never changes, or in a file beside it. */
  readonly configSource: 'baseline' | 'outside'
}

/**
 * A digest is taken of what the configuration means, defaults included: only so does the journal prove by which rules was judged. What a default means is for the version of Ratchet to say; where the text cannot have
 * changed, that has.
 */
function refuseOtherRules({ run, ...started }: EventBodies['run-started'], { configDigest, evaluatorVersion, configSource }: PresentRules): void {
  const newer = 'Let the version of Ratchet that started the run finish it, or start a new run.'
  if (started.configDigest !== configDigest) {
    if (configSource === 'baseline') {
      throw new CycleError('run-mismatch', `this version of Ratchet reads the configuration of run ${run} differently from the one that started it, as when a setting with a default came in: the file itself is part of the run's baseline and has not changed`, { remedy: newer })
    }
    throw new CycleError('run-mismatch', `the configuration is not the one that run ${run} was started with: its file was changed, or this version of Ratchet reads it differently from the one that started the run, as when a setting with a default came in`, { remedy: `Restore the configuration if it was changed. ${newer}` })
  }
  if (started.evaluatorVersion !== undefined && evaluatorVersion !== null && started.evaluatorVersion !== evaluatorVersion) {
    throw new CycleError('run-mismatch', `this version of Ratchet measures or compares differently from the one that started run ${run}: their results must not be mixed`, { remedy: newer })
  }
}

async function emptyState(revisions: RevisionReader, started: EventBodies['run-started']): Promise<RunState> {
  const baseline = await revisions.commit(started.baseline)
  return new RunState({ started, rootTree: baseline.tree })
}

/** A snapshot counts for the journal and the run that it was taken of: its last event must be in there, unchanged. */
async function usableSnapshot({ journal, snapshots }: ResumePorts, run: RunId): Promise<{ readonly head: JournalHead; readonly state: RunState } | null> {
  const snapshot = await snapshots.load(run)
  if (snapshot === null) return null
  const { sequence, hash } = snapshot.head
  for await (const event of journal.read(sequence - 1)) {
    if (event.sequence !== sequence || event.hash !== hash) return null
    const state = new RunState(snapshot.state)
    return state.run === run ? { head: snapshot.head, state } : null
  }
  return null
}
