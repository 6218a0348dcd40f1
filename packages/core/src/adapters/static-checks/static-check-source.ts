import { stepLaunch, stepLimits } from '../../evaluation/launch-plan.ts'
import { outputTail } from '../../evaluation/output-tail.ts'
import { prepareTree, type PreparePorts, type PrepareRequest } from '../../evaluation/prepared-tree.ts'
import { evidenceOf, type ObservationSource, type Sighting } from '../../opportunity/observation.ts'
import { readProblems } from '../../opportunity/read-problems.ts'
import type { CheckConfig } from '../../target/config.ts'

export interface StaticCheckOptions extends PreparePorts, Pick<PrepareRequest, 'config' | 'mounts' | 'isProtected'> {
  readonly baseline: string
  /** Whether the tree has such a file, and it may be edited. */
  readonly isEditable: (path: string) => boolean
}

/** As a shell says that there is no such program, or none that it may run. */
const missing: ReadonlySet<number | null> = new Set([126, 127])

/** Runs one of the target's own linters or type checkers on the baseline, in the sandbox, and takes up what it says of files that may be edited. */
export function createStaticCheckSource(options: StaticCheckOptions, check: CheckConfig): ObservationSource {
  const { sandbox, config, baseline, isProtected, mounts, isEditable } = options
  return {
    name: `${check.kind}: ${check.run}`.slice(0, 80),
    observe: async (signal) => {
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const { ending, exitCode, stdout, stderr } = await sandbox.launch(stepLaunch({ command: check.run, tree: prepared.tree, limits: stepLimits(config, check.timeout), environment: { NO_COLOR: '1' } }), signal)
      if (missing.has(exitCode)) return { state: 'unavailable', detail: `the sandbox has no such program: ${outputTail(stdout, stderr).split('\n').at(-1) ?? ''}` }
      if (ending !== 'exited') return { state: 'unavailable', detail: `the command ended by ${ending}` }
      const problems = readProblems(`${Buffer.from(stdout).toString('utf8')}\n${Buffer.from(stderr).toString('utf8')}`, isEditable)
      if (problems.length === 0 && exitCode !== 0) return { state: 'unavailable', detail: `it ended with exit status ${exitCode} and named no line of a file that may be edited` }
      return {
        state: 'observed',
        sightings: problems.map(({ path, line, severity, message }): Sighting => {
          const evidence = evidenceOf(message)
          return { opportunity: { kind: check.kind === 'types' ? 'type-error' : 'lint', path, line, weight: severity === 'error' ? 1 : 0.3, evidence }, evidence }
        }),
      }
    },
  }
}
