import { BenchmarkError } from './benchmark-error.ts'
import type { Suite, SuiteFiles, TaskRepositories } from './benchmark-task.ts'
import { exercismTrack } from './formats/exercism-track.ts'
import { folderSuite } from './formats/folder-suite.ts'
import { humanEvalPack } from './formats/human-eval-pack.ts'
import { sweBench } from './formats/swe-bench.ts'
import { parseSettings, suiteSchema, type SuiteSettings } from './suite-settings.ts'

const settingsFile = 'suite.yaml'

/** A suite in the format that its `suite.yaml` names. Without one, a folder with `tasks/` is in our own format, and a file of its own, NAME.jsonl, is HumanEvalPack. */
export async function readSuite(files: SuiteFiles, repositories: TaskRepositories): Promise<Suite> {
  const settings = await settingsOf(files)
  switch (settings.format) {
    case 'folder':
      return folderSuite(files, settings.heldOut)
    case 'exercism':
      return exercismTrack(files, settings)
    case 'humanevalpack':
      return humanEvalPack(files, settings)
    case 'swe-bench':
      return sweBench(files, repositories, settings)
  }
}

async function settingsOf(files: SuiteFiles): Promise<SuiteSettings> {
  if (files.entries.some(({ path }) => path === settingsFile)) {
    const [bytes] = await files.read([settingsFile])
    return parseSettings(suiteSchema, bytes ?? new Uint8Array(), settingsFile)
  }
  const [only, ...others] = files.entries
  if (only !== undefined && others.length === 0 && only.path.endsWith('.jsonl')) return suiteSchema.parse({ format: 'humanevalpack', file: only.path })
  if (files.entries.some(({ path }) => path.startsWith('tasks/'))) return suiteSchema.parse({ format: 'folder' })
  throw new BenchmarkError('suite-invalid', 'nothing says what format the suite is in', { remedy: 'Write a suite.yaml with `format: folder`, `exercism`, `humanevalpack` or `swe-bench`.' })
}
