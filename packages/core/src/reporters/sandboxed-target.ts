// For tests only: tiny targets whose tests run for real, in the real sandbox, by way of `runTests`.
import { lchown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { createBubblewrapSandbox } from '../adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { commandOwner, ownRights } from '../adapters/bubblewrap-sandbox/stage.ts'
import { compareTests } from '../evaluation/compare-tests.ts'
import type { TestRun } from '../evaluation/evaluation.ts'
import { runTests } from '../evaluation/run-tests.ts'
import type { ReportFormat } from '../evaluation/test-report.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { Launch, Mount, Sandbox } from '../sandbox/sandbox.ts'
import { configSchema } from '../target/config.ts'

export type Files = Readonly<Record<string, string>>

export interface TargetCommand {
  readonly run: string
  readonly report: ReportFormat
  readonly reportFile?: string
}

export interface SandboxedTargets extends AsyncDisposable {
  /** Runs one test command over a fresh tree of these files. `edit` gets the launch before it goes to the sandbox. */
  test(command: TargetCommand, files: Files, edit?: (launch: Launch) => Launch): Promise<TestRun>
  /** A folder with these files, as a tree that commands may change. */
  folder(files: Files): Promise<string>
  readonly sandbox: Sandbox
}

export interface TargetOptions {
  readonly toolchains?: readonly string[]
  /** Shows the packages of this repository as the target's own. */
  readonly packages?: boolean
}

export async function sandboxedTargets(options: TargetOptions = {}): Promise<SandboxedTargets> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-reporter-test-'))
  const sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath }, toolchains: options.toolchains ?? [] })
  const packages = fileURLToPath(new URL('../../../../node_modules', import.meta.url))
  const mounts: readonly Mount[] = options.packages === true ? [{ source: packages, target: 'node_modules' }] : []
  const folder = async (files: Files): Promise<string> => {
    const tree = await mkdtemp(path.join(home, 'tree-'))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(tree, name)), { recursive: true })
      await writeFile(path.join(tree, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
    }
    return give(tree)
  }
  return {
    sandbox,
    folder,
    test: async (command, files, edit = (launch) => launch) => {
      const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [command], metrics: { time: { run: 'true', measure: 'cpu-time' } } })
      const edited: Pick<Sandbox, 'launch'> = { launch: (launch, signal) => sandbox.launch(edit(launch), signal) }
      const tree = { path: await folder(files), mounts, readOnly: [] }
      const [run] = await runTests({ ...sandbox, ...edited }, { config, tree, random: seededRandom('test', 'x') }, AbortSignal.timeout(50_000))
      if (run === undefined) throw new TypeError('there is no run')
      return run
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox[Symbol.asyncDispose]()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A command may change only what belongs to the user it runs as. */
async function give(tree: string): Promise<string> {
  const owner = commandOwner(ownRights())
  if (owner === null) return tree
  for (const name of ['.', ...(await readdir(tree, { recursive: true }))]) await lchown(path.join(tree, name), owner, owner)
  return tree
}


/** `outcome name` for each case, or what is wrong with the report. */
export function told({ report, cases }: TestRun): readonly string[] | string {
  return report === 'parsed' ? cases.map(({ name, outcome }) => `${outcome} ${name}`) : report
}

/** Whether a candidate's run would be let through against the baseline's. */
export function getsThrough(baseline: TestRun, candidate: TestRun): boolean {
  const { missing, newlyFailing } = compareTests([baseline], [candidate])
  return missing.length === 0 && newlyFailing.length === 0
}
