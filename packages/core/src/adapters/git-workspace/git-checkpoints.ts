import type { ObjectId } from '../../proposal/proposal.ts'
import { mergeNotes, splitNotes, type CheckpointNote, type CheckpointNotes } from '../../transparency-log/checkpoint-notes.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { answerOf, type GitCommand } from './git-command.ts'
import { isObjectId, type ObjectReader } from './object-reader.ts'
import type { ObjectWriter } from './object-writer.ts'

/** `git notes --ref=ratchet-checkpoint show COMMIT` shows one. */
const notesRef = 'refs/notes/ratchet-checkpoint'
const subject = 'checkpoint on '
/** A checkpoint has some 200 bytes, and a commit has few of them. */
const longestNote = 1024 * 1024

interface Context {
  readonly git: GitCommand
  readonly objects: ObjectReader
  readonly writer: ObjectWriter
}

/** Checkpoints as git notes, written object by object like everything else, the ref moved by compare-and-swap. */
export function gitCheckpoints(context: Context): CheckpointNotes {
  return {
    all: async () => {
      const tip = await tipOf(context.git)
      const found = tip === null ? [] : await entries(context.git, tip)
      const notes = await Promise.all(found.map(async ({ commit, blob }) => splitNotes((await readText(context.objects, blob)) ?? '').map((note) => ({ commit, note }))))
      return notes.flat()
    },
    put: (note) => put(context, note),
  }
}

interface Entry {
  readonly commit: ObjectId
  readonly blob: ObjectId
}

async function tipOf(git: GitCommand): Promise<ObjectId | null> {
  const result = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${notesRef}^{commit}`], { answers: [1, 128] })
  return result.code === 0 ? answerOf(result) : null
}

/** Whatever folders the notes are spread over: git itself uses none, or some, by their number. What is no note is left out. */
async function entries(git: GitCommand, tip: ObjectId): Promise<readonly Entry[]> {
  const listing = (await git.run(['ls-tree', '-r', '-z', '--full-tree', tip])).stdout.toString('utf8')
  return listing.split('\0').flatMap((line) => {
    const [, blob, name] = /^100644 blob ([0-9a-f]+)\t([0-9a-f/]+)$/.exec(line) ?? []
    const commit = name?.replaceAll('/', '') ?? ''
    return blob !== undefined && isObjectId(commit) ? [{ commit, blob }] : []
  })
}

/** Null for what is too long, or gone. */
async function readText(objects: ObjectReader, blob: ObjectId): Promise<string | null> {
  const found = await objects.find(blob, longestNote)
  return found === null || found.isTooLarge ? null : found.content.toString('utf8')
}

async function put({ git, objects, writer }: Context, { commit, note }: CheckpointNote): Promise<boolean> {
  const tip = await tipOf(git)
  const known = tip === null ? [] : await entries(git, tip)
  const there = known.find((entry) => entry.commit === commit)
  const before = there === undefined ? '' : await readText(objects, there.blob)
  if (before === null) throw new WorkspaceError('git-failed', `the note of ${notesRef} on ${commit} is too long, or gone: no checkpoint was added to it`, { remedy: 'Keep a copy of it, and take it away with `git notes --ref=ratchet-checkpoint remove`.' })
  const merged = mergeNotes(before, note)
  if (merged === before) return true
  const blob = writer.write('blob', Buffer.from(merged))
  const stored = [blob.stored]
  const folders = Map.groupBy([...known.filter((entry) => entry.commit !== commit), { commit, blob: blob.id }], (entry) => entry.commit.slice(0, 2))
  const root = [...folders].map(([name, held]) => {
    const tree = writer.writeTree(held.map((entry) => ({ mode: '100644', name: Buffer.from(entry.commit.slice(2)), id: entry.blob })))
    stored.push(tree.stored)
    return { mode: '40000', name: Buffer.from(name), id: tree.id }
  })
  const tree = writer.writeTree(root)
  const person = 'Ratchet <ratchet@localhost> 0 +0000'
  const header = [`tree ${tree.id}`, ...(tip === null ? [] : [`parent ${tip}`]), `author ${person}`, `committer ${person}`]
  const next = writer.write('commit', Buffer.from(`${header.join('\n')}\n\n${subject}${commit}\n`))
  await Promise.all([...stored, tree.stored, next.stored])
  const moved = await git.run(['update-ref', '--create-reflog', '-m', 'ratchet', notesRef, next.id, tip ?? '0'.repeat(next.id.length)], { answers: [1, 128] })
  if (moved.code === 0) return true
  if ((await tipOf(git)) !== tip) return false
  throw new WorkspaceError('git-failed', `git could not move ${notesRef}: ${moved.stderr.trim()}`, { remedy: 'Another git process may hold a lock on it; try again.' })
}
