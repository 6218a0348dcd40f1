import { taskEndings } from '../benchmark/task-run.ts'
import type { TaskFailure } from './task-failure.ts'
import { weaknessText, type Weakness } from './weakness.ts'

interface Explanation {
  readonly primary: string
  readonly rootCause: string
  readonly suggestedFix: string
}

/** What most often stands behind an ending. Guesses, said as such: whoever reads them sees the code as well. */
const explanations: Readonly<Record<TaskFailure['why'], Explanation>> = {
  'tests-failed': {
    primary: 'what it leaves does not do what the task asks for',
    rootCause: 'it ends without having checked its work, or misses a part of the statement',
    suggestedFix: 'before it ends, let it run the tests that it can see and read the statement once more, and go on where something is missing',
  },
  'no-change': {
    primary: 'it ends without having changed anything',
    rootCause: 'its edits do not apply, so that they are lost, or it answers in words instead of using its tools',
    suggestedFix: 'when an edit fails, tell the model why and show the text that is really there, and let it try again; when it wants to end without a change, ask it once more',
  },
  'agent-failed': {
    primary: 'it ends with an error of its own',
    rootCause: 'something that a tool or the model may well do is not expected, and ends the whole program',
    suggestedFix: 'make a tool that fails an ordinary answer to the model, which says what went wrong, and go on',
  },
  time: {
    primary: 'it runs out of time',
    rootCause: 'it takes steps that lead nowhere, repeats them, or waits for commands without a limit',
    suggestedFix: 'limit what one command may take, notice repeated steps, and end with the best state so far before the time is up',
  },
  limit: {
    primary: 'it takes more memory, output or processes than it may',
    rootCause: 'it keeps or prints whole outputs, or starts what it does not end',
    suggestedFix: 'cut long outputs before they are kept, and end every command that it starts',
  },
  'changes-refused': {
    primary: 'what it leaves cannot be taken as a change',
    rootCause: 'it leaves links that point elsewhere, special files, or too much',
    suggestedFix: 'write plain files inside the repository only, and remove what it made for itself',
  },
  'trajectory-incomplete': {
    primary: 'its trajectory does not tell every call that it made',
    rootCause: 'calls are made past the code that writes the trajectory',
    suggestedFix: 'write one line for each reply of the model, wherever it is used',
  },
  budget: {
    primary: 'it asks the model more often than it may',
    rootCause: 'it repeats itself, or sends everything again with each step',
    suggestedFix: 'do more in one step, keep the conversation short, and stop when nothing new comes',
  },
}

/** The most frequent ending of the tasks that an agent did not solve, or the one that is asked about, and what usually stands behind it. Null where it solved everything that it was given, or nothing is known yet. */
export function findWeakness(failures: readonly TaskFailure[], about: TaskFailure['why'] | null = null): Weakness | null {
  const groups = taskEndings.map((why) => failures.filter((failure) => failure.why === why && (about === null || why === about)))
  const largest = groups.reduce((best, group) => (group.length > best.length ? group : best))
  const [first] = largest
  if (first === undefined) return null
  const { primary, rootCause, suggestedFix } = explanations[first.why]
  const failing = [...new Set(largest.flatMap((failure) => failure.failing))].slice(0, 5)
  return {
    primary: `${primary}, in ${largest.length} of ${failures.length} tasks that it did not solve`,
    rootCause: weaknessText(`probably ${rootCause}${failing.length === 0 ? '' : `; of the tests that it could see these failed: ${failing.join('; ')}`}`),
    suggestedFix,
    source: 'facts',
    tasks: largest.map(({ task }) => task),
    unsolved: failures.length,
  }
}

/** Said where nothing is known yet: every task may have been solved, or none was asked. */
export const unknownWeakness: Weakness = {
  primary: 'nothing is known yet of where it fails',
  rootCause: 'no task of its was recorded as not solved',
  suggestedFix: 'look for what a careful engineer would do and this agent does not: reading before editing, checking after it, trying again what failed',
  source: 'facts',
  tasks: [],
  unsolved: 0,
}
