import { describe, expect, it } from 'vitest'
import type { EventBodies, JournalEvent, NewEvent, Purpose } from '../journal/event.ts'
import { genesis } from '../journal/hash-chain.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { verifyEvents } from '../journal/verify-events.ts'
import { decisionMade, decisionOf, proposalMade, runFinished, runStarted } from './sample-events.ts'

async function listed<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/**
 * What every journal must do. `open` gives an empty journal that is open for writing and that reads its times from `clock`; the suite
 * disposes of it.
 */
export function journalContract(name: string, open: (clock: () => Date) => Promise<Journal & JournalIndex>): void {
  const at = '2026-01-02T03:04:05.006Z'
  const clock = (): Date => new Date(at)

  describe(`${name} keeps the contract of a journal:`, () => {
    it('an empty one has the genesis head and no events', async () => {
      await using journal = await open(clock)
      expect(await journal.head()).toEqual(genesis)
      expect(await listed(journal.read(0))).toEqual([])
      expect(await journal.append([])).toEqual([])
      expect(await journal.ids('run', '', 10)).toEqual([])
      expect(await verifyEvents(journal.stored())).toEqual({ ok: true, events: 0, head: genesis })
    })

    it('gives events back as they were appended, numbered from 1 and linked', async () => {
      await using journal = await open(clock)
      const events = [runStarted('r1'), proposalMade('r1', 'p1', { rationale: 'ä 😀 \u0000 " \\ \uD800' }), runFinished('r1', null)]
      const appended = await journal.append(events)
      const read = await listed(journal.read(0))
      expect(read).toEqual(appended)
      expect(read.map(({ kind, body }) => ({ kind, body }))).toEqual(events)
      expect(read.map((event) => event.sequence)).toEqual([1, 2, 3])
      expect(read.map((event) => event.at)).toEqual([at, at, at])
      expect(read.map((event) => event.previous)).toEqual([genesis.hash, read[0]?.hash, read[1]?.hash])
      expect(await journal.head()).toEqual({ sequence: 3, hash: read[2]?.hash })
      expect(await listed(journal.read(2))).toEqual(read.slice(2))
      expect(await listed(journal.read(3))).toEqual([])
      expect(await verifyEvents(journal.stored())).toEqual({ ok: true, events: 3, head: await journal.head() })
    })

    it('appends that are not awaited keep their order and one chain', async () => {
      await using journal = await open(clock)
      await Promise.all(Array.from({ length: 40 }, (_, index) => journal.append([runStarted(`r${index}`), runFinished(`r${index}`, null)])))
      const events = await listed(journal.read(0))
      expect(events.map((event) => (event.body as { run: string }).run)).toEqual(Array.from({ length: 80 }, (_, index) => `r${index >> 1}`))
      expect(await verifyEvents(journal.stored())).toMatchObject({ ok: true, events: 80 })
    })

    it('takes all events of one call or none, and goes on after a refusal', async () => {
      await using journal = await open(clock)
      await journal.append([runStarted('r1')])
      const head = await journal.head()
      const bad = runStarted('r2', { seed: Number.NaN })
      await expect(journal.append([runStarted('r2'), bad])).rejects.toMatchObject({ code: 'journal-failed' })
      expect(await journal.head()).toEqual(head)
      await journal.append([runStarted('r3')])
      expect(await verifyEvents(journal.stored())).toMatchObject({ ok: true, events: 2 })
    })

    it('neither keeps nor hands out values that a caller can change afterwards', async () => {
      await using journal = await open(clock)
      const event = runStarted('r1') as { kind: 'run-started'; body: { run: string } }
      const [appended] = (await journal.append([event as NewEvent])) as unknown as { body: { run: string } }[]
      event.body.run = 'changed'
      if (appended !== undefined) appended.body.run = 'changed too'
      expect((await listed(journal.read(0)))[0]?.body).toMatchObject({ run: 'r1' })
    })

    it('reads many events in pages, and does not chase what is appended meanwhile', async () => {
      await using journal = await open(clock)
      await journal.append(Array.from({ length: 700 }, (_, index) => runStarted(`r${index}`)))
      const seen: number[] = []
      for await (const event of journal.read(0)) {
        seen.push(event.sequence)
        await journal.append([runFinished('later', null)])
      }
      expect(seen).toEqual(Array.from({ length: 700 }, (_, index) => index + 1))
      expect((await journal.head()).sequence).toBe(1400)
    })

    it('finds events by run, by proposal and by kind, in order', async () => {
      await using journal = await open(clock)
      await journal.append([
        runStarted('r1'),
        proposalMade('r1', 'aa11'),
        runStarted('r2'),
        proposalMade(null, 'aa22'),
        decisionMade('r1', 'aa11', decisionOf('rejected', null)),
        { kind: 'application-settled', body: { application: 'x', proposal: 'aa22', outcome: 'applied' } },
        runFinished('r1', 'aa11'),
      ])
      const numbers = async (events: AsyncIterable<JournalEvent>): Promise<readonly number[]> => (await listed(events)).map((event) => event.sequence)
      expect(await numbers(journal.ofRun('r1'))).toEqual([1, 2, 5, 7])
      expect(await numbers(journal.ofRun('r1', 2))).toEqual([5, 7])
      expect(await numbers(journal.ofRun('r'))).toEqual([])
      expect(await numbers(journal.ofProposal('aa11'))).toEqual([2, 5])
      expect(await numbers(journal.ofProposal('aa22'))).toEqual([4, 6])
      expect(await numbers(journal.ofKinds(['run-started', 'run-finished']))).toEqual([1, 3, 7])
      expect(await numbers(journal.ofKinds([]))).toEqual([])
    })

    it('finds what spends of the error budget, the newest first', async () => {
      await using journal = await open(clock)
      const made = (proposal: string, purpose: Purpose, spending?: EventBodies['decision-made']['spending']): NewEvent => {
        const event = decisionMade('r1', proposal, decisionOf('rejected', null), { purpose })
        return event.kind !== 'decision-made' || spending === undefined ? event : { ...event, body: { ...event.body, spending } }
      }
      expect(await listed(journal.spending())).toEqual([])
      await journal.append([made('aa11', 'search'), made('aa22', 'confirm'), made('aa33', 'search', { tests: 1, offers: 0, rate: 0.01 }), made('aa44', 'minimise'), proposalMade('r1', 'confirm')])
      expect((await listed(journal.spending())).map((event) => event.sequence)).toEqual([3, 2])
      await journal.append(Array.from({ length: 600 }, (_, k) => made(k.toString(16), 'confirm')))
      expect((await listed(journal.spending())).map((event) => event.sequence)).toEqual([...Array.from({ length: 600 }, (_, k) => 605 - k), 3, 2])
    })

    it('finds accepted verdicts that offer by themselves', async () => {
      await using journal = await open(clock)
      const made = (verdict: 'accepted' | 'approval-required' | 'rejected', purpose: Purpose): NewEvent => decisionMade('r1', 'aa11', decisionOf(verdict, null), { purpose })
      expect(await listed(journal.offers())).toEqual([])
      await journal.append([made('accepted', 'search'), made('accepted', 'confirm'), made('approval-required', 'single'), made('accepted', 'single'), proposalMade('r1', 'accepted'), made('rejected', 'confirm'), made('accepted', 'minimise'), made('accepted', 'revalidate')])
      expect((await listed(journal.offers())).map((event) => event.sequence)).toEqual([2, 4, 8])
      expect((await listed(journal.offers(2))).map((event) => event.sequence)).toEqual([4, 8])
      expect(await listed(journal.offers(8))).toEqual([])
    })

    it('completes a short id, and shows when it fits several', async () => {
      await using journal = await open(clock)
      await journal.append([proposalMade('run1', 'ab12'), proposalMade('run2', 'ab34'), proposalMade('run2', 'cd56'), decisionMade('run2', 'cd56', decisionOf('rejected', null))])
      expect(await journal.ids('proposal', 'ab', 10)).toEqual(['ab12', 'ab34'])
      expect(await journal.ids('proposal', 'ab', 1)).toEqual(['ab12'])
      expect(await journal.ids('proposal', 'cd56', 10)).toEqual(['cd56'])
      expect(await journal.ids('proposal', '%', 10)).toEqual([])
      expect(await journal.ids('proposal', 'a_', 10)).toEqual([])
      expect(await journal.ids('run', '', 10)).toEqual(['run1', 'run2'])
    })

    it('once disposed of, refuses everything', async () => {
      const journal = await open(clock)
      await journal[Symbol.asyncDispose]()
      await journal[Symbol.asyncDispose]()
      await expect(journal.append([runStarted('r1')])).rejects.toMatchObject({ code: 'journal-failed' })
      await expect(journal.head()).rejects.toMatchObject({ code: 'journal-failed' })
      await expect(listed(journal.read(0))).rejects.toMatchObject({ code: 'journal-failed' })
    })
  })
}
