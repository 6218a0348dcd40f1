import type { ObjectId } from '../proposal/proposal.ts'
import type { Config } from '../target/config.ts'
import { troubleIn } from './compare-tests.ts'
import type { EvaluatorOptions } from './evaluation-request.ts'
import type { BaselineTrouble, TestRun } from './evaluation.ts'
import type { PreparedTree, PrepareRequest } from './prepared-tree.ts'
import { loopbackHint } from './refused-socket.ts'
import type { TestTimes } from './repair-patience.ts'

/** What every candidate is held against, prepared once. */
export interface BaselineStand {
  readonly key: string
  readonly prepared: PreparedTree
  readonly testRuns: readonly TestRun[]
  readonly version: string | null
  /** A second copy of it for null pairs, laid out when it is first needed. */
  copy: Promise<PreparedTree> | null
  /** How long tests took so far, for the limits of a repair's candidates. */
  times: TestTimes
}

/** What fails in the baseline by itself; null when all is well. */
export function troubleOf(config: Config, { prepared, testRuns }: Pick<BaselineStand, 'prepared' | 'testRuns'>): BaselineTrouble | null {
  const { build } = prepared
  if (build !== null && !build.ok) return { stage: 'build', summary: `\`${config.build ?? ''}\`, ${build.ending}${build.exitCode === null ? '' : ` with status ${build.exitCode}`}`, tail: build.tail }
  const trouble = troubleIn(testRuns)
  if (trouble === null) return null
  const hint = loopbackHint(testRuns, config.sandbox.loopback)
  return { stage: 'tests', ...trouble, summary: hint === null ? trouble.summary : `${trouble.summary}; ${hint}` }
}

/** How the tree of a commit is prepared, the same way for the baseline, a candidate and what is made from either. */
export function prepareRequest(options: EvaluatorOptions, commit: ObjectId, trusted: ObjectId): PrepareRequest {
  return { config: options.config, commit, trusted, isProtected: (file) => options.scope.isProtected(file), mounts: options.mounts }
}
