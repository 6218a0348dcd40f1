import type { Mount, Sandbox } from '../sandbox/sandbox.ts'
import type { FileChange } from '../proposal/proposal.ts'
import type { TestRun } from '../evaluation/evaluation.ts'
import { suiteName } from '../evaluation/report-cases.ts'
import { runTests } from '../evaluation/run-tests.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { Config } from '../target/config.ts'
import type { BenchmarkTask, NamePart, TaskTests } from './benchmark-task.ts'
import { judgedFiles, writtenTree } from './task-tree.ts'
import type { TaskRun } from './task-run.ts'

export interface JudgingPorts {
  readonly sandbox: Sandbox
  /** A memory-backed directory for trees. */
  readonly scratch: string
  /** The user that commands run as, where that is another one. */
  readonly owner: number | null
  /** Whose limits hold for every launch. */
  readonly config: Pick<Config, 'sandbox'>
  /** What setup of the target added. A task with a package.json and no node_modules of its own finds those of the target. */
  readonly mounts: readonly Mount[]
}

export interface JudgedWork {
  readonly passed: boolean
  readonly tests: NonNullable<TaskRun['tests']>
  readonly trust: TaskRun['trust']
  /** Names of tests that failed. */
  readonly failing: readonly string[]
}

/**
 * Runs tests on what an agent left: in a fresh tree, without a door, with every file that judges laid over it, and reporters that the code under test cannot speak for. Solved is only what has a whole report, in which every test that was asked for
 * passed and none failed; whoever leaves early, and whatever brings tests of the same name, has no such report.
 */
export async function judgeWork(ports: JudgingPorts, { task, tests, changes, label }: { readonly task: BenchmarkTask; readonly tests: TaskTests; readonly changes: readonly FileChange[]; readonly label: string }, signal: AbortSignal): Promise<JudgedWork> {
  await using tree = await writtenTree(ports.scratch, judgedFiles(task, tests, changes), ports.owner)
  const config = { ...ports.config, tests: [{ run: tests.run, report: tests.report, timeout: task.timeoutMs, heldOut: false, selfTest: false, ...(tests.reportFile === null ? {} : { reportFile: tests.reportFile }) }] }
  const shown = { path: tree.path, mounts: packageMounts(ports.mounts, task), readOnly: [], loopback: ports.config.sandbox.loopback }
  const [run] = await runTests(ports.sandbox, { config, tree: shown, random: seededRandom('benchmark', label) }, signal)
  if (run === undefined) throw new TypeError('no test command was run')
  const failing = run.cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
  const counts = { passed: run.cases.filter(({ outcome }) => outcome === 'passed').length, failed: failing.length, missing: missingOf(run, tests) }
  return { passed: isSolved(run, counts, tests), tests: counts, trust: run.trust === 'sealed' && tests.exposed !== true ? 'sealed' : 'reported', failing }
}

function askedNames({ mustPass }: TaskTests): ReadonlySet<string> {
  return new Set(mustPass.map((name) => suiteName('', name)))
}

function missingOf({ cases }: TestRun, tests: TaskTests): number {
  const seen = new Set(cases.filter(({ outcome }) => outcome !== 'skipped').map(({ name }) => name))
  const alike = (tests.like ?? []).filter((part) => ![...seen].some((name) => fits(part, name)))
  return [...askedNames(tests)].filter((name) => !seen.has(name)).length + alike.length
}

function fits({ at, text }: NamePart, name: string): boolean {
  const clean = suiteName('', text)
  return at === 'start' ? name.startsWith(clean) : name.endsWith(clean)
}

/** Where tests are named, others may fail as they did before; but not one of the same name as a named one, which what was tested may have brought along. */
function isSolved(run: TestRun, { passed, missing }: JudgedWork['tests'], tests: TaskTests): boolean {
  const asked = askedNames(tests)
  const failing = run.cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name.replace(/ #\d+$/, ''))
  const { like = [] } = tests
  const excused = failing.filter((name) => asked.size + like.length > 0 && !asked.has(name) && !like.some((part) => fits(part, name)))
  return run.report === 'parsed' && run.ending === 'exited' && (run.exitCode === 0 || excused.length > 0) && failing.length === excused.length && missing === 0 && passed >= tests.least
}

/** Those that a task sees of what setup added to the target. */
export function packageMounts(mounts: readonly Mount[], { files }: BenchmarkTask): readonly Mount[] {
  const isPackage = files.some((file) => file.path === 'package.json') && !files.some((file) => file.path.startsWith('node_modules/'))
  return isPackage ? mounts.filter(({ target }) => target === 'node_modules') : []
}
