import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { LaunchTree } from './launch-plan.ts'

/** `hardware`: the processor's own counter, read from outside of the sandbox. `valgrind`: an instrument inside of it. */
export type CountingMethod = 'hardware' | 'valgrind'

/** How far counts of the same work may lie apart for a counter to be believed. */
export const countTolerance = 1e-3

const repetitions = 3
/** Turns of an empty loop in a shell, each of them hundreds of instructions. */
const turns = [40_000, 80_000] as const
const leastPerTurn = 20

const limits = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 15_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }

/**
 * Finds out by trying whether this sandbox counts in hardware: the same work has to give the same count within `countTolerance`, and twice the work a larger one. Many machines have no such counter, above all virtual
 * ones; then an instrument counts, which takes longer and repeats better.
 */
export async function chooseCountingMethod(sandbox: Sandbox, tree: LaunchTree, signal: AbortSignal): Promise<CountingMethod> {
  const means: number[] = []
  for (const work of turns) {
    const counts: number[] = []
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const result = await sandbox.launch({ command: `i=0; while [ $i -lt ${work} ]; do i=$((i+1)); done`, tree: tree.path, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits, instructions: true }, signal)
      signal.throwIfAborted()
      const count = hardwareCount(result)
      // One answer is enough: most machines give none at all.
      if (count === null) return 'valgrind'
      counts.push(count)
    }
    if (Math.max(...counts) > Math.min(...counts) * (1 + countTolerance)) return 'valgrind'
    means.push(counts.reduce((sum, count) => sum + count, 0) / counts.length)
  }
  const [less = 0, more = 0] = means
  return more - less >= leastPerTurn * (turns[1] - turns[0]) ? 'hardware' : 'valgrind'
}

/** The choice for a whole run, made when counts are first needed. One that failed is made again. */
export class CountingChoice {
  #choice: Promise<CountingMethod> | null = null

  of(sandbox: Sandbox, tree: LaunchTree, signal: AbortSignal): Promise<CountingMethod> {
    const choice = (this.#choice ??= chooseCountingMethod(sandbox, tree, signal))
    choice.catch(() => (this.#choice = null))
    return choice
  }
}

export function hardwareCount({ ending, exitCode, usage }: LaunchResult): number | null {
  return ending === 'exited' && exitCode === 0 && typeof usage.instructions === 'number' && usage.instructions > 0 ? usage.instructions : null
}
