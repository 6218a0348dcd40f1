import { stat } from 'node:fs/promises'
import path from 'node:path'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { answerOf, gitCommand, type GitPlace } from './git-command.ts'
import { hardenedGit } from './hardened-git.ts'

/**
 * Refuses a working tree with a submodule, however deep, that has uncommitted changes or stands at another commit than recorded. Looks
 * into each with a hardened git of its own: git's recursion would run what the submodule's configuration names.
 */
export async function refuseDirtySubmodules(place: GitPlace, where = ''): Promise<void> {
  const listing = (await gitCommand(place).run(['ls-files', '--stage', '-z'])).stdout.toString('utf8').split('\0')
  for (const record of listing) {
    if (!record.startsWith('160000 ')) continue
    const tab = record.indexOf('\t')
    const [, id = ''] = record.slice(0, tab).split(' ')
    const name = record.slice(tab + 1)
    const inside = { ...place, directory: path.join(place.directory, name) }
    // Not checked out: nothing there that could differ.
    if (!(await exists(path.join(inside.directory, '.git')))) continue
    if (await isDirty(inside, id)) {
      throw new WorkspaceError('dirty-submodule', `the submodule ${where}${name} has changes that the repository does not record`, {
        remedy: `Commit them and the new submodule commit, or reset it: git submodule update ${where}${name}`,
      })
    }
    await refuseDirtySubmodules(inside, `${where}${name}/`)
  }
}

async function isDirty(place: GitPlace, recorded: string): Promise<boolean> {
  const git = await hardenedGit(place)
  const head = answerOf(await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { answers: [1, 128] }))
  if (head !== recorded) return true
  return (await git.run(['status', '--porcelain', '-z', '--untracked-files=no', '--ignore-submodules=all'])).stdout.length > 0
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}
