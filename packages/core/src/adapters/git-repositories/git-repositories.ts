import { stat } from 'node:fs/promises'
import path from 'node:path'
import { BenchmarkError } from '../../benchmark/benchmark-error.ts'
import type { TaskRepositories } from '../../benchmark/benchmark-task.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { openGitWorkspace } from '../git-workspace/git-workspace.ts'

/** Of one file; larger ones are no code. */
const byteLimit = 16 * 1024 * 1024

/**
 * Clones that lie below `root` as OWNER/NAME or OWNER/NAME.git, bare or not. Nothing is fetched. Links and submodules are left out: a task is given as plain files.
 */
export function createGitRepositories({ root, environment }: { readonly root: string; readonly environment: Readonly<Record<string, string | undefined>> }): TaskRepositories {
  return {
    files: async (repository, commit) => {
      const directory = await findClone(root, repository)
      try {
        await using workspace = await openGitWorkspace({ directory, environment })
        const { revisions } = workspace
        const entries = (await revisions.entries((await revisions.commit(commit)).id)).filter(({ mode }) => mode.startsWith('100'))
        const blobs = await revisions.blobs(entries.map(({ id }) => id), byteLimit)
        return entries.flatMap(({ path: file, mode }, index) => {
          const content = blobs[index]
          return content === null || content === undefined ? [] : [{ path: file, content, mode: mode === '100755' ? ('100755' as const) : ('100644' as const) }]
        })
      } catch (error) {
        if (!(error instanceof WorkspaceError)) throw error
        throw missing(repository, commit, directory, error)
      }
    },
  }
}

async function findClone(root: string, repository: string): Promise<string> {
  for (const name of [`${repository}.git`, repository]) {
    const directory = path.join(root, name)
    const found = await stat(directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
      throw error
    })
    if (found?.isDirectory() === true) return directory
  }
  throw missing(repository, null, path.join(root, `${repository}.git`))
}

function missing(repository: string, commit: string | null, directory: string, cause?: unknown): BenchmarkError {
  return new BenchmarkError('repository-missing', `${commit === null ? 'there is no clone' : `there is no commit ${commit} in the clone`} of ${repository} at ${directory}`, {
    remedy: `Run: git clone --bare https://github.com/${repository} ${directory}`,
    ...(cause === undefined ? {} : { cause }),
  })
}
