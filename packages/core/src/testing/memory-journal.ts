import { checkEvent } from '../journal/check-link.ts'
import type { EventKind, JournalEvent, NewEvent } from '../journal/event.ts'
import { genesis, linkEvent, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import { JournalError, type Journal, type JournalHead } from '../journal/journal.ts'
import { offers, spends, type JournalIndex } from '../journal/journal-index.ts'

/** A journal that forgets everything with the process. Keeps the same contract as the one on disk. */
export function createMemoryJournal(options: { readonly clock: () => Date }): Journal & JournalIndex {
  return new MemoryJournal(options.clock)
}

class MemoryJournal implements Journal, JournalIndex {
  readonly #clock: () => Date
  readonly #rows: StoredEvent[] = []
  #head: JournalHead = genesis
  #closed = false

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  async append(events: readonly NewEvent[]): Promise<readonly JournalEvent[]> {
    this.#refuseClosed()
    let head = this.#head
    const linked: StoredEvent[] = []
    for (const event of events) {
      const stored = linkEvent(head, event, this.#clock().toISOString())
      linked.push(stored)
      head = stored
    }
    for (const stored of linked) this.#rows.push(stored)
    this.#head = { sequence: head.sequence, hash: head.hash }
    return linked.map(parseEvent)
  }

  async head(): Promise<JournalHead> {
    this.#refuseClosed()
    return this.#head
  }

  read(afterSequence: number): AsyncIterable<JournalEvent> {
    return this.#events((event) => event.sequence > afterSequence)
  }

  ofRun(run: string, afterSequence = 0): AsyncIterable<JournalEvent> {
    return this.#events((event) => runOf(event) === run && event.sequence > afterSequence)
  }

  ofProposal(proposal: string): AsyncIterable<JournalEvent> {
    return this.#events((event) => proposalOf(event) === proposal)
  }

  ofKinds(kinds: readonly EventKind[]): AsyncIterable<JournalEvent> {
    return this.#events((event) => kinds.includes(event.kind))
  }

  async *spending(): AsyncGenerator<JournalEvent> {
    const oldestFirst: JournalEvent[] = []
    for await (const event of this.#events(({ kind, body }) => kind === 'decision-made' && spends(body))) oldestFirst.push(event)
    yield* oldestFirst.toReversed()
  }

  offers(afterSequence = 0): AsyncIterable<JournalEvent> {
    return this.#events(({ kind, body, sequence }) => kind === 'decision-made' && sequence > afterSequence && offers(body))
  }

  async ids(what: 'run' | 'proposal', prefix: string, limit: number): Promise<readonly string[]> {
    this.#refuseClosed()
    const of = what === 'run' ? runOf : proposalOf
    const found = new Set(this.#rows.map((row) => of(parseEvent(row))))
    return [...found].filter((id): id is string => id?.startsWith(prefix) === true).sort().slice(0, limit)
  }

  async *stored(afterSequence = 0): AsyncGenerator<StoredEvent> {
    this.#refuseClosed()
    yield* this.#rows.slice(afterSequence)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
  }

  async *#events(wanted: (event: JournalEvent) => boolean): AsyncGenerator<JournalEvent> {
    for await (const row of this.stored()) {
      const broken = checkEvent(row)
      if (broken !== null) throw new JournalError('journal-corrupt', broken.detail)
      const event = parseEvent(row)
      if (wanted(event)) yield event
    }
  }

  #refuseClosed(): void {
    if (this.#closed) throw new JournalError('journal-failed', 'the journal was closed')
  }
}

function runOf(event: JournalEvent): string | null {
  return 'run' in event.body ? event.body.run : null
}

function proposalOf(event: JournalEvent): string | null {
  if (!('proposal' in event.body)) return null
  const { proposal } = event.body
  return proposal === null || typeof proposal === 'string' ? proposal : proposal.id
}
