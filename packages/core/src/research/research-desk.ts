import type { RunId } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Redactor } from '../model/redaction.ts'
import type { Opportunity } from '../proposal/proposal.ts'
import { cleanFindings, mostFindings, type Finding } from './finding.ts'
import { ResearchError } from './research-error.ts'
import { searchId, type IntendedSearch, type SettledSearch } from './research-event.ts'
import { mostQuery, queryOf } from './research-query.ts'
import type { SearchSource } from './search-source.ts'

/** What others have written about what is to be improved. */
export interface Research {
  /** The best first. It rejects only when it is aborted, or the record cannot be written; a search that fails finds nothing. */
  find(opportunities: readonly Opportunity[], signal: AbortSignal): Promise<readonly Finding[]>
}

export interface ResearchPorts {
  readonly journal: Pick<Journal, 'append'>
  readonly index: Pick<JournalIndex, 'ofRun'>
  readonly redactor: Redactor
}

export interface ResearchOptions {
  readonly run: RunId
  readonly sources: readonly SearchSource[]
  /** Asked in every run, whatever the opportunities. */
  readonly topics: readonly string[]
  /** Whether opportunities are asked about as well: words of functions' names then leave the machine. */
  readonly names: boolean
  /** Searches of a run at most. */
  readonly searches: number
  /** Findings of a prompt at most. */
  readonly findings: number
  /** What the searches of a recorded run found: nothing is sent anywhere. */
  readonly recording?: RecordedSearches
}

export type RecordedSearches = ReadonlyMap<string, SettledSearch>

/** Opportunities that are asked about at a time. */
const asked = 2

/** Opens the research of a run, with what it found before. A search that a kill cut off found nothing: it may be paid, and is not asked again. */
export async function openResearch(ports: ResearchPorts, options: ResearchOptions): Promise<Research> {
  const known = new Map<string, SettledSearch>()
  const open = new Map<string, IntendedSearch>()
  for await (const event of ports.index.ofRun(options.run)) {
    if (event.kind === 'research-intended') open.set(event.body.search, event.body)
    else if (event.kind === 'research-settled') {
      open.delete(event.body.search)
      known.set(event.body.search, event.body)
    }
  }
  for (const { run, search, replayed } of open.values()) {
    // What a replay was cut off in costs nothing to look up again.
    const recorded = replayed === true ? options.recording?.get(search) : undefined
    const settled: SettledSearch = recorded === undefined ? { run, search, outcome: 'lost', code: null, findings: [] } : { ...recorded, run }
    await ports.journal.append([{ kind: 'research-settled', body: settled }])
    known.set(search, settled)
  }
  return new RecordedResearch(ports, options, known)
}

/** What the searches of a run found, by their id. */
export async function readSearches(events: AsyncIterable<{ readonly kind: string; readonly body: unknown }>): Promise<RecordedSearches> {
  const found = new Map<string, SettledSearch>()
  for await (const event of events) if (event.kind === 'research-settled') found.set((event.body as SettledSearch).search, event.body as SettledSearch)
  return found
}

class RecordedResearch implements Research {
  readonly #ports: ResearchPorts
  readonly #options: ResearchOptions
  readonly #known: Map<string, SettledSearch>

  constructor(ports: ResearchPorts, options: ResearchOptions, known: Map<string, SettledSearch>) {
    this.#ports = ports
    this.#options = options
    this.#known = known
  }

  async find(opportunities: readonly Opportunity[], signal: AbortSignal): Promise<readonly Finding[]> {
    const { sources, topics, names, findings } = this.#options
    const about = names ? opportunities.toSorted((a, b) => b.weight - a.weight).slice(0, asked).flatMap((one) => queryOf(one) ?? []) : []
    const lists: (readonly Finding[])[] = []
    for (const query of new Set([...about, ...topics])) for (const source of sources) lists.push(await this.#search(source, query, signal))
    return interleaved(lists).slice(0, findings)
  }

  async #search(source: SearchSource, whole: string, signal: AbortSignal): Promise<readonly Finding[]> {
    signal.throwIfAborted()
    const query = this.#ports.redactor.redact(whole).slice(0, mostQuery).toWellFormed()
    const search = searchId(source.name, query)
    const before = this.#known.get(search)
    if (before !== undefined) return before.findings
    const { run, searches: most, recording } = this.#options
    if (this.#known.size >= most) return []
    await this.#ports.journal.append([{ kind: 'research-intended', body: { run, search, source: source.name, host: source.host, query, most, ...(recording === undefined ? {} : { replayed: true as const }) } }])
    const settled = recording === undefined ? { run, search, ...(await this.#ask(source, query, signal)) } : recalled(recording, { run, search })
    this.#known.set(search, settled)
    await this.#ports.journal.append([{ kind: 'research-settled', body: settled }])
    return settled.findings
  }

  async #ask(source: SearchSource, query: string, signal: AbortSignal): Promise<Pick<SettledSearch, 'outcome' | 'code' | 'findings'>> {
    try {
      const findings = cleanFindings(await source.search(query, mostFindings, signal), this.#ports.redactor)
      return { outcome: 'found', code: null, findings }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ResearchError)) throw error
      return { outcome: 'failed', code: error.code, findings: [] }
    }
  }
}

function recalled(recording: RecordedSearches, place: Pick<SettledSearch, 'run' | 'search'>): SettledSearch {
  const found = recording.get(place.search)
  return found === undefined ? { ...place, outcome: 'failed', code: 'recording-missing', findings: [] } : { ...found, ...place }
}

/** The best of each list first; the same place only once. */
function interleaved(lists: readonly (readonly Finding[])[]): readonly Finding[] {
  const places = new Set<string>()
  const found: Finding[] = []
  for (let rank = 0; lists.some((list) => rank < list.length); rank++) {
    for (const list of lists) {
      const finding = list[rank]
      if (finding === undefined || places.has(finding.source)) continue
      places.add(finding.source)
      found.push(finding)
    }
  }
  return found
}
