import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertFold } from '../alert/alert-fold.ts'
import { AutonomyFold } from '../autonomy/autonomy-fold.ts'
import type { Automatic, AutomationRules } from '../autonomy/automatic.ts'
import type { Consent } from '../consent/consent.ts'
import type { Decision } from '../decision/decision.ts'
import type { EventBodies, NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal } from '../journal/journal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, proposalMade, proposalScreened, runStarted } from '../testing/sample-events.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { automaticRefusal } from './automatic-permission.ts'
import { foldProposals, type ProposalRecord } from './proposal-record.ts'
import { verifyAutomation } from './verify-automation.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 0, 1)
const baseline = 'b0'.repeat(20)
const rules: AutomationRules = { perDay: 2, breaker: { failures: 2, window: 24 * hour, cooldown: hour, longest: 8 * hour } }
const free: Decision = { ...decisionOf('accepted', { estimate: 2, low: 1.5, high: 3 }), policy: { decision: 'allow', constitution: 'k', before: 'accepted', consentLevel: 0, risk: 0, rules: ['free'] } }

interface Scene {
  readonly journal: Journal & JournalIndex
  readonly revisions: Parameters<typeof verifyAutomation>[0]['revisions']
  now: number
  readonly add: (...events: readonly NewEvent[]) => Promise<void>
  readonly refusal: (id: string, automatic?: Partial<Automatic>) => Promise<string | null>
  readonly apply: (id: string, automatic?: Partial<Automatic>) => Promise<void>
  readonly verify: () => ReturnType<typeof verifyAutomation>
}

/** Trees are files' names here: what a proposal changes is `src/ID`. */
function scene(): Scene {
  const clock = { now: start }
  const journal = createMemoryJournal({ clock: () => new Date(clock.now) })
  const add: Scene['add'] = async (...events) => void (await journal.append(events))
  const record = async (id: string): Promise<ProposalRecord> => (await foldProposals(journal.ofProposal(id))).get(id) as ProposalRecord
  const automatic = (changes: Partial<Automatic> = {}): Automatic => ({ run: 'r', mode: 'autonomous', rules, ...changes })
  /** Where one commit is named by another, it brings that one's edit as well. */
  const revisions = { entries: async (commit: string) => [{ path: 'src/a', mode: '100644', id: commit }], changes: async () => [{ path: 'src/a', status: 'modified' as const, oldMode: '100644', newMode: '100644' }], diff: async (_from: string, to: string) => `diff --git a/a b/a\n@@ -1 +1 @@\n-old\n+${to.split('&')[0] ?? ''}\n${to.includes('&') ? `@@ -9 +9 @@\n-old\n+${to.split('&')[1] ?? ''}\n` : ''}` }
  return {
    journal,
    revisions,
    get now() { return clock.now },
    set now(value) { clock.now = value },
    add,
    refusal: async (id, changes) => (await automaticRefusal({ index: journal, revisions, clock: () => new Date(clock.now) }, await record(id), automatic(changes), 'refs/heads/main'))?.message ?? null,
    apply: async (id, changes) => {
      await add({ kind: 'application-intended', body: { application: `a-${id}`, proposal: id, ref: 'refs/heads/main', expected: baseline, commit: `applied-${id}`, automatic: automatic(changes) } })
      await add({ kind: 'application-settled', body: { application: `a-${id}`, proposal: id, outcome: 'applied' } })
    },
    verify: () => verifyAutomation({ index: journal, revisions, rulesOf: async () => ({ rules, highest: 'autonomous' }) }),
  }
}

async function offering(mode: EventBodies['run-started']['mode'], ...ids: readonly string[]): Promise<Scene> {
  const made = scene()
  await made.add(runStarted('r', mode === undefined ? {} : { mode }))
  for (const id of ids) await made.add(proposalMade('r', id), proposalScreened('r', id), decisionMade('r', id, free, { purpose: 'confirm' }))
  return made
}

const answer = (proposal: string, said: Consent['answer'], name = 'jane'): NewEvent => ({ kind: 'consent-given', body: { proposal, baseline, commit: `commit-${proposal}`, tree: `tree-${proposal}`, evidence: 'e', constitution: null, answer: said, reason: 'r', givenAt: new Date(start).toISOString(), expiresAt: null, by: { kind: 'unverified', name }, digest: `${proposal} ${said} ${name}` } })
const order = (name: string, what: 'pause' | 'stop' | 'resume', lifts: readonly string[] = []): NewEvent => ({ kind: 'order-given', body: { order: name, what, reason: '', by: 'jane', at: '', lifts } })
const reverted = (id: string): NewEvent => ({ kind: 'reversion-settled', body: { application: `a-${id}`, proposal: id, outcome: 'reverted' } })

describe('what a run may apply by itself', () => {
  it('is what the constitution allows, in a run that was started for it, and verify says the same', async () => {
    const { refusal, apply, verify } = await offering('autonomous', 'p1')
    expect(await refusal('p1')).toBeNull()
    await apply('p1')
    expect(await verify()).toEqual({ ok: true, automatic: 1 })
  })

  it('goes to the branch that the run began on, and verify finds it elsewhere', async () => {
    for (const [ref, why] of [['refs/heads/main', null], ['refs/heads/other', 'began on refs/heads/other, not on refs/heads/main'], [null, 'began on no branch']] as const) {
      const { add, refusal, apply, verify } = scene()
      await add(runStarted('r', { mode: 'autonomous', ref }), proposalMade('r', 'p1'), proposalScreened('r', 'p1'), decisionMade('r', 'p1', free, { purpose: 'confirm' }))
      expect(await refusal('p1')).toEqual(why === null ? null : expect.stringContaining(why))
      await apply('p1')
      expect(await verify()).toMatchObject(why === null ? { ok: true } : { ok: false, problem: 'automation', detail: expect.stringContaining(why) as string })
    }
  })

  it.each([
    ['was only proposed', undefined, free, 'mode propose'],
    ['nothing allows: there is no constitution', 'autonomous', decisionOf('accepted', null), 'no constitution'],
    ['the constitution asks about', 'autonomous', { ...free, policy: { ...free.policy, decision: 'ask' } } as Decision, 'constitution says ask'],
    ['needs approval', 'autonomous', { ...free, verdict: 'approval-required' } as Decision, 'approval-required'],
    ['was rejected', 'autonomous', { ...free, verdict: 'rejected' } as Decision, 'rejected'],
  ] as const)('is not what %s, and verify finds it where it was done', async (_what, mode, decision, said) => {
    const { add, refusal, apply, verify } = await offering(mode)
    await add(proposalMade('r', 'p1'), decisionMade('r', 'p1', decision, { purpose: 'confirm' }))
    expect(await refusal('p1')).toContain(said)
    await apply('p1')
    expect(await verify()).toMatchObject({ ok: false, problem: 'automation', detail: expect.stringContaining(said) })
  })

  it('is nothing that another run found', async () => {
    const { add, refusal } = await offering('autonomous', 'p1')
    await add(runStarted('s', { mode: 'autonomous' }))
    expect(await refusal('p1', { run: 's' })).toContain('not found by the run')
  })

  it('is nothing while somebody has said to wait, whatever else was taken back', async () => {
    const { add, refusal, apply, verify } = await offering('autonomous', 'p1')
    await add(order('a', 'pause'), order('b', 'stop'), order('c', 'resume', ['a']))
    expect(await refusal('p1')).toBe('stopped by jane')
    await add(order('d', 'resume', ['b']))
    expect(await refusal('p1')).toBeNull()
    await add(order('e', 'stop'))
    await apply('p1')
    expect(await verify()).toMatchObject({ ok: false, detail: expect.stringContaining('although stopped by jane') })
  })

  it('is at most so many a day, and a clock that is set back gives no more', async () => {
    const target = await offering('autonomous', 'p1', 'p2', 'p3')
    for (const id of ['p1', 'p2']) await target.apply(id)
    expect(await target.refusal('p3')).toContain('2 automatic applications in 24 hours')
    target.now = start - 1000 * hour
    expect(await target.refusal('p3')).toContain('2 automatic applications')
    target.now = start + 24 * hour
    expect(await target.refusal('p3')).toBeNull()
    expect((await target.verify()).ok).toBe(true)
    target.now = start + 23 * hour
    await target.apply('p3')
    expect(await target.verify()).toMatchObject({ ok: false, detail: expect.stringContaining('24 hours') })
  })

  it('is nothing while the breaker is open, one thing when it is half open, and all again when that went well', async () => {
    const target = await offering('autonomous', 'p1', 'p2', 'p3', 'p4')
    await target.apply('p1')
    await target.add(reverted('p1'), decisionMade('r', 'x', decisionOf('rejected', null), { purpose: 'confirm' }))
    expect(await target.refusal('p2')).toContain('nothing is applied automatically before 2026-01-01T01:00')
    target.now = start - hour
    expect(await target.refusal('p2')).toContain('nothing is applied automatically')
    target.now = start + hour
    expect(await target.refusal('p2')).toBeNull()
    await target.apply('p2')
    expect(await target.refusal('p3')).toContain('to see whether all is well')
    target.now = start + 25 * hour
    expect(await target.refusal('p3')).toBeNull()
    expect(await target.verify()).toEqual({ ok: true, automatic: 2 })
  })

  it('is nothing that people have not been asked about in time, where it is supervised', async () => {
    const target = await offering('supervised', 'p1')
    expect(await target.refusal('p1', { mode: 'supervised' })).toBe('nobody was asked about it')
    await target.add({ kind: 'approval-requested', body: { run: 'r', proposal: 'p1', deadline: new Date(start + hour).toISOString() } })
    expect(await target.refusal('p1', { mode: 'supervised' })).toBeNull()
    expect(await target.refusal('p1')).toContain('mode supervised, not autonomous')
    target.now = start + hour + 1
    expect(await target.refusal('p1', { mode: 'supervised' })).toContain('the time for an answer ended')
  })
})

describe('what people have refused', () => {
  it.each(['rejected', 'deferred'] as const)('is applied by no run once it was %s, under whatever id, until the same person approves', async (said) => {
    const { add, refusal, apply, verify } = await offering('autonomous', 'p1', 'p2')
    const twin = proposalMade('r', 'twin')
    await add({ ...twin, body: { ...twin.body, tree: 'tree-p1', commit: 'another' } } as NewEvent, decisionMade('r', 'twin', free, { purpose: 'confirm' }))
    await add(proposalMade('r', 'child', { parent: 'commit-p1' }), decisionMade('r', 'child', free, { purpose: 'confirm' }))
    await add(answer('p1', said))
    expect(await refusal('p1')).toBe('a person has rejected or deferred it')
    expect([await refusal('twin'), await refusal('child'), await refusal('p2')]).toEqual([expect.stringContaining('as p1'), expect.stringContaining('as p1'), null])
    await add(answer('p1', 'approved', 'john'))
    expect(await refusal('twin')).toContain('as p1')
    await add(answer('p1', 'approved', 'JANE'))
    expect(await refusal('twin')).toBeNull()
    await add(answer('p1', said))
    await apply('twin')
    expect(await verify()).toMatchObject({ ok: false, detail: expect.stringContaining('a person had rejected or deferred p1') })
  })
})

describe('verifying what runs applied', () => {
  it('asks again whether it brings what somebody had refused, in its content and under no name', async () => {
    const { add, refusal, apply, verify, revisions, journal } = await offering('autonomous', 'p1')
    await add(proposalMade('r', 'both', { commit: 'more&commit-p1' }), proposalScreened('r', 'both'), decisionMade('r', 'both', free, { purpose: 'confirm' }))
    expect(await refusal('both')).toBeNull()
    await add(answer('p1', 'rejected'))
    expect(await refusal('both')).toContain('it brings what a person has rejected or deferred as p1')
    await apply('both')
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 9, detail: expect.stringContaining('a person had rejected or deferred p1') })
    // What was pruned since cannot be asked about any more.
    const gone = { ...revisions, diff: () => Promise.reject(new WorkspaceError('unknown-revision', 'gone', { remedy: '' })) }
    expect(await verifyAutomation({ index: journal, revisions: gone, rulesOf: async () => null })).toMatchObject({ ok: true, automatic: 1 })
  })

  it('finds limits, modes and bases that nobody was entitled to', async () => {
    const loose = await offering('autonomous', 'p1')
    await loose.apply('p1', { rules: { ...rules, perDay: 1000 } })
    expect(await loose.verify()).toMatchObject({ ok: false, detail: expect.stringContaining('other limits') })
    expect(await verifyAutomation({ index: loose.journal, revisions: loose.revisions, rulesOf: async () => ({ rules, highest: 'supervised' }) })).toMatchObject({ ok: false, detail: expect.stringContaining('no more than supervised') })
    const moved = await offering('autonomous', 'p1')
    await moved.add({ kind: 'application-intended', body: { application: 'a', proposal: 'p1', ref: 'refs/heads/main', expected: 'elsewhere', commit: 'c', automatic: { run: 'r', mode: 'autonomous', rules } } })
    expect(await moved.verify()).toMatchObject({ ok: false, detail: expect.stringContaining('had moved') })
  })

  it('says of any history what was said before each application, so that nothing permitted fails and nothing else passes', async () => {
    const step = fc.record({ what: fc.constantFrom('apply', 'apply', 'revert', 'grave', 'stop', 'resume', 'refuse'), later: fc.integer({ min: -2, max: 12 }) })
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, honest) => {
      const ids = steps.map((_, index) => `p${index}`)
      const target = await offering('autonomous', ...ids)
      let forged = false
      let applied = 0
      for (const [index, { what, later }] of steps.entries()) {
        target.now += later * hour
        const id = `p${index}`
        if (what === 'apply') {
          const permitted = (await target.refusal(id)) === null
          if (!permitted && honest) continue
          forged ||= !permitted
          await target.apply(id)
          applied++
        } else if (what === 'revert') await target.add(reverted(`p${index - 1}`))
        else if (what === 'grave') await target.add(decisionMade('r', `q${index}`, { ...decisionOf('rejected', null), reasons: [{ code: 'tests-silenced', message: '' }] }))
        else if (what === 'stop') await target.add(order(`o${index}`, 'stop'))
        else if (what === 'resume') await target.add(order(`o${index}`, 'resume', ids.map((_, other) => `o${other}`)))
        else await target.add(answer(`p${(index + 1) % steps.length}`, 'rejected'))
      }
      expect(await target.verify()).toMatchObject(forged ? { ok: false } : { ok: true, automatic: applied })
    }), { numRuns: 120 })
  })
})

describe('alerts', () => {
  it('are raised once a proposal and kind, for what was tried, and whenever too much went wrong', async () => {
    const target = await offering('autonomous', 'p1')
    const screened = (id: string, ...rulesBroken: readonly [string, 'deny' | 'require-approval' | 'note'][]): NewEvent => ({ kind: 'proposal-screened', body: { run: 'r', proposal: id, screening: { decision: 'deny', risk: 1, consentLevel: 3, findings: rulesBroken.map(([rule, weight]) => ({ rule, weight, file: 'f', line: 1, message: 'm' })) } } })
    await target.add(
      screened('v', ['constitution-path', 'deny'], ['constitution:no-markers', 'deny'], ['constitution:asks', 'require-approval']),
      screened('h', ['patches-builtin', 'deny'], ['detects-test-runner', 'require-approval']),
      screened('s', ['accesses-network', 'require-approval'], ['prints', 'note']),
      screened('n', ['accesses-network', 'note'], ['protected-path', 'require-approval']),
      decisionMade('r', 'h', { ...decisionOf('rejected', null), reasons: [{ code: 'disguise-mismatch', message: '' }] }),
      decisionMade('r', 'late', { ...decisionOf('rejected', null), reasons: [{ code: 'tests-silenced', message: '' }] }),
    )
    const fold = new AlertFold(rules.breaker)
    const autonomy = new AutonomyFold()
    for await (const event of target.journal.read(0)) {
      fold.apply(event)
      autonomy.apply(event)
    }
    expect(fold.alerts.map(({ kind, severity, proposal, signs }) => [kind, severity, proposal, ...signs])).toEqual([
      ['constitution-violation', 'critical', 'v', 'constitution-path', 'no-markers'],
      ['objective-hacking', 'critical', 'h', 'patches-builtin', 'detects-test-runner'],
      ['repeated-failures', 'critical', null, 'circuit-breaker'],
      ['sandbox-escape', 'warning', 's', 'accesses-network'],
      ['objective-hacking', 'critical', 'late', 'tests-silenced'],
    ])
    expect(autonomy.breaker(rules, target.now).state).toBe('open')
  })
})
