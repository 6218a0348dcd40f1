import { BenchmarkError } from './benchmark-error.ts'
import type { SuiteFile, SuiteFiles } from './benchmark-task.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'

/** Of one file of a suite. */
const byteLimit = 64 * 1024 * 1024

/** A suite as a commit holds it: a folder, or one file. Links are none of it. */
export async function committedSuite(revisions: Pick<RevisionReader, 'entries' | 'blobs'>, commit: ObjectId, place: string): Promise<SuiteFiles> {
  const root = place.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
  const held = new Map<string, { readonly id: string; readonly mode: SuiteFile['mode'] }>()
  for (const { path, id, mode } of await revisions.entries(commit)) {
    const isFile = mode.startsWith('100')
    const name = path === root ? (root.split('/').at(-1) ?? root) : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null
    if (name === null) continue
    if (!isFile) throw new BenchmarkError('suite-invalid', `the suite ${root} holds ${path}, which is a link or a submodule`, { remedy: 'Commit the file itself.' })
    held.set(name, { id, mode: mode === '100755' ? mode : '100644' })
  }
  if (held.size === 0) throw new BenchmarkError('suite-invalid', `there is no suite ${root} in ${commit.slice(0, 10)}`, { remedy: 'Commit it, and name its folder, or its .jsonl file, from the root of the repository.' })
  return {
    entries: [...held].map(([path, { mode }]) => ({ path, mode })),
    read: async (paths) => {
      const blobs = await revisions.blobs(paths.map((path) => held.get(path)?.id ?? ''), byteLimit)
      return blobs.map((bytes, index) => {
        if (bytes === null) throw new BenchmarkError('suite-invalid', `${root}/${paths[index] ?? ''} has more than ${byteLimit} bytes`)
        return bytes
      })
    },
  }
}
