import type { Canary } from './evaluation.ts'

/** Without an oracle, the share of usable mutants that tests or benchmarks have to notice. Not all: some mutants change nothing that matters. */
const shareNoticed = 0.75

export function isNoticed({ caughtBy }: Canary): boolean {
  return caughtBy !== null && caughtBy !== 'unusable'
}

/** How many of this many usable mutants must be noticed for the judges to be believed. Where the oracle looks one is enough: what it compares does not depend on what the tests look at. */
export function noticesNeeded(usable: number, isCompared: boolean): number {
  return isCompared ? 1 : Math.max(1, Math.ceil(shareNoticed * usable))
}
