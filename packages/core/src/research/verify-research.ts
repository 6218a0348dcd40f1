import type { JournalEvent } from '../journal/event.ts'
import { cleanFinding, mostFindings } from './finding.ts'
import { searchId, type IntendedSearch, type SettledSearch } from './research-event.ts'

export interface WrongSearch {
  readonly ok: false
  readonly brokenAt: number
  readonly problem: 'research'
  readonly detail: string
}

/** Searches again what the journal says was searched, as far as that goes without asking: every outcome has its intent, no question is asked twice in a run, no run asks more than it may, and findings are within their bounds. */
export class ResearchCheck {
  readonly #open = new Set<string>()
  readonly #asked = new Map<string, number>()

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): WrongSearch | null {
    const detail = event.kind === 'research-intended' ? this.#intend(event.body) : event.kind === 'research-settled' ? this.#settle(event.body) : null
    return detail === null ? null : { ok: false, brokenAt: event.sequence, problem: 'research', detail }
  }

  #intend({ run, search, source, query, most }: IntendedSearch): string | null {
    if (search !== searchId(source, query)) return `search ${search} is not named after what it asks`
    const key = `${run} ${search}`
    if (this.#asked.has(key)) return `search ${search} was made twice in run ${run}`
    this.#asked.set(key, 1)
    this.#open.add(key)
    const count = (this.#asked.get(run) ?? 0) + 1
    this.#asked.set(run, count)
    return count > most ? `run ${run} made ${count} searches, where it might make ${most}` : null
  }

  #settle({ run, search, outcome, findings }: SettledSearch): string | null {
    if (!this.#open.delete(`${run} ${search}`)) return `search ${search} has an outcome and no intent`
    if (outcome !== 'found' && findings.length > 0) return `search ${search} is ${outcome}, and has findings`
    const isBounded = findings.length <= mostFindings && findings.every((finding) => JSON.stringify(cleanFinding(finding)) === JSON.stringify({ title: finding.title, source: finding.source, text: finding.text }))
    return isBounded ? null : `search ${search} has findings that are not as they are written down`
  }
}
