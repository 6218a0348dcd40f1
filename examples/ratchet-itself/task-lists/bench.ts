// The tasks of a benchmark as large as the public ones: 2,000 that a search sees and 1,000 that are held out, read as often as for ten evaluations.
import { mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { readTasks } from '../../../packages/core/src/evaluation/read-tasks.ts'
import { seeded } from '../seeded.ts'
import { listsIn } from './lists-in.ts'

const draw = seeded()
const folder = await mkdtemp(path.join(os.tmpdir(), 'tasks-'))
const names = (count: number, kind: string): string => Array.from({ length: count }, (_, at) => `project-${draw(12)}__module-${draw(60)}-${kind}${at}\n`).join('')
await writeFile(path.join(folder, 'shown'), names(2_000, ''))
await writeFile(path.join(folder, 'hidden'), names(1_000, 'h'))
let read = 0
for (let evaluation = 0; evaluation < 10; evaluation++) read += (await readTasks({ run: 'agent', tasks: 'shown', heldOut: 'hidden' }, { tree: { path: folder, mounts: [], readOnly: [] }, lists: listsIn(folder) }, evaluation === 9)).length
console.log(read)
