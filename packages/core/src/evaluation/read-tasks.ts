import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ObjectId } from '../proposal/proposal.ts'
import type { MetricConfig } from '../target/config.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { heldOutText } from './held-out-list.ts'
import type { LaunchTree } from './launch-plan.ts'

/** More tasks than anybody waits for. */
const taskLimit = 100_000

export interface HeldOutLists {
  readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>
  readonly trusted: ObjectId
}

/** Where the tasks of a metric come from. */
export interface TaskPlaces {
  /** The baseline, as commands find it. */
  readonly tree: LaunchTree
  /** Needed where tasks are held out: no tree holds their list, which is read from git's objects of a trusted commit. */
  readonly lists: HeldOutLists | undefined
}

/**
 * Names of a pass-rate metric's tasks: numbers from 0 on, or the lines of a file of the trusted baseline. Where tasks are held out, `thorough` takes those instead.
 *
 * @throws EvaluationError `setup-failed`, also where a task is held out and shown
 */
export async function readTasks({ run, tasks, heldOut }: Pick<MetricConfig, 'run' | 'tasks' | 'heldOut'>, { tree, lists }: TaskPlaces, thorough = false): Promise<readonly string[]> {
  const shown = typeof tasks === 'string' ? linesOf(tasks, await shownText(tasks, tree)) : Array.from({ length: tasks ?? 0 }, (_, index) => String(index))
  if (heldOut === undefined) return shown
  if (lists === undefined) throw new EvaluationError('setup-failed', `nothing here can read the held-out tasks in ${heldOut}`, { remedy: 'Judge the change by `ratchet evaluate` or `ratchet run`.' })
  if (wordsOf(run).some((word) => path.posix.normalize(word) === path.posix.normalize(heldOut))) throw new EvaluationError('setup-failed', `the command \`${run}\` names ${heldOut}, which lies in no tree that a command runs in`, { remedy: 'Each of its lines is given to the command as RATCHET_TASK, one a launch: let a line hold all that the command needs of an example.' })
  const hidden = linesOf(heldOut, await heldOutText(lists.revisions, lists.trusted, heldOut))
  const known = new Set(shown)
  const both = hidden.find((task) => known.has(task))
  if (both !== undefined) throw new EvaluationError('setup-failed', `the task ${JSON.stringify(both.slice(0, 80))} is held out in ${heldOut}, and among those that the search sees`, { remedy: 'Name each task in one of the two files only.' })
  return thorough ? hidden : shown
}

/** What a command may take for names of files. */
function wordsOf(command: string): readonly string[] {
  return command.split(/[\s'"=;|&<>(){},`]+/).filter((word) => word !== '')
}

const remedy = 'Name a file of the baseline that has one task a line, or under `tasks` their number.'

async function shownText(file: string, tree: LaunchTree): Promise<string> {
  try {
    return await readFile(path.join(tree.path, file), 'utf8')
  } catch (error) {
    throw new EvaluationError('setup-failed', `the tasks in ${file} cannot be read`, { cause: error, remedy })
  }
}

function linesOf(file: string, text: string): readonly string[] {
  const names = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.includes('\0')))]
  if (names.length === 0 || names.length > taskLimit) throw new EvaluationError('setup-failed', `${file} holds ${names.length} tasks`, { remedy })
  return names
}
