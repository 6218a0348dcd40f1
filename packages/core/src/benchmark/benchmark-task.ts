import type { TestConfig } from '../target/config.ts'
import type { FileChange } from '../proposal/proposal.ts'

/** Tests that run where nothing else of the task's does. */
export interface TaskTests {
  readonly run: string
  /** Never `exit-code`: whoever leaves early with 0 would pass. */
  readonly report: Exclude<TestConfig['report'], 'exit-code'>
  /** Where the report is written; null: standard output. */
  readonly reportFile: string | null
  /** Laid over everything else. Without content: a file that must not be there. */
  readonly files: readonly FileChange[]
  /** Names, as the report gives them, of tests that have to pass. Empty: every one has to that runs. */
  readonly mustPass: readonly string[]
  /** Tests that are known by a part of their names: of each at least one has to run, and every one that fits has to pass. */
  readonly like?: readonly NamePart[]
  /** How many tests have to pass at least. */
  readonly least: number
  /** Whether what an agent may change here could speak for the tests: then their result is `reported` at best, whatever seals the report. */
  readonly exposed?: true
}

/** The beginning or the end of a test's name, as its report gives it. */
export interface NamePart {
  readonly at: 'start' | 'end'
  readonly text: string
}

/** Something to be done in a repository, and tests of whether it was, which whoever does it never sees. */
export interface BenchmarkTask {
  readonly id: string
  /** Markdown. */
  readonly statement: string
  /** The repository as the agent finds it. */
  readonly files: readonly FileChange[]
  readonly tests: TaskTests
  /** Tests that the agent may see and run: they are among `files`. Null: there are none. */
  readonly visible: TaskTests | null
  /** Globs of files that otherwise stay as they are, because they are tests, pin dependencies or configure a runner. */
  readonly mayChange: readonly string[]
  /** Of one launch of the tests, in ms. */
  readonly timeoutMs: number
}

/** A task before it is read: what is there to choose from. */
export interface TaskEntry {
  readonly id: string
  /** Kept from every search: asked once at its end, to see whether what was learnt holds elsewhere. */
  readonly heldOut: boolean
}

/** A benchmark: tasks that are read one by one, because their repositories may be large. */
export interface Suite {
  readonly tasks: readonly TaskEntry[]
  /** Fails with `unknown-task`, `suite-invalid` or `repository-missing`. */
  load(id: string, signal: AbortSignal): Promise<BenchmarkTask>
}

export interface SuiteFile {
  /** From the root of the suite. */
  readonly path: string
  readonly mode: '100644' | '100755'
}

/** Where a suite lies: a commit of the target, or a folder. */
export interface SuiteFiles {
  readonly entries: readonly SuiteFile[]
  /** Contents in the order asked for. */
  read(paths: readonly string[]): Promise<readonly Uint8Array[]>
}

/** Repositories on this machine that tasks are about. */
export interface TaskRepositories {
  /** Every file of a commit. Fails with `repository-missing`. */
  files(repository: string, commit: string, signal: AbortSignal): Promise<readonly FileChange[]>
}
