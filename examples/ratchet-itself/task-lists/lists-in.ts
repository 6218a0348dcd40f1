// A folder that stands in for a commit, as far as lists of held-out tasks are read from one.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { HeldOutLists } from '../../../packages/core/src/evaluation/read-tasks.ts'

export function listsIn(folder: string): HeldOutLists {
  return {
    trusted: '0'.repeat(40),
    revisions: {
      entries: async () => (await readdir(folder)).map((name) => ({ path: name, mode: '100644', id: name })),
      blobs: (ids) => Promise.all(ids.map((id) => readFile(path.join(folder, id)))),
    },
  }
}
