import { describe, expect, it } from 'vitest'
import { editsDigest, foldProposals, foldReport, isOffered, mergeEdits, strategyNames, verifyDecisions, type Evaluation, type JournalEvent, type Proposer, type Strategy } from '@ratchet/core'
import { scriptedProposer } from '../scripted-proposer.ts'
import { events, search, type Found } from './scene.ts'

function evaluationsOf(found: readonly JournalEvent[]): readonly Evaluation[] {
  return found.flatMap((event) => (event.kind === 'evaluation-recorded' ? [event.body.evaluation] : []))
}

describe('a search', () => {
  it('offers the gain without the step that brought nothing, also where both touch the same lines', async () => {
    const rules = [['cost 50\n', 'cost 10\n'], ['note one\n', 'note two\n']] as const
    const found = await search('cost 50\nnote one\ncost 40\n', scriptedProposer('genetic', rules), { evaluations: 2 })
    expect(found.text).toBe('cost 10\nnote one\ncost 40')
  })

  it('drops a hunk that does not carry the gain out of one proposal', async () => {
    const rules = [['cost 50\n-\n-\n-\nnote one\n', 'cost 10\n-\n-\n-\nnote two\n']] as const
    const found = await search('cost 50\n-\n-\n-\nnote one\ncost 40\n', scriptedProposer('genetic', rules), { evaluations: 1 })
    expect(found.text).toBe('cost 10\n-\n-\n-\nnote one\ncost 40')
  })

  it('does not give a gain away in parts that are each too small to be seen', async () => {
    // Each of the ten takes 1.1 to 1.8 % off, where 2 % counts as useful; together a seventh.
    const lines = Array.from({ length: 10 }, (_, index) => index)
    const text = (offset: number): string => `/*\n${lines.map((index) => `cost ${700 + index + offset}\n-\n-\n-\n`).join('')}*/\n`
    const found = await search(text(0), scriptedProposer('genetic', [[text(0), text(-100)]]), { evaluations: 1 })
    expect(found.text?.match(/^cost 6/gm)?.length).toBeGreaterThanOrEqual(8)
  })

  it('drops also what was made only for a hunk that was dropped', async () => {
    const rules = [['note one\n-\n-\n-\ncost 12\n-\n-\n-\ncost 99\n', 'note has\n-\n-\n-\ncost 11\n-\n-\n-\ncost 50\n']] as const
    const found = await search('/*\nnote one\n-\n-\n-\ncost 12\n-\n-\n-\ncost 99\n*/\n', scriptedProposer('genetic', rules), { evaluations: 1 })
    expect(found.text).toBe('/*\nnote one\n-\n-\n-\ncost 12\n-\n-\n-\ncost 50\n*/')
  })

  it('keeps, where a folder has become a file, no part without which no tree can be, and drops both where neither carries the gain', async () => {
    const files = { 'src/d/x.js': '// old\n' }
    const turning: Proposer = {
      name: 'agent',
      propose: async ({ sources, step }) => {
        const changes = [{ path: 'src/a.js', content: Buffer.from((sources.find((source) => source.path === 'src/a.js')?.text ?? '').replace('cost 50', 'cost 10')) }, { path: 'src/d/x.js', content: null }, { path: 'src/d', content: Buffer.from('// new\n') }]
        return step === 1 ? { edits: [], changes, operator: 'agent', rationale: 'x' } : null
      },
    }
    const found = await search('// cost 50\n', turning, { evaluations: 2, files })
    expect(found.text).toBe('// cost 10')
    const made = found.events.flatMap(({ kind, body }) => (kind === 'proposal-made' ? [body.proposal] : []))
    expect(made.find(({ id }) => id === found.winner)).not.toHaveProperty('files')
    expect(found.events.flatMap(({ kind, body }) => (kind === 'decision-made' && body.purpose === 'minimise' ? [body.trial] : []))).toEqual([9, 10, 11])
  })

  it('does not look for a repair where a part of a gain fails the tests', async () => {
    const rules = [['cost 50\n-\n-\n-\nnote one\n', 'cost 11\n-\n-\n-\nnote has\n']] as const
    const found = await search('/*\ncost 50\n-\n-\n-\nnote one\ncost 40\n*/\n', scriptedProposer('genetic', rules), { evaluations: 1 })
    expect(found.text).toBe('/*\ncost 11\n-\n-\n-\nnote has\ncost 40\n*/')
    const troubled = found.events.flatMap((event) => (event.kind === 'evaluation-recorded' && event.body.evaluation.baselineTrouble !== null ? [event.body] : []))
    expect(troubled.map(({ purpose, evaluation }) => [purpose, evaluation.repair, evaluation.testRuns])).toEqual([['minimise', undefined, []]])
  })

  it('offers of several steps that were proposed as one those that carry the gain, and names no others', async () => {
    const joined: Proposer = {
      name: 'genetic',
      propose: async ({ sources, tried, parent }) => {
        const text = sources[0]?.text ?? ''
        const edits = [['cost 50', 'cost 10'], ['note one', 'note two']].map(([from = '', to = ''], part) => ({ path: 'src/a.js', start: text.indexOf(from), end: text.indexOf(from) + from.length, replacement: to, part }))
        const steps = [{ operator: 'a', rationale: 'costs less' }, { operator: 'b', rationale: 'notes more' }]
        return edits.some(({ start }) => start < 0) || tried.has(editsDigest(parent, edits)) ? null : { edits, operator: 'a+b', rationale: 'both', steps }
      },
    }
    const found = await search('cost 50\n-\n-\n-\nnote one\ncost 40\n', joined, { evaluations: 1 })
    expect(found.text).toBe('cost 10\n-\n-\n-\nnote one\ncost 40')
    const offered = found.events.flatMap((event) => (event.kind === 'proposal-made' && event.body.proposal.id === found.winner ? [event.body.proposal] : []))
    expect(offered.at(-1)).toMatchObject({ operator: 'a', rationale: 'costs less' })
  })

  it('keeps steps that add up', async () => {
    const rules = [['cost 50\n', 'cost 25\n'], ['cost 40\n', 'cost 20\n']] as const
    const found = await search('cost 50\n-\ncost 40\n', scriptedProposer('genetic', rules), { evaluations: 2 })
    expect(found.text).toBe('cost 25\n-\ncost 20')
  })

  it('judges a winner of several steps as one also where nothing is confirmed, so that it is offered, and spends for it', async () => {
    const rules = [['cost 50\n', 'cost 25\n'], ['cost 40\n', 'cost 20\n']] as const
    const found = await search('cost 50\n-\ncost 40\n', scriptedProposer('genetic', rules), { evaluations: 2, unconfirmed: true })
    expect(found.text).toBe('cost 25\n-\ncost 20')
    const record = (await foldProposals(events(found.events))).get(found.winner ?? '')
    expect(record === undefined ? null : isOffered(record, false)).toBe(true)
    expect(record?.decisions.map(({ purpose, spending }) => [purpose, spending?.tests])).toEqual([['confirm', 2]])
    expect(await verifyDecisions(events(found.events))).toMatchObject({ ok: true })
    // One step is an offer already.
    const single = await search('cost 50\n-\ncost 40\n', scriptedProposer('genetic', rules), { evaluations: 1, unconfirmed: true })
    expect(single.events.filter(({ kind }) => kind === 'decision-made')).toHaveLength(1)
    expect(single.winner).not.toBeNull()
    // What is offered was doubted like any other offer: run plainly, and with null pairs.
    const [evaluation] = evaluationsOf(single.events)
    expect([evaluation?.plainTests, evaluation?.metrics[0]?.nullPairs?.length]).toEqual([expect.objectContaining({ failing: [] }), expect.any(Number)])
    const searched = await search('cost 50\n-\ncost 40\n', scriptedProposer('genetic', rules), { evaluations: 1 })
    expect(evaluationsOf(searched.events).map(({ plainTests }) => plainTests === null)).toEqual([true, false])
  })

  it('offers nothing where everything breaks or brings nothing', async () => {
    const rules = [['cost 50\n', 'broken\n'], ['note one\n', 'note two\n']] as const
    const found = await search('cost 50\nnote one\n', scriptedProposer('genetic', rules), { evaluations: 5 })
    expect([found.winner, found.text]).toEqual([null, null])
  })

  it('merges what two variants found, says what both did, and keeps in the journal who they were', async () => {
    const rules = [['cost 50\n', 'cost 25\n'], ['cost 40\n', 'cost 20\n']] as const
    const scripted = scriptedProposer('genetic', rules)
    const merging: Proposer = {
      name: 'genetic',
      propose: async (request, asked) => {
        const { mate } = request
        const edits = mate === undefined ? null : mergeEdits(request.sources, mate)
        if (mate === undefined || edits === null) return scripted.propose(request, asked)
        return { edits, operator: 'crossover', rationale: 'both', mate: mate.commit }
      },
    }
    const chooses: Strategy = {
      name: 'stub',
      selectParent: (archive) => archive.at(archive.size < 3 ? 0 : 1),
      guide: (archive) => ({ mate: archive.size < 3 ? null : { variant: archive.at(2), base: archive.at(0) }, credit: () => 1, atOnce: 1 }),
    }
    const found = await search('cost 50\n-\n-\ncost 40\n', merging, { evaluations: 3, chooses })
    expect(found.text).toBe('cost 25\n-\n-\ncost 20')
    const made = found.events.flatMap((event) => (event.kind === 'proposal-made' && event.body.step > 0 ? [event.body] : []))
    expect(made.map(({ proposal }) => proposal.mate)).toEqual([undefined, undefined, made[1]?.commit])
    const offered = found.events.flatMap((event) => (event.kind === 'proposal-made' && event.body.proposal.id === found.winner ? [event.body.proposal] : []))
    expect(offered.at(-1)?.rationale).toBe('cost 50 becomes cost 25; then cost 40 becomes cost 20')
    expect(offered.at(-1)).not.toHaveProperty('mate')
    expect((await foldReport(events(found.events))).runs[0]?.variants.map(({ parent, mate }) => [parent, mate])).toEqual([[0, undefined], [0, undefined], [1, 2]])
  })

  it('tells the proposer the same of the archive after an interruption', async () => {
    const rules = [['cost 50\n', 'broken\n'], ['cost 50\n', 'cost 25\n'], ['note one\n', 'note two\n'], ['cost 40\n', 'broken\n'], ['cost 40\n', 'cost 20\n'], ['note two\n', 'note three\n'], ['cost 25\n', 'cost 24\n']] as const
    interface Told {
      readonly what: readonly unknown[]
      readonly credits: readonly number[]
    }
    const listening = (told: Told[]): Proposer => {
      const scripted = scriptedProposer('genetic', rules)
      return {
        name: 'genetic',
        propose: async (request, asked) => {
          const { sources, credit, atOnce, mate } = request
          told.push({ what: [sources[0]?.text, atOnce, mate?.sources[0]?.text], credits: ['to broken', 'to cost 25', 'to note two'].map((operator) => credit?.(operator) ?? 0) })
          return scripted.propose(request, asked)
        },
      }
    }
    const text = 'cost 50\n-\nnote one\n-\ncost 40\n'
    const whole: Told[] = []
    await search(text, listening(whole), { evaluations: 8, strategy: 'ratchet' })
    expect(new Set(whole.map(({ credits }) => String(credits))).size).toBeGreaterThan(2)
    for (const [stopAfter, withSnapshots] of [[3, false], [5, true]] as const) {
      const resumed: Told[] = []
      await search(text, listening(resumed), { evaluations: 8, strategy: 'ratchet', stopAfter, withSnapshots })
      expect(resumed.map(({ what }) => what)).toEqual(whole.map(({ what }) => what))
      // The noise is drawn from the names of commits, which hold the time.
      const credits = whole.flatMap((told) => told.credits)
      for (const [k, credit] of resumed.flatMap((told) => told.credits).entries()) expect(Math.abs(credit - (credits[k] ?? 0))).toBeLessThan(0.02)
    }
  })

  it.each(strategyNames)('with strategy %s goes on after an interruption exactly as if there had been none', async (strategy) => {
    const rules = [['cost 50\n', 'cost 25\n'], ['note one\n', 'note two\n'], ['cost 40\n', 'broken\n'], ['cost 40\n', 'cost 20\n'], ['note two\n', 'note three\n']] as const
    const text = 'cost 50\n-\nnote one\n-\ncost 40\n'
    const whole = await search(text, scriptedProposer('genetic', rules), { evaluations: 5, strategy })
    const proposals = (found: Found): readonly string[] => found.events.flatMap((event) => (event.kind === 'proposal-made' && event.body.step > 0 ? [`${event.body.step} ${event.body.proposal.rationale}`] : []))
    expect(proposals(whole).length).toBeGreaterThan(3)
    for (const [stopAfter, withSnapshots] of [[1, true], [2, false], [4, true], [4, false]] as const) {
      const resumed = await search(text, scriptedProposer('genetic', rules), { evaluations: 5, strategy, stopAfter, withSnapshots })
      expect(proposals(resumed)).toEqual(proposals(whole))
      expect(resumed.text).toBe(whole.text)
    }
  })

  const rules = [['cost 50\n', 'cost 25\n'], ['note one\n', 'note two\n'], ['cost 40\n', 'broken\n'], ['cost 40\n', 'cost 20\n'], ['note two\n', 'note three\n'], ['cost 30\n', 'cost 12\n'], ['cost 12\n', 'cost 6\n']] as const
  const text = 'cost 50\n-\nnote one\n-\ncost 40\n-\ncost 30\n'
  /** What must be the same: everything but times, and where and how often something ran. */
  const facts = ({ events }: Found): readonly unknown[] =>
    events.map(({ kind, body }) => JSON.parse(JSON.stringify({ kind, body }, (key, value: unknown) => (['wallMs', 'startedAt', 'processors', 'run'].includes(key) ? undefined : value))) as unknown)
  const lookahead = 3

  it.each(['greedy', 'dgm', 'islands'] as const)('with strategy %s is the same however many evaluations go on side by side, and whichever is done first', async (strategy) => {
    const alone = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, strategy, lookahead })
    expect(alone.going.most).toBe(1)
    expect(alone.going.lanes).toEqual(new Set(['undefined']))
    for (const [lanes, order] of [[2, [0, 3, 1, 1]], [3, [4, 0, 0, 2, 1]]] as const) {
      const side = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, strategy, lookahead, lanes: Array.from({ length: lanes }, (_, index) => [index]), order })
      expect(side.going.most).toBe(lanes)
      // The baseline runs once, wherever; every candidate in a lane.
      expect(side.going.lanes).toEqual(new Set(['undefined', ...Array.from({ length: lanes }, (_, index) => String(index))]))
      expect(facts(side)).toEqual(facts(alone))
      expect(side.text).toBe(alone.text)
    }
  })

  it('with several open proposals goes on after an interruption exactly as if there had been none', async () => {
    const whole = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, lookahead })
    for (const [stopAfter, withSnapshots, lanes] of [[1, true, 1], [2, false, 3], [4, true, 3], [5, true, 2], [7, false, 2], [8, true, 3]] as const) {
      const resumed = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, lookahead, stopAfter, withSnapshots, lanes: Array.from({ length: lanes }, (_, index) => [index]), order: [1, 0, 4] })
      expect(facts(resumed)).toEqual(facts(whole))
    }
  })

  it('decides one more proposal and no other where it goes on with --once: the one that the same run would have decided next', async () => {
    const whole = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, lookahead })
    const isDecision = ({ kind, body }: JournalEvent): boolean => kind === 'decision-made' && body.purpose === 'search'
    const isSearchProposal = ({ kind, body }: JournalEvent): boolean => kind === 'proposal-made' && body.step > 0
    for (const [stopAfter, lanes] of [[1, 1], [2, 3], [4, 2]] as const) {
      const once = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, lookahead, stopAfter, lanes: Array.from({ length: lanes }, (_, index) => [index]), order: [3, 0, 1], resumedOnce: true })
      const of = (found: Found, which: (event: JournalEvent) => boolean): readonly unknown[] => facts({ ...found, events: found.events.filter(which) })
      expect(of(once, isDecision)).toEqual(of(whole, isDecision).slice(0, stopAfter + 1))
      const made = of(once, isSearchProposal)
      expect(made).toEqual(of(whole, isSearchProposal).slice(0, made.length))
      expect(once.events.at(-1)).toMatchObject({ kind: 'run-finished', body: { reason: 'once' } })
    }
  })

  it('never sees a result that is newer than its lookahead allows', async () => {
    const found = await search(text, scriptedProposer('genetic', rules), { evaluations: 9, lookahead, lanes: [[0], [1], [2]], order: [2, 0, 7] })
    const order = found.events.flatMap((event) => (event.kind === 'proposal-made' && event.body.step > 0 ? ['made'] : event.kind === 'decision-made' && event.body.purpose === 'search' ? ['decided'] : []))
    expect(order.slice(0, 8)).toEqual(['made', 'made', 'made', 'decided', 'made', 'decided', 'made', 'decided'])
    let open = 0
    for (const step of order) {
      open += step === 'made' ? 1 : -1
      expect(open).toBeLessThanOrEqual(lookahead)
    }
    expect(open).toBe(0)
  })
})
