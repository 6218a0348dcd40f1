import type { LaunchResult, Sandbox } from '../../sandbox/sandbox.ts'
import type { Config } from '../../target/config.ts'
import type { LintFacts } from '../evaluation.ts'
import { stepLaunch, stepLimits, type LaunchTree } from '../launch-plan.ts'
import { outputTail } from '../output-tail.ts'
import { linters } from './linter.ts'

/** More rules than this are kept by how much they changed. */
const mostRules = 500

type LintConfig = Config['lint'][number]
type Side = { readonly counts: ReadonlyMap<string, number> } | { readonly problem: string; readonly isMissing: boolean; readonly isCutOff?: boolean }

/**
 * Runs the target's linters on both trees, in the sandbox, with the baseline's settings laid over both, and counts what they find. They read code and run none of it; their
 * reports are counted here and nowhere else.
 */
export async function runLinters(sandbox: Sandbox, { config, arms }: { readonly config: Config; readonly arms: { readonly baseline: LaunchTree; readonly candidate: LaunchTree } }, signal: AbortSignal): Promise<readonly LintFacts[]> {
  const facts: LintFacts[] = []
  for (const lint of config.lint) facts.push(await runLinter(sandbox, { config, lint, arms }, signal))
  return facts
}

async function runLinter(sandbox: Sandbox, { config, lint, arms }: { readonly config: Config; readonly lint: LintConfig; readonly arms: { readonly baseline: LaunchTree; readonly candidate: LaunchTree } }, signal: AbortSignal): Promise<LintFacts> {
  const { command, ignoresSuppressions } = linters[lint.use]
  const side = async (tree: LaunchTree): Promise<Side> => {
    const result = await sandbox.launch(stepLaunch({ command: lint.run ?? command, tree, limits: stepLimits(config, lint.timeout) }), signal)
    return readSide(lint, result)
  }
  const base = { linter: lint.use, command: lint.run ?? command, hearsSuppressions: lint.run !== undefined || !ignoresSuppressions }
  const baseline = await side(arms.baseline)
  // One that a limit ended may have had much to say: whoever can slow it down must not get past it. One that says nothing of the baseline has nothing that a candidate could be held against.
  if ('problem' in baseline && baseline.isCutOff === true) return { ...base, skipped: null, problem: baseline.problem, unread: 'baseline', rules: [] }
  if ('problem' in baseline) return { ...base, skipped: baseline.isMissing ? `${lint.use} is not there` : `the baseline cannot be linted: ${baseline.problem}`, problem: null, rules: [] }
  const candidate = await side(arms.candidate)
  if ('problem' in candidate) return { ...base, skipped: null, problem: candidate.problem, rules: [] }
  return { ...base, skipped: null, problem: null, rules: compared(baseline.counts, candidate.counts) }
}

function readSide(lint: LintConfig, result: LaunchResult): Side {
  const { ending, exitCode } = result
  const tail = (): string => outputTail(result.stdout, result.stderr).split('\n').slice(-3).join(' | ').slice(0, 400)
  // 1 is what linters say when they find something; a shell says 126 and 127, env and xargs as well, when there is none.
  const isMissing = exitCode === 127 || exitCode === 126 || (exitCode !== 0 && /No module named|not found|No such file/.test(tail()))
  if (ending !== 'exited' || exitCode === null) return { problem: `ended by ${ending}`, isMissing: false, isCutOff: true }
  const counts = linters[lint.use].read(Buffer.from(result.stdout).toString('utf8'))
  if (exitCode > 1 && !(lint.use === 'clang-tidy' && exitCode === 123 && (counts?.size ?? 0) > 0)) return { problem: `exit status ${exitCode}: ${tail()}`, isMissing }
  if (counts === null) return { problem: `it wrote no report that can be read: ${tail()}`, isMissing }
  return { counts }
}

function compared(baseline: ReadonlyMap<string, number>, candidate: ReadonlyMap<string, number>): LintFacts['rules'] {
  const names = [...new Set([...baseline.keys(), ...candidate.keys()])].toSorted()
  const rules = names.map((rule) => ({ rule, baseline: baseline.get(rule) ?? 0, candidate: candidate.get(rule) ?? 0 }))
  return rules.length <= mostRules ? rules : rules.toSorted((a, b) => b.candidate - b.baseline - (a.candidate - a.baseline)).slice(0, mostRules)
}
