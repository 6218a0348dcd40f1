import { seededRandom } from '../randomness/seeded-random.ts'

/** Of one attempt: what both its seed and its label follow from. */
export interface AttemptPlace {
  /** `search`, `confirm 2`; see phaseOf. */
  readonly phase: string
  /** Name of the metric. */
  readonly name: string
  readonly task: string
}

/** Within one phase of a run, every candidate is held against the same attempts of the baseline. */
export function phaseOf(purpose: string, trial: number): string {
  return purpose === 'search' ? purpose : `${purpose} ${trial}`
}

/** The same for both sides. */
export function attemptSeed(seed: number, { phase, name, task }: AttemptPlace): number {
  return seededRandom(seed, 'benchmark', phase, name, task).integer(0x7fff_ffff)
}

/** As much of a tree's name as labels show. */
export function shownTree(tree: string): string {
  return tree.slice(0, 16)
}

/** What the calls of an attempt are named by, and looked up by when a resumed run makes it again. */
export function attemptLabel({ phase, name, task, tree, seed }: AttemptPlace & { readonly tree: string; readonly seed: number }): string {
  return `bench ${phase} ${shownTree(tree)} ${name} ${task} ${seed}`
}
