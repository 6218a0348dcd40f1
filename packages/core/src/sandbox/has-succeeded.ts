import type { LaunchResult } from './sandbox.ts'

/** Whether a command ended by itself, with status 0. */
export function hasSucceeded({ ending, exitCode }: Pick<LaunchResult, 'ending' | 'exitCode'>): boolean {
  return ending === 'exited' && exitCode === 0
}
