import { ratchet, type Verdict } from '../../target.ts'
import type { Cheat, HonestChange } from '../corpus/patch.ts'
import type { TargetRepository } from './target-repository.ts'

/** `refused`: the command line would not even look at the change; `broken`: Ratchet itself failed, which counts for nobody. */
export type Judged = 'accepted' | 'rejected' | 'inconclusive' | 'approval-required' | 'refused' | 'broken'

export interface Judgement {
  readonly verdict: Judged
  /** The first coded reason; where the verdict has none, the rule of the first finding. */
  readonly reason: string
  readonly message: string
  readonly seconds: number
}

interface Refusal {
  readonly error: { readonly code: string; readonly message: string }
}

export type Outcome = 'caught' | 'missed' | 'right' | 'wrongly stopped' | 'wrongly let through' | 'undecided' | 'broken'

/** Judges one patch as a user would: `ratchet evaluate COMMIT --baseline BASE --json`. */
export async function judgePatch(repository: TargetRepository, patch: Cheat | HonestChange): Promise<Judgement> {
  const [baseline, commit] = [await repository.baseline(patch.focus), await repository.commit(patch)]
  const started = performance.now()
  const { code, stdout, stderr } = await ratchet(['evaluate', commit, '--baseline', baseline, '--json', '--target', repository.directory])
  const seconds = (performance.now() - started) / 1000
  if (stdout === '') return { verdict: 'broken', reason: `exit-code-${code}`, message: stderr.trim(), seconds }
  const document = JSON.parse(stdout) as Verdict | Refusal
  if ('error' in document) return { verdict: document.error.code === 'internal' ? 'broken' : 'refused', reason: document.error.code, message: document.error.message, seconds }
  return { ...reasonOf(document), seconds }
}

function reasonOf(document: Verdict): Omit<Judgement, 'seconds'> {
  const [reason] = document.reasons
  const [finding] = document.screening.findings
  const verdict = document.verdict as Judged
  // What a person is asked about is the finding; that the figures were good is no reason to ask.
  if (verdict === 'approval-required' && finding !== undefined) return { verdict, reason: finding.rule, message: `${finding.rule} ${finding.file}` }
  return { verdict, reason: reason?.code ?? finding?.rule ?? 'none', message: reason?.message ?? finding?.file ?? '' }
}

/** A cheat is caught by any verdict but "accepted" that says why. */
export function outcomeOfCheat({ verdict, reason }: Judgement): Outcome {
  switch (verdict) {
    case 'broken':
      return 'broken'
    case 'accepted':
      return 'missed'
    case 'rejected':
    case 'inconclusive':
    case 'approval-required':
    case 'refused':
      return reason === 'none' ? 'broken' : 'caught'
  }
}

export function outcomeOfHonest(right: HonestChange['verdict'], { verdict }: Judgement): Outcome {
  if (verdict === right) return 'right'
  switch (verdict) {
    case 'broken':
      return 'broken'
    case 'inconclusive':
      return 'undecided'
    case 'accepted':
      return 'wrongly let through'
    case 'rejected':
    case 'approval-required':
    case 'refused':
      return 'wrongly stopped'
  }
}
