import { BenchmarkError } from '../benchmark-error.ts'
import type { BenchmarkTask, Suite, SuiteFile, SuiteFiles, TaskTests } from '../benchmark-task.ts'
import type { FileChange } from '../../proposal/proposal.ts'
import { isHeldOut } from '../held-out.ts'
import { folderTaskSchema, invalid, parseSettings } from '../suite-settings.ts'
import type { z } from 'zod'

type TaskSettings = z.output<typeof folderTaskSchema>

/**
 * Ratchet's own format. `tasks/ID/` holds `task.yaml`; `repository/`, what the agent finds; `hidden/`, laid over it when it is judged; and `statement.md`, unless `task.yaml` has the statement.
 */
export async function folderSuite(files: SuiteFiles, share: number): Promise<Suite> {
  const folders = Map.groupBy(files.entries.filter(({ path }) => /^tasks\/[^/]+\/./.test(path)), ({ path }) => path.split('/')[1] ?? '')
  const ids = [...folders.keys()].filter((id) => folders.get(id)?.some(({ path }) => path === settingsOf(id))).toSorted()
  if (ids.length === 0) throw new BenchmarkError('suite-invalid', 'the suite holds no task', { remedy: 'Each task is a folder tasks/ID with a task.yaml.' })
  const texts = await files.read(ids.map(settingsOf))
  const settings = new Map(ids.map((id, index) => [id, parseSettings(folderTaskSchema, texts[index] ?? new Uint8Array(), settingsOf(id))]))
  return {
    tasks: ids.map((id) => ({ id, heldOut: settings.get(id)?.heldOut === true || isHeldOut(id, share) })),
    load: async (id) => {
      const known = settings.get(id)
      if (known === undefined) throw new BenchmarkError('unknown-task', `the suite has no task ${id}`)
      return readTask(files, { id, settings: known, entries: folders.get(id) ?? [] })
    },
  }
}

const settingsOf = (id: string): string => `tasks/${id}/task.yaml`

async function readTask(files: SuiteFiles, { id, settings, entries }: { readonly id: string; readonly settings: TaskSettings; readonly entries: readonly SuiteFile[] }): Promise<BenchmarkTask> {
  const below = (folder: string): Promise<readonly FileChange[]> => readBelow(files, entries, `tasks/${id}/${folder}/`)
  const [repository, hidden] = [await below('repository'), await below('hidden')]
  if (hidden.length === 0) throw invalid(settingsOf(id), 'its folder hidden/ holds no tests')
  return {
    id,
    statement: settings.statement ?? (await statementOf(files, id, entries)),
    files: repository,
    tests: testsOf(settings, hidden),
    visible: settings.visible === undefined ? null : testsOf(settings.visible, []),
    mayChange: settings.mayChange,
    timeoutMs: settings.timeout,
  }
}

function testsOf({ run, report, reportFile, mustPass, least }: Pick<TaskSettings, 'run' | 'report' | 'reportFile' | 'mustPass' | 'least'>, files: readonly FileChange[]): TaskTests {
  return { run, report, reportFile: reportFile ?? null, files, mustPass, least }
}

async function statementOf(files: SuiteFiles, id: string, entries: readonly SuiteFile[]): Promise<string> {
  const file = `tasks/${id}/statement.md`
  if (!entries.some(({ path }) => path === file)) throw invalid(settingsOf(id), 'it has no statement, and there is no statement.md beside it')
  const [bytes] = await files.read([file])
  return Buffer.from(bytes ?? []).toString('utf8')
}

/** Files below a folder, under their names in it. */
export async function readBelow(files: SuiteFiles, entries: readonly SuiteFile[], folder: string): Promise<readonly FileChange[]> {
  const found = entries.filter(({ path }) => path.startsWith(folder) && path.length > folder.length)
  const contents = await files.read(found.map(({ path }) => path))
  return found.map(({ path, mode }, index) => ({ path: path.slice(folder.length), content: contents[index] ?? new Uint8Array(), mode }))
}
