import { realpath } from 'node:fs/promises'
import path from 'node:path'

/**
 * By what name a commit may hold a place, from the root of the repository: as it is written, else where it lies on this machine, links followed. Threat: a committed suite that is named by its absolute path is no other suite.
 *
 * @param root of the working tree
 * @param isCommitted whether the commit has anything at or below a name
 */
export async function committedPlace(place: string, { root, isCommitted }: { readonly root: string; readonly isCommitted: (name: string) => boolean }): Promise<string | null> {
  const [real, top] = await Promise.all([followed(path.resolve(place)), followed(root)])
  const names = [path.posix.normalize(place), path.relative(top, real), path.relative(path.resolve(root), path.resolve(place))].map((name) => name.replace(/\/+$/, ''))
  return names.find((name) => name !== '' && name !== '.' && name.split('/')[0] !== '..' && !path.isAbsolute(name) && isCommitted(name)) ?? null
}

async function followed(place: string): Promise<string> {
  try {
    return await realpath(place)
  } catch (error) {
    // Where there is nothing, no name of it is another one's.
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return place
    throw error
  }
}
