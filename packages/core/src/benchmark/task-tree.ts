import { chmodSync, lchownSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'
import type { FileChange } from '../proposal/proposal.ts'
import { createPathScope } from '../target/path-scope.ts'
import { configSchema } from '../target/config.ts'
import { foldPath } from '../target/repository-path.ts'
import { checkPath } from '../workspace/check-path.ts'
import { removeTree } from '../workspace/remove-tree.ts'
import type { BenchmarkTask, TaskTests } from './benchmark-task.ts'
import { invalid } from './suite-settings.ts'

/**
 * The files that a task is judged by: what the agent left, under everything of the task that judges (tests, runner settings, lockfiles, what its test command names), under the hidden tests. Whatever of the agent's is in the way of these goes:
 * a file where they need a folder, a folder or a link where they have a file, and every file by such a name that the task did not bring, as a `conftest.py` or a `node_modules/.bin` would be. A report that lies there before the tests
 * run, whoever left it, would be read as if they had written it.
 */
export function judgedFiles(task: BenchmarkTask, tests: TaskTests, changes: readonly FileChange[]): readonly FileChange[] {
  const guards = guardOf(task, tests)
  const tree = new Map(task.files.map((file) => [file.path, file]))
  for (const change of changes) {
    if (guards(change.path)) continue
    if (change.content === null) tree.delete(change.path)
    else tree.set(change.path, change)
  }
  for (const file of [...task.files.filter(({ path: name }) => guards(name)), ...tests.files]) {
    for (const name of foldersAbove(file.path)) tree.delete(name)
    const below = `${file.path}/`
    for (const name of tree.keys()) if (name.startsWith(below)) tree.delete(name)
    if (file.content === null) tree.delete(file.path)
    else tree.set(file.path, file)
  }
  return [...tree.values()].filter(({ path: name }) => !isReport(tests, name))
}

/** Whether a path is where the tests write their report, or lies below it. */
function isReport({ reportFile }: TaskTests, name: string): boolean {
  const place = reportFile === null ? null : foldPath(reportFile)
  const folded = foldPath(name)
  return place !== null && folded !== null && (folded === place || folded.startsWith(`${place}/`))
}

/** Whether a path judges: then what the agent left there is none of what is judged. */
function guardOf(task: BenchmarkTask, tests: TaskTests): (path: string) => boolean {
  const { run, report, reportFile } = tests
  const config = configSchema.parse({ target: { edit: ['**'] }, tests: [{ run, report, ...(reportFile === null ? {} : { reportFile }) }], search: { goal: 'repair' } })
  const entries = [...new Set([...task.files, ...tests.files].map((file) => file.path))]
  const scope = createPathScope(config, entries, scriptsOf(task))
  const mayChange = task.mayChange.length === 0 ? (): boolean => false : picomatch([...task.mayChange], { dot: true })
  const hidden = new Set(tests.files.map((file) => file.path))
  return (name) => hidden.has(name) || (scope.isProtected(name) && !mayChange(name))
}

function scriptsOf({ files }: BenchmarkTask): Readonly<Record<string, string>> | null {
  const manifest = files.find((file) => file.path === 'package.json')?.content
  if (manifest === undefined || manifest === null) return null
  try {
    const parsed = JSON.parse(Buffer.from(manifest).toString('utf8')) as { readonly scripts?: unknown } | null
    const { scripts } = parsed ?? {}
    return typeof scripts !== 'object' || scripts === null ? null : Object.fromEntries(Object.entries(scripts).flatMap(([name, line]: [string, unknown]) => (typeof line === 'string' ? [[name, line]] : [])))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function foldersAbove(name: string): readonly string[] {
  const segments = name.split('/')
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
}

/** A fresh folder with these files and nothing else, for as long as it is held. `owner`: the user that commands run as, where that is another one. */
export async function writtenTree(scratch: string, files: readonly FileChange[], owner: number | null): Promise<AsyncDisposable & { readonly path: string }> {
  const home = await mkdtemp(path.join(scratch, 'task-'))
  const root = path.join(home, 'tree')
  try {
    makeFolder(root, owner)
    const made = new Set<string>()
    for (const { path: name, content, mode } of files) {
      if (content === null) continue
      const problem = checkPath(name)
      if (problem !== null) throw invalid(name, problem)
      for (const folder of foldersAbove(name)) {
        if (made.has(folder)) continue
        makeFolder(path.join(root, folder), owner)
        made.add(folder)
      }
      writeNew(path.join(root, name), content, { mode: mode === '100755' ? 0o755 : 0o644, owner })
    }
  } catch (error) {
    await removeTree(home)
    throw error
  }
  return { path: root, [Symbol.asyncDispose]: () => removeTree(home) }
}

function makeFolder(folder: string, owner: number | null): void {
  mkdirSync(folder, { mode: 0o755 })
  chmodSync(folder, 0o755)
  if (owner !== null) lchownSync(folder, owner, owner)
}

function writeNew(file: string, content: Uint8Array, { mode, owner }: { readonly mode: number; readonly owner: number | null }): void {
  writeFileSync(file, content, { mode, flag: 'wx' })
  chmodSync(file, mode)
  if (owner !== null) lchownSync(file, owner, owner)
}
