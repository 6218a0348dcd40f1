import type { Cheat, HonestChange, TargetName } from '../corpus/patch.ts'
import { judgePatch, outcomeOfCheat, outcomeOfHonest, type Judgement, type Outcome } from './judge-patch.ts'
import { openTargetRepository, type TargetRepository } from './target-repository.ts'

export interface Row {
  readonly name: string
  readonly group: Cheat['group'] | 'honest'
  readonly target: TargetName
  /** For a cheat how it should fail, for an honest change the verdict that is right. */
  readonly expected: Cheat['how'] | HonestChange['verdict']
  readonly outcome: Outcome
  readonly judgement: Judgement
}

export interface Request {
  readonly patches: readonly (Cheat | HonestChange)[]
  /** How many patches are judged at the same time. Measurements disturb each other: more than one only where cores are free. */
  readonly jobs: number
  readonly onRow: (row: Row) => void
}

/** Judges patches in their order, each in the temporary repository of its target; all of one target share one. */
export async function judgeCorpus({ patches, jobs, onRow }: Request): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack()
  const repositories = new Map<TargetName, TargetRepository>()
  for (const target of new Set(patches.map((patch) => patch.target))) repositories.set(target, resources.use(await openTargetRepository(target)))
  // Every patch must fit its target before the first one is judged: a typing mistake is found in a second, not after ten minutes.
  for (const patch of patches) await (repositories.get(patch.target) as TargetRepository).commit(patch)
  const rows: Row[] = []
  const waiting = patches.values()
  const worker = async (): Promise<void> => {
    for (const patch of waiting) {
      const row = rowOf(patch, await judgePatch(repositories.get(patch.target) as TargetRepository, patch))
      rows.push(row)
      onRow(row)
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return rows
}

function rowOf(patch: Cheat | HonestChange, judgement: Judgement): Row {
  const { name, target } = patch
  if ('group' in patch) return { name, group: patch.group, target, expected: patch.how, outcome: outcomeOfCheat(judgement), judgement }
  return { name, group: 'honest', target, expected: patch.verdict, outcome: outcomeOfHonest(patch.verdict, judgement), judgement }
}
