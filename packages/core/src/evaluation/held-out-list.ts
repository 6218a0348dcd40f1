import { posix } from 'node:path'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { EvaluationError } from './evaluation-error.ts'

/** Of one list. */
const byteLimit = 16 * 1024 * 1024

/**
 * The text of a list of held-out examples, from git's objects of a trusted commit. No tree holds it (`withheldPaths`): whatever ran in one could read it there, and print it where a proposer is told of it. A command is given
 * its examples one a launch, and no other.
 *
 * @throws EvaluationError `setup-failed` where it is no plain file of the commit, or lies in the trees under another name
 */
export async function heldOutText(revisions: Pick<RevisionReader, 'entries' | 'blobs'>, commit: ObjectId, file: string): Promise<string> {
  const entries = await revisions.entries(commit)
  const place = posix.normalize(file)
  const entry = entries.find(({ path }) => path === place)
  if (entry === undefined) throw new EvaluationError('setup-failed', `the held-out examples in ${file} cannot be read: the commit ${commit.slice(0, 10)} has no such file`, { remedy: 'Commit a file that has one example a line: it is read from there.' })
  if (!entry.mode.startsWith('100')) throw new EvaluationError('setup-failed', `the list of held-out examples ${file} is a link`, { remedy: 'Commit the file itself: what it leads to could be read by every command.' })
  const twin = entries.find(({ path, id }) => id === entry.id && path !== place)
  if (twin !== undefined) throw new EvaluationError('setup-failed', `${twin.path} holds the same as the list of held-out examples ${file}`, { remedy: 'Remove it, and write a new list: every command and every proposer could read that one.' })
  const [bytes] = await revisions.blobs([entry.id], byteLimit)
  if (bytes === null || bytes === undefined) throw new EvaluationError('setup-failed', `the list of held-out examples ${file} has more than ${byteLimit} bytes`, { remedy: 'Name fewer examples.' })
  return Buffer.from(bytes).toString('utf8')
}
