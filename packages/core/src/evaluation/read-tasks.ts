import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { MetricConfig } from '../target/config.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { LaunchTree } from './launch-plan.ts'

/** More tasks than anybody waits for. */
const taskLimit = 100_000

/**
 * Names of a pass-rate metric's tasks: numbers from 0 on, or the lines of a file of the trusted baseline. Where tasks are held out, `thorough` takes those instead.
 *
 * @throws EvaluationError `setup-failed`, also where a task is held out and shown
 */
export async function readTasks({ tasks, heldOut }: Pick<MetricConfig, 'tasks' | 'heldOut'>, baseline: LaunchTree, thorough = false): Promise<readonly string[]> {
  const shown = typeof tasks === 'string' ? await linesOf(tasks, baseline) : Array.from({ length: tasks ?? 0 }, (_, index) => String(index))
  if (heldOut === undefined) return shown
  const hidden = await linesOf(heldOut, baseline)
  const shownSet = Array.isArray(shown) ? new Set(shown) : null;
  const both = hidden.find((task) => (shownSet ? shownSet.has(task) : shown.includes(task)))
  if (both !== undefined) throw new EvaluationError('setup-failed', `the task ${JSON.stringify(both.slice(0, 80))} is held out in ${heldOut}, and among those that the search sees`, { remedy: 'Name each task in one of the two files only.' })
  return thorough ? hidden : shown
}

async function linesOf(file: string, baseline: LaunchTree): Promise<readonly string[]> {
  const remedy = 'Name a file of the baseline that has one task a line, or under `tasks` their number.'
  let text: string
  try {
    text = await readFile(path.join(baseline.path, file), 'utf8')
  } catch (error) {
    throw new EvaluationError('setup-failed', `the tasks in ${file} cannot be read`, { cause: error, remedy })
  }
  const names = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.includes('\0')))]
  if (names.length === 0 || names.length > taskLimit) throw new EvaluationError('setup-failed', `${file} holds ${names.length} tasks`, { remedy })
  return names
}
