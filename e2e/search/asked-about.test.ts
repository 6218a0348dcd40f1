import { describe, expect, it } from 'vitest'
import { awaitsConsent, foldMetrics, foldProposals, foldReport, isOffered, mergeEdits, verifyDecisions, type JournalEvent, type Proposer, type Strategy } from '@ratchet/core'
import { scriptedProposer } from '../scripted-proposer.ts'
import { events, search, type Found } from './scene.ts'

/** Screening asks about loops that nothing ends, and denies what takes the clock away. */
const [loop, denied] = ['while (true) { run() }', 'Date.now = () => 0']
const text = '// cost 50\n\n\n\n// cost 40\n\n\n\n// note one\n'
const looping = ['// cost 50\n', `// cost 10\n${loop}\n`] as const
const plain = ['// cost 40\n', '// cost 20\n'] as const

/** Of the confirmations in their order: what came out, and what of the error budget was spent and offered before. */
function confirmations({ events: all }: Found): readonly unknown[] {
  return all.flatMap(({ kind, body }) => (kind === 'decision-made' && body.purpose === 'confirm' ? [[body.decision.verdict, body.spending?.tests, body.spending?.offers]] : []))
}

function searched({ events: all }: Found): readonly string[] {
  return all.flatMap(({ kind, body }) => (kind === 'decision-made' && body.purpose === 'search' ? [body.decision.verdict] : []))
}

/** Who may say yes to what was found, and whether `verify` comes to the same. */
async function standing(found: Found, id: string | null, { confirm = true } = {}): Promise<unknown> {
  expect(await verifyDecisions(events(found.events))).toMatchObject({ ok: true, decisions: { unrecorded: 0 } })
  const record = (await foldProposals(events(found.events))).get(id ?? '')
  return record === undefined ? null : { offered: isOffered(record, confirm), awaits: awaitsConsent(record, confirm), findings: record.screening?.findings.map(({ rule }) => rule) }
}

/** Who is recorded as having made some step of it. */
function authors({ events: all }: Found, id: string | null): readonly string[] {
  return all.flatMap(({ kind, body }) => (kind === 'proposal-screened' && body.proposal === id && body.screening.policy !== undefined ? [body.screening.policy.facts, ...(body.screening.policy.others ?? [])].map(({ proposer }) => proposer) : [])).toSorted()
}

const waits = { offered: false, awaits: true, findings: ['endless-loop'] }
const free = { offered: true, awaits: false, findings: [] }

describe('a change that screening asks a person about', () => {
  it('is built on, confirmed and offered for approval, and what others add to it is asked about as well', async () => {
    const found = await search(text, scriptedProposer('genetic', [looping, plain]), { evaluations: 2, strategy: 'local-search' })
    expect([found.text, found.beside, searched(found)]).toEqual([`// cost 10\n${loop}\n\n\n\n// cost 20\n\n\n\n// note one`, null, ['approval-required', 'approval-required']])
    expect(confirmations(found)).toEqual([['approval-required', 0, 0]])
    expect(await standing(found, found.winner)).toEqual(waits)
    expect((await foldMetrics(found.events)).runs).toEqual({ started: 1, finished: 1, withWinner: 1, withQuestion: 1 })
    expect(found.events.at(-1)).toMatchObject({ kind: 'run-finished', body: { winner: found.winner } })
    expect(found.events.at(-1)?.body).not.toHaveProperty('beside')
  })

  it('ends its line where the configuration does not have it followed', async () => {
    const found = await search(text, scriptedProposer('genetic', [looping, plain]), { evaluations: 2, strategy: 'local-search', leavesAsked: true })
    expect([found.text, searched(found)]).toEqual(['// cost 50\n\n\n\n// cost 20\n\n\n\n// note one', ['approval-required', 'accepted']])
    const alone = await search(text, scriptedProposer('genetic', [looping]), { evaluations: 1, leavesAsked: true })
    expect([alone.winner, confirmations(alone)]).toEqual([null, []])
  })

  it('is neither run nor built on where it is denied', async () => {
    const found = await search(text, scriptedProposer('genetic', [['// cost 50\n', `// cost 10\n${denied}\n`], plain]), { evaluations: 2, strategy: 'local-search' })
    expect([found.text, searched(found)]).toEqual(['// cost 50\n\n\n\n// cost 20\n\n\n\n// note one', ['rejected', 'accepted']])
    expect(found.events.filter(({ kind, body }) => kind === 'evaluation-recorded' && body.purpose === 'search')).toHaveLength(1)
  })

  it('is asked about no more once a later step has taken out what was, and is not gone back to', async () => {
    const found = await search(text, scriptedProposer('genetic', [looping, [`${loop}\n`, '// done\n']]), { evaluations: 2, strategy: 'local-search' })
    expect([found.text, searched(found)]).toEqual(['// cost 10\n// done\n\n\n\n// cost 40\n\n\n\n// note one', ['approval-required', 'accepted']])
    expect(await standing(found, found.winner)).toEqual(free)
    expect(confirmations(found)).toEqual([['accepted', 0, 0]])
  })

  it('is free once minimising has left out a part that brings nothing, and asked about only for that', async () => {
    const joined: Proposer = {
      name: 'genetic',
      propose: async ({ sources: [source], tried: _ }) => {
        const edits = [['// cost 50', '// cost 10'], ['// note one', loop]].map(([from = '', to = ''], part) => ({ path: 'src/a.js', start: source?.text.indexOf(from) ?? 0, end: (source?.text.indexOf(from) ?? 0) + from.length, replacement: to, part }))
        return { edits, operator: 'both', rationale: 'both' }
      },
    }
    const found = await search(text, joined, { evaluations: 1 })
    expect([found.text, found.beside, searched(found)]).toEqual(['// cost 10\n\n\n\n// cost 40\n\n\n\n// note one', null, ['approval-required']])
    expect(await standing(found, found.winner)).toEqual(free)
  })

  it('takes no number of a trial while minimising, and does in runs that do not follow it, as it always did', async () => {
    const rewrites = [['while (more()) {', 'while (true) {'], ['// note one', 'if (!more()) break'], ['// cost 50', '// cost 10']]
    const joined: Proposer = {
      name: 'genetic',
      propose: async ({ sources: [source] }) => {
        const edits = rewrites.map(([from = '', to = ''], part) => ({ path: 'src/a.js', start: source?.text.indexOf(from) ?? 0, end: (source?.text.indexOf(from) ?? 0) + from.length, replacement: to, part }))
        return { edits, operator: 'all', rationale: 'all' }
      },
    }
    const minimised = async (leavesAsked: boolean): Promise<readonly unknown[]> => {
      const { events: all, winner, text: won } = await search('while (more()) {\n\n\n\n// note one\n\n\n\n}\n\n\n\n// cost 50\n', joined, { evaluations: 1, leavesAsked })
      return [winner === null, won?.includes('more()) {') && won.includes('note one'), all.flatMap(({ kind, body }) => (kind === 'decision-made' && body.purpose === 'minimise' ? [body.trial] : []))]
    }
    // The way out of the loop cannot be left out before the loop.
    expect(await minimised(false)).toEqual([false, true, [9, 10, 11, 12]])
    expect(await minimised(true)).toEqual([false, true, [9, 10, 11]])
  })

  it('does not take the place of an accepted winner where it has come down to what the constitution asks about for its gain', async () => {
    const constitution = `version: 1
supervised_operations:
  - { id: large, statement: People look at large gains., when: 'effect.estimate > 1.5' }
autonomous_operations:
  - { id: source, statement: Rewrites of the source are free., when: 'paths.all(p, glob(p, "src/**"))', requires: [benchmark-gain] }
`
    const either: Proposer = {
      name: 'genetic',
      propose: async ({ sources, step }) => {
        const edits = (step === 1 ? [['// cost 40', '// cost 20']] : [['// cost 50', '// cost 10'], ['// note one', loop]]).map(([from = '', to = ''], part) => ({ path: 'src/a.js', start: sources[0]?.text.indexOf(from) ?? 0, end: (sources[0]?.text.indexOf(from) ?? 0) + from.length, replacement: to, part }))
        return { edits, operator: `step ${step}`, rationale: 'faster' }
      },
    }
    const found = await search(text, either, { evaluations: 2, strategy: 'best-of-n', constitution })
    expect([searched(found), confirmations(found)]).toEqual([['accepted', 'approval-required'], [['accepted', 0, 0], ['approval-required', 1, 1]]])
    expect([found.text, found.beside]).toEqual(['// cost 50\n\n\n\n// cost 20\n\n\n\n// note one', null])
    expect(await standing(found, found.winner)).toEqual(free)
  })

  it('is offered beside the winner where it is better, and not confirmed where it is not', async () => {
    const better = await search(text, scriptedProposer('genetic', [looping, plain]), { evaluations: 2, strategy: 'best-of-n' })
    expect([better.text, better.besideText]).toEqual(['// cost 50\n\n\n\n// cost 20\n\n\n\n// note one', `// cost 10\n${loop}\n\n\n\n// cost 40\n\n\n\n// note one`])
    expect(confirmations(better)).toEqual([['accepted', 0, 0], ['approval-required', 1, 1]])
    expect([await standing(better, better.winner), await standing(better, better.beside)]).toEqual([free, waits])
    const [run] = (await foldReport(events(better.events))).runs
    expect([run?.winner, run?.beside]).toEqual([better.winner, better.beside])
    const worse = await search(text, scriptedProposer('genetic', [['// cost 50\n', `// cost 40\n${loop}\n`], plain]), { evaluations: 2, strategy: 'best-of-n' })
    expect([worse.text, worse.beside, confirmations(worse)]).toEqual(['// cost 50\n\n\n\n// cost 20\n\n\n\n// note one', null, [['accepted', 0, 0]]])
  })

  it('is asked about also when it was merged into what needs nobody', async () => {
    const scripted = scriptedProposer('genetic', [looping, plain])
    const merging: Proposer = {
      name: 'genetic',
      propose: async (request, signal) => {
        const { mate } = request
        const edits = mate === undefined ? null : mergeEdits(request.sources, mate)
        return mate === undefined || edits === null ? scripted.propose(request, signal) : { edits, operator: 'crossover', rationale: 'both', mate: mate.commit }
      },
    }
    const chooses: Strategy = { name: 'stub', selectParent: (archive) => archive.at(archive.size < 3 ? 0 : 2), guide: (archive) => ({ mate: archive.size < 3 ? null : { variant: archive.at(1), base: archive.at(0) }, credit: () => 1, atOnce: 1 }) }
    const found = await search(text, merging, { evaluations: 3, chooses })
    expect(searched(found)).toEqual(['approval-required', 'accepted', 'approval-required'])
    expect(found.besideText).toBe(`// cost 10\n${loop}\n\n\n\n// cost 20\n\n\n\n// note one`)
    expect([await standing(found, found.winner), await standing(found, found.beside)]).toEqual([free, waits])
  })

  it('is asked about because of who made it, whoever made the last step', async () => {
    const constitution = `version: 1
supervised_operations:
  - { id: agents, statement: People read what agents write., when: 'proposer == "agent"' }
autonomous_operations:
  - { id: source, statement: Rewrites of the source are free., when: 'proposer == "genetic" && paths.all(p, glob(p, "src/**"))', requires: [benchmark-gain] }
`
    const scripted = scriptedProposer('genetic', [['// cost 50\n', '// cost 10\n'], plain])
    let step = 0
    const mixed: Proposer = { name: 'genetic', propose: async (request, signal) => ({ ...(await scripted.propose(request, signal)), proposer: step++ === 0 ? 'agent' : 'genetic' }) as Awaited<ReturnType<Proposer['propose']>> }
    const found = await search(text, mixed, { evaluations: 2, strategy: 'local-search', constitution })
    expect([found.text, searched(found)]).toEqual(['// cost 10\n\n\n\n// cost 20\n\n\n\n// note one', ['approval-required', 'approval-required']])
    expect(await standing(found, found.winner)).toEqual({ ...waits, findings: ['constitution:agents'] })
    expect(authors(found, found.winner)).toEqual(['agent', 'genetic'])
    step = 1
    const alone = await search(text, mixed, { evaluations: 2, strategy: 'local-search', constitution })
    expect(await standing(alone, alone.winner)).toEqual(free)
  })

  it('is asked about in the end for what an earlier step said of itself, also where the last one says nothing', async () => {
    const scripted = scriptedProposer('genetic', [['// cost 50\n', '// cost 10\n// one\n// two\n// three\n'], plain])
    const claiming: Proposer = { name: 'genetic', propose: async (request, signal) => {
      const draft = await scripted.propose(request, signal)
      return draft === null || draft.refusal !== undefined || !draft.operator.includes('10') ? draft : { ...draft, rationale: 'changes only one line' }
    } }
    const found = await search(text, claiming, { evaluations: 2, strategy: 'local-search' })
    expect(searched(found)).toEqual(['approval-required', 'accepted'])
    expect(await standing(found, found.winner)).toEqual({ ...waits, findings: ['claims-contradict-facts'] })
    expect(confirmations(found)[0]).toEqual(['approval-required', 0, 0])
  })

  it('is offered on the word of the search where nothing is confirmed, and spends for it', async () => {
    const found = await search(text, scriptedProposer('genetic', [looping]), { evaluations: 1, unconfirmed: true })
    expect([found.text, confirmations(found)]).toEqual([`// cost 10\n${loop}\n\n\n\n// cost 40\n\n\n\n// note one`, []])
    expect(await standing(found, found.winner, { confirm: false })).toEqual(waits)
  })

  it('is found again by the same seed, also after an interruption', async () => {
    const rules = [looping, plain, ['// note one\n', '// note three\n'], [`${loop}\n`, '// done\n']] as const
    const told = ({ events: all }: Found): readonly string[] => all.flatMap(({ kind, body }) => (kind === 'proposal-made' ? [body.proposal.rationale] : kind === 'decision-made' ? [`${body.purpose} ${body.decision.verdict}`] : []))
    const whole = await search(text, scriptedProposer('genetic', rules), { evaluations: 5, strategy: 'ratchet' })
    for (const [stopAfter, withSnapshots] of [[2, true], [4, false]] as const) {
      const resumed = await search(text, scriptedProposer('genetic', rules), { evaluations: 5, strategy: 'ratchet', stopAfter, withSnapshots })
      expect(told(resumed)).toEqual(told(whole))
    }
  })

  it('is followed as far as verify can follow it: no other parent, and no other offer', async () => {
    const found = await search(text, scriptedProposer('genetic', [looping, plain]), { evaluations: 2, strategy: 'local-search' })
    const forged = (change: (event: JournalEvent) => unknown): Promise<unknown> => verifyDecisions(events(found.events.map((event) => change(event) as JournalEvent)))
    const first = found.events.flatMap((event) => (event.kind === 'proposal-made' ? [event.body.proposal.id] : []))[0]
    const wrong = (detail: string): object => ({ ok: false, problem: 'decision', detail: expect.stringContaining(detail) as string })
    expect(await forged((event) => (event.kind === 'run-finished' ? { ...event, body: { ...event.body, winner: first } } : event))).toMatchObject(wrong('was not proven in it'))
    expect(await forged((event) => (event.kind === 'run-finished' ? { ...event, body: { ...event.body, beside: first } } : event))).toMatchObject(wrong('was not proven in it'))
    expect(await forged((event) => (event.kind === 'proposal-made' && event.body.step === 2 ? { ...event, body: { ...event.body, proposal: { ...event.body.proposal, mate: 'f'.repeat(40) } } } : event))).toMatchObject(wrong('no verdict lets have children'))
    // Without the run's word that it follows them, who was whose parent is for older rules to say.
    expect(await forged((event) => (event.kind === 'run-started' ? { ...event, body: { ...event.body, followsAsked: undefined } } : event))).toMatchObject({ ok: true })
  })
})
