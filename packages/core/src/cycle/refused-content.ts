import { personOf } from '../consent/approvers.ts'
import type { ConsentAnswer } from '../consent/consent.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import { WorkspaceError, type RevisionReader } from '../workspace/workspace.ts'

type Made = EventBodies['proposal-made']
type Content = Pick<Made, 'baseline' | 'commit' | 'tree'>

/**
 * What people have said no or not yet to. The latest answer of each person counts, whoever they are: to bar a machine nobody has to prove anything. Memory grows with proposals; only what was refused is compared.
 */
export class RefusedContent {
  readonly #made = new Map<ProposalId, Made>()
  readonly #byCommit = new Map<ObjectId, ProposalId>()
  readonly #answers = new Map<ProposalId, Map<string, ConsentAnswer>>()

  apply(event: JournalEvent): void {
    if (event.kind === 'proposal-made') {
      this.#made.set(event.body.proposal.id, event.body)
      this.#byCommit.set(event.body.commit, event.body.proposal.id)
    } else if (event.kind === 'consent-given') {
      const answers = this.#answers.get(event.body.proposal) ?? new Map<string, ConsentAnswer>()
      answers.set(personOf(event.body.by.name), event.body.answer)
      this.#answers.set(event.body.proposal, answers)
    }
  }

  /** Proposals that somebody has rejected or deferred and not approved since. */
  get refused(): readonly Made[] {
    return [...this.#answers].flatMap(([proposal, answers]) => ([...answers.values()].every((answer) => answer === 'approved') ? [] : (this.#made.get(proposal) ?? [])))
  }

  /** The refused one that a proposal is by its record alone: itself, one with the same tree, or one that it was made from. */
  recordedMatch(made: Made): ProposalId | null {
    const refused = new Map(this.refused.map((one) => [one.proposal.id, one]))
    for (const one of refused.values()) if (one.tree === made.tree) return one.proposal.id
    const queue: ProposalId[] = [made.proposal.id]
    for (const seen = new Set(queue); queue.length > 0; ) {
      const id = queue.pop() as ProposalId
      if (refused.has(id)) return id
      const { parent, mate } = this.#made.get(id)?.proposal ?? {}
      for (const commit of [parent, mate]) {
        const ancestor = commit === undefined ? undefined : this.#byCommit.get(commit)
        if (ancestor === undefined || seen.has(ancestor)) continue
        seen.add(ancestor)
        queue.push(ancestor)
      }
    }
    return null
  }
}

/** Whether a change brings what a refused one would have brought, under whatever id and on whatever base: every file as that would have left it, or every edit that it made. */
export async function bringsRefused(revisions: Pick<RevisionReader, 'entries' | 'changes' | 'diff'>, change: Content, refused: Content): Promise<boolean> {
  if (change.tree === refused.tree) return true
  if (await bringsFiles(revisions, change, refused)) return true
  const [edits, unwanted] = await Promise.all([change, refused].map(async ({ baseline, commit }) => editsOf(await revisions.diff(baseline, commit))))
  return edits !== undefined && unwanted !== undefined && unwanted.size > 0 && unwanted.isSubsetOf(edits)
}

/** `bringsRefused`, or null where the repository no longer holds one of them. */
export async function bringsRefusedIfKnown(revisions: Parameters<typeof bringsRefused>[0], change: Content, refused: Content): Promise<boolean | null> {
  try {
    return await bringsRefused(revisions, change, refused)
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === 'unknown-revision') return null
    throw error
  }
}

async function bringsFiles({ entries, changes }: Pick<RevisionReader, 'entries' | 'changes'>, change: Content, refused: Content): Promise<boolean> {
  const paths = (await changes(refused.baseline, refused.commit)).map(({ path }) => path)
  const [ours, theirs, before] = await Promise.all([change.commit, refused.commit, change.baseline].map(async (commit) => new Map((await entries(commit)).map(({ path, mode, id }) => [path, `${mode} ${id}`]))))
  // What the base holds already is brought by nobody.
  return paths.length > 0 && paths.every((path) => ours?.get(path) === theirs?.get(path)) && paths.some((path) => before?.get(path) !== theirs?.get(path))
}

/** The edits of a unified diff: for each file the groups of removed and added lines, without their surroundings, line numbers and white space (as `git patch-id` sees them). */
export function editsOf(diff: string): ReadonlySet<string> {
  const edits = new Set<string>()
  let file = ''
  let group: string[] = []
  let inHunk = false
  const close = (): void => {
    if (group.length > 0) edits.add(JSON.stringify([file, group]))
    group = []
  }
  for (const line of diff.split('\n')) {
    if (line.startsWith('diff --git ')) {
      close()
      file = line
      inHunk = false
    } else if (line.startsWith('@@')) {
      close()
      inHunk = true
    } else if (inHunk && (line.startsWith('+') || line.startsWith('-'))) {
      const text = `${line[0] ?? ''}${line.slice(1).replaceAll(/\s+/g, '')}`
      if (text.length > 1) group.push(text)
    } else if (!line.startsWith('\\')) close()
  }
  close()
  return edits
}
