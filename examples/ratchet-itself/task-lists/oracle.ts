// One line a case: what is read of two lists, or why they are refused.
import { mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { EvaluationError } from '../../../packages/core/src/evaluation/evaluation-error.ts'
import { readTasks } from '../../../packages/core/src/evaluation/read-tasks.ts'
import { seeded } from '../seeded.ts'
import { listsIn } from './lists-in.ts'

const draw = seeded()
const folder = await mkdtemp(path.join(os.tmpdir(), 'tasks-'))
const strange = ['', ' ', '__proto__', 'constructor', 'a b', '0', '\0', 'NaN', '\u00e9']
const list = (): string => Array.from({ length: draw(draw(5) === 0 ? 200 : 6) }, () => (draw(4) === 0 ? (strange[draw(strange.length)] ?? '') : `task-${draw(500)}`)).join(draw(3) === 0 ? '\r\n' : '\n')
for (let at = 0; at < 100; at++) {
  await writeFile(path.join(folder, 'shown'), list())
  await writeFile(path.join(folder, 'hidden'), list())
  const tasks = draw(4) === 0 ? draw(12) : 'shown'
  const asked = draw(4) === 0 ? { run: 'agent', tasks, heldOut: undefined } : { run: 'agent', tasks, heldOut: draw(9) === 0 ? 'missing' : 'hidden' }
  const read = await readTasks(asked as Parameters<typeof readTasks>[0], { tree: { path: folder, mounts: [], readOnly: [] }, lists: listsIn(folder) }, draw(2) === 0).catch((error: unknown) => {
    if (!(error instanceof EvaluationError)) throw error
    return { refused: [error.code, error.message, error.remedy] }
  })
  console.log(JSON.stringify(read))
}
