import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { MetricConfig } from '../target/config.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { LaunchTree } from './launch-plan.ts'

/** More tasks than anybody waits for. */
const taskLimit = 100_000

/** Names of a pass-rate metric's tasks: numbers from 0 on, or the lines of a file of the trusted baseline. */
export async function readTasks({ tasks }: MetricConfig, baseline: LaunchTree): Promise<readonly string[]> {
  if (typeof tasks !== 'string') return Array.from({ length: tasks ?? 0 }, (_, index) => String(index))
  const remedy = 'Name under `tasks` a file of the baseline that has one task a line, or their number.'
  let text: string
  try {
    text = await readFile(path.join(baseline.path, tasks), 'utf8')
  } catch (error) {
    throw new EvaluationError('setup-failed', `the tasks in ${tasks} cannot be read`, { cause: error, remedy })
  }
  const names = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.includes('\0')))]
  if (names.length === 0 || names.length > taskLimit) throw new EvaluationError('setup-failed', `${tasks} holds ${names.length} tasks`, { remedy })
  return names
}
