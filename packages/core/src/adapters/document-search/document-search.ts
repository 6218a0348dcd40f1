import MiniSearch from 'minisearch'
import type { ObjectId } from '../../proposal/proposal.ts'
import { mostFindingText, type Finding } from '../../research/finding.ts'
import { ResearchError } from '../../research/research-error.ts'
import type { SearchSource } from '../../research/search-source.ts'
import { WorkspaceError, type RevisionReader } from '../../workspace/workspace.ts'

export interface DocumentSearchOptions {
  readonly name: string
  /** From the root of the repository, without a slash at its end. */
  readonly folder: string
  readonly baseline: ObjectId
  readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>
  /** What nobody who proposes may read, by the baseline: see `hiddenPaths`. */
  readonly hidden: () => Promise<(path: string) => boolean>
}

const texts = /\.(?:md|mdx|txt|rst|adoc|org)$/i
const mostFiles = 5_000
const mostFileBytes = 1024 * 1024

interface Passage extends Finding {
  readonly id: number
}

/** Texts of the repository, as they are in the baseline, by full text (BM25 with prefixes). Read when the first question comes; nothing leaves the machine. */
export function createDocumentSearch({ name, ...place }: DocumentSearchOptions): SearchSource {
  let opened: Promise<MiniSearch<Passage>> | null = null
  return {
    name,
    host: null,
    search: async (query, limit, signal) => {
      opened ??= indexOf(await passagesOf(place))
      const index = await opened
      signal.throwIfAborted()
      return index.search(query, { prefix: (term) => term.length > 3, boost: { title: 2 } }).slice(0, limit).map(({ title, source, text }) => ({ title: String(title), source: String(source), text: String(text) }))
    },
  }
}

async function indexOf(passages: readonly Passage[]): Promise<MiniSearch<Passage>> {
  const index = new MiniSearch<Passage>({ fields: ['title', 'text'], storeFields: ['title', 'source', 'text'] })
  await index.addAllAsync(passages)
  return index
}

async function passagesOf({ folder, baseline, revisions, hidden }: Omit<DocumentSearchOptions, 'name'>): Promise<readonly Passage[]> {
  try {
    const isHidden = await hidden()
    // Plain files only: a link may lead out of the folder. What a source finds is told to models, which propose.
    const entries = (await revisions.entries(baseline)).filter(({ path, mode }) => path.startsWith(`${folder}/`) && mode.startsWith('100') && texts.test(path) && !isHidden(path)).slice(0, mostFiles)
    const blobs = await revisions.blobs(entries.map(({ id }) => id), mostFileBytes)
    const passages: Passage[] = []
    for (const [at, { path }] of entries.entries()) {
      const bytes = blobs[at]
      if (bytes === null || bytes === undefined) continue
      for (const passage of split(path, Buffer.from(bytes).toString('utf8'))) passages.push({ id: passages.length, ...passage })
    }
    return passages
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error
    throw new ResearchError('documents-unreadable', `the documents in ${folder} cannot be read`, { cause: error })
  }
}

/** Passages of about the length that a prompt takes, cut between paragraphs, each under the heading that it stands under. */
export function split(path: string, text: string): readonly Finding[] {
  const passages: Finding[] = []
  let heading = path
  let first = 1
  let lines: string[] = []
  let length = 0
  const close = (next: number): void => {
    const body = lines.join('\n').trim()
    if (body !== '') passages.push({ title: heading, source: `${path}:${first}`, text: body })
    lines = []
    length = 0
    first = next
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const title = /^(?:#{1,6}|={1,6})[ \t]+(.{1,300})$/.exec(line)?.[1]
    if (title !== undefined || length > mostFindingText || (line.trim() === '' && length > mostFindingText / 2)) close(index + 1)
    if (title !== undefined) heading = title.trim()
    lines.push(line)
    length += line.length + 1
  }
  close(0)
  return passages
}
