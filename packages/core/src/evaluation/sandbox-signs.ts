import type { Evaluation } from './evaluation.ts'

/** What of an evaluation shows that a change wanted something from the machine around it. */
export const sandboxSignNames = ['process-limit', 'disk-limit', 'refused-socket'] as const
export type SandboxSign = (typeof sandboxSignNames)[number]

/**
 * Signs that the candidate itself pushed against its sandbox, where the baseline's own commands do not: it started processes or wrote files without end, or its failing tests speak of a socket that was refused. Time and memory
 * are no such signs: what is only slow or large runs out of them as well. What it printed can be made up; then it has drawn attention to itself. Pure.
 */
export function sandboxSigns({ baselineTrouble, repair, build, testRuns }: Pick<Evaluation, 'baselineTrouble' | 'repair' | 'build' | 'testRuns'>): readonly SandboxSign[] {
  if (baselineTrouble !== null) return []
  const endings = new Set([...testRuns, ...(build === null ? [] : [build])].map(({ ending }) => ending))
  // Where tests of the baseline fail, they may do so for want of a socket.
  const isRefused = (repair ?? null) === null && testRuns.some(({ refusedSocket }) => refusedSocket !== undefined)
  return sandboxSignNames.filter((sign) => (sign === 'refused-socket' ? isRefused : endings.has(sign)))
}
