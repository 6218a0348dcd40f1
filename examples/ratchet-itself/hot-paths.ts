/** A hot path of Ratchet: which modules may be changed, and which of the package's own test files they answer to. Its folder holds what is measured and what is compared. */
export interface HotPath {
  readonly edit: readonly string[]
  readonly tests: readonly string[]
}

const source = 'packages/core/src'
const proposer = `${source}/adapters/genetic-proposer`

export const hotPaths: Readonly<Record<string, HotPath>> = {
  'test-comparison': { edit: [`${source}/evaluation/compare-tests.ts`], tests: [`${source}/evaluation/compare-tests.test.ts`, `${source}/evaluation/compare-repair.test.ts`] },
  'task-lists': { edit: [`${source}/evaluation/read-tasks.ts`], tests: [`${source}/evaluation/measure-metrics.test.ts`] },
  'rewrite-sites': { edit: ['scopes', 'nodes', 'quiet-expression'].map((name) => `${proposer}/analysis/${name}.ts`), tests: [`${proposer}/analysis`, `${proposer}/rewrites`] },
}
