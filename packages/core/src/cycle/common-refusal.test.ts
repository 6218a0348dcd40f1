import { expect, it } from 'vitest'
import type { EventBodies, NewEvent } from '../journal/event.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { proposalMade, runFinished, runStarted, tickingClock } from '../testing/sample-events.ts'
import { commonRefusal } from './common-refusal.ts'

const parent = 'b0'.repeat(20)
let step = 0
const skipped = (run: string, more: Partial<EventBodies['step-skipped']>): NewEvent => ({ kind: 'step-skipped', body: { run, step: ++step, parent, editsDigest: null, reason: 'refused', ...more } })
const refused = (code: string, detail: string, run = 'r1'): NewEvent => skipped(run, { refusal: { code, detail, model: null } })
const exhausted = skipped('r1', { reason: 'exhausted' })

it.each<readonly [string, readonly NewEvent[], Awaited<ReturnType<typeof commonRefusal>>]>([
  ['every step for one reason', [refused('empty', 'codex: not found 1'), refused('empty', 'codex: not found 2')], { code: 'empty', detail: 'codex: not found 2', steps: 2 }],
  ['a single step', [refused('unreachable', 'nobody listens')], { code: 'unreachable', detail: 'nobody listens', steps: 1 }],
  ['steps of another run besides', [refused('unreachable', 'nobody listens'), refused('empty', 'x', 'r2'), proposalMade('r2', 'p2')], { code: 'unreachable', detail: 'nobody listens', steps: 1 }],
  ['reasons that differ', [refused('unreachable', 'nobody listens'), refused('empty', 'x')], null],
  ['a step with nothing left to propose', [refused('empty', 'x'), exhausted], null],
  ['the same before it', [exhausted, refused('empty', 'x')], null],
  ['something that was proposed', [refused('empty', 'x'), proposalMade('r1', 'p1', { step: 2 }), refused('empty', 'x')], null],
  ['no step', [], null],
])('says why a run proposed nothing: %s', async (_, events, expected) => {
  const journal = createMemoryJournal({ clock: tickingClock() })
  await journal.append([runStarted('r1'), runStarted('r2'), ...events, runFinished('r1', null)])
  expect(await commonRefusal(journal, 'r1')).toEqual(expected)
})
