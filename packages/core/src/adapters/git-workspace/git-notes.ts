import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { answerOf, type GitCommand } from './git-command.ts'
import { isObjectId, type ObjectReader } from './object-reader.ts'
import type { ObjectWriter } from './object-writer.ts'

export interface GitNotesContext {
  readonly git: GitCommand
  readonly objects: ObjectReader
  readonly writer: ObjectWriter
}

/** Which notes: what the commits that write them are called, how long one may be, and how its text is read and written. */
export interface NotesPlace {
  readonly ref: `refs/notes/${string}`
  readonly subject: string
  readonly longest: number
  /** `latin1` keeps every byte that somebody else wrote, and is enough for what is ASCII. */
  readonly encoding: 'utf8' | 'latin1'
}

export interface CommitNote {
  readonly commit: ObjectId
  readonly text: string
}

/** A note of a commit with something more in it; the same text where there is nothing to add. */
export interface NoteChange {
  readonly commit: ObjectId
  readonly add: (before: string) => string
}

/** The notes of one ref; without those that are too long, or gone. */
export async function readNotes({ git, objects }: GitNotesContext, place: NotesPlace): Promise<readonly CommitNote[]> {
  const tip = await tipOf(git, place.ref)
  const found = tip === null ? [] : await entries(git, tip)
  const notes = await Promise.all(found.map(async ({ commit, blob }) => ({ commit, text: (await readText(objects, blob, place)) ?? '' })))
  return notes.filter(({ text }) => text !== '')
}

interface Entry {
  readonly commit: ObjectId
  readonly blob: ObjectId
}

async function tipOf(git: GitCommand, ref: string): Promise<ObjectId | null> {
  const result = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], { answers: [1, 128] })
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
async function readText(objects: ObjectReader, blob: ObjectId, { longest, encoding }: NotesPlace): Promise<string | null> {
  const found = await objects.find(blob, longest)
  return found === null || found.isTooLarge ? null : found.content.toString(encoding)
}

/** Changes notes, object by object like everything else is written, the ref moved by compare-and-swap; false when somebody else moved it meanwhile. */
export async function changeNotes({ git, objects, writer }: GitNotesContext, place: NotesPlace, changes: readonly NoteChange[]): Promise<boolean> {
  const { ref, subject } = place
  const tip = await tipOf(git, ref)
  const notes = new Map((tip === null ? [] : await entries(git, tip)).map(({ commit, blob }) => [commit, blob]))
  const stored: Promise<void>[] = []
  const texts = new Map<ObjectId, string>()
  for (const { commit, add } of changes) {
    const there = notes.get(commit)
    const before = texts.get(commit) ?? (there === undefined ? '' : await readText(objects, there, place))
    if (before === null) throw new WorkspaceError('git-failed', `the note of ${ref} on ${commit} is too long, or gone: nothing was added to it`, { remedy: `Keep a copy of it, and take it away with \`git notes --ref=${ref.slice('refs/notes/'.length)} remove\`.` })
    const after = add(before)
    if (after !== before) texts.set(commit, after)
  }
  if (texts.size === 0) return true
  for (const [commit, text] of texts) {
    const blob = writer.write('blob', Buffer.from(text, place.encoding))
    stored.push(blob.stored)
    notes.set(commit, blob.id)
  }
  const folders = Map.groupBy([...notes], ([commit]) => commit.slice(0, 2))
  const root = [...folders].map(([name, held]) => {
    const tree = writer.writeTree(held.map(([commit, blob]) => ({ mode: '100644', name: Buffer.from(commit.slice(2)), id: blob })))
    stored.push(tree.stored)
    return { mode: '40000', name: Buffer.from(name), id: tree.id }
  })
  const tree = writer.writeTree(root)
  const person = 'Ratchet <ratchet@localhost> 0 +0000'
  const header = [`tree ${tree.id}`, ...(tip === null ? [] : [`parent ${tip}`]), `author ${person}`, `committer ${person}`]
  const next = writer.write('commit', Buffer.from(`${header.join('\n')}\n\n${subject} on ${texts.size === 1 ? [...texts.keys()].join('') : `${texts.size} commits`}\n`))
  await Promise.all([...stored, tree.stored, next.stored])
  return moveRef(git, { ref, tip, next: next.id })
}

async function moveRef(git: GitCommand, { ref, tip, next }: { readonly ref: string; readonly tip: ObjectId | null; readonly next: ObjectId }): Promise<boolean> {
  const moved = await git.run(['update-ref', '--create-reflog', '-m', 'ratchet', ref, next, tip ?? '0'.repeat(next.length)], { answers: [1, 128] })
  if (moved.code === 0) return true
  if ((await tipOf(git, ref)) !== tip) return false
  throw new WorkspaceError('git-failed', `git could not move ${ref}: ${moved.stderr.trim()}`, { remedy: 'Another git process may hold a lock on it; try again.' })
}
