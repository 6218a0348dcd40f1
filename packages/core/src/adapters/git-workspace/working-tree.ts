import { stat } from 'node:fs/promises'
import { answerOf, gitCommand, type GitCommand, type GitPlace } from './git-command.ts'
import { hardenedGit } from './hardened-git.ts'

/** The hardened git of the working tree, main or linked, that has `ref` checked out; null when none has. */
export async function findWorkingTree({ place, isBare }: { readonly place: GitPlace; readonly isBare: boolean }, ref: string): Promise<GitCommand | null> {
  // Our own first: of a submodule, `worktree list` names the git directory instead.
  const directory = !isBare && (await isOn(place, ref)) ? place.directory : await listedWorkingTree(place, ref)
  return directory === null ? null : hardenedGit({ ...place, directory })
}

async function isOn(place: GitPlace, ref: string): Promise<boolean> {
  const head = await gitCommand(place).run(['symbolic-ref', '--quiet', 'HEAD'], { answers: [1] })
  return head.code === 0 && answerOf(head) === ref
}

async function listedWorkingTree(place: GitPlace, ref: string): Promise<string | null> {
  const fields = (await gitCommand(place).run(['worktree', 'list', '--porcelain', '-z'])).stdout.toString('utf8').split('\0')
  let directory: string | null = null
  for (const field of fields) {
    if (field.startsWith('worktree ')) directory = field.slice('worktree '.length)
    // A bare repository has a branch, but no files; so has a working tree that somebody deleted.
    else if (field === 'bare') directory = null
    else if (field === `branch ${ref}` && directory !== null && (await isThere(directory))) return directory
  }
  return null
}

async function isThere(directory: string): Promise<boolean> {
  try {
    return (await stat(directory)).isDirectory()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}

/** Tracked files that differ from HEAD, staged or not. Submodules are looked at when the repository is opened. */
export async function dirtyPaths(tree: GitCommand): Promise<readonly string[]> {
  const fields = (await tree.run(['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames', '--ignore-submodules=all'])).stdout.toString('utf8').split('\0')
  return fields.filter((field) => field !== '').map((field) => field.slice(3))
}
