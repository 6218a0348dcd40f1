import { copyFile, lstat, mkdir, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { removeTree } from '../../workspace/remove-tree.ts'

/** A fresh folder with copies of these files of a tree, plain files only, for as long as it is held. Nothing else of the tree is in it: what an agent is to change holds no test and no task. */
export async function writeWork(scratch: string, { code, paths }: { readonly code: string; readonly paths: readonly string[] }): Promise<AsyncDisposable & { readonly path: string }> {
  const home = await mkdtemp(path.join(scratch, 'self-'))
  const work = path.join(home, 'work')
  try {
    await mkdir(work, { mode: 0o755 })
    for (const name of paths) {
      const source = path.join(code, name)
      // A build may have put something else in its place.
      if (!(await lstat(source)).isFile()) continue
      await mkdir(path.dirname(path.join(work, name)), { recursive: true, mode: 0o755 })
      await copyFile(source, path.join(work, name))
    }
  } catch (error) {
    await removeTree(home)
    throw error
  }
  return { path: work, [Symbol.asyncDispose]: () => removeTree(home) }
}
