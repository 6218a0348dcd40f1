import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import type { IntendedCall } from '../model/model-call.ts'
import { unlimited } from '../model/spending-budget.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { tickingClock } from '../testing/sample-events.ts'
import type { EndedCapability, GrantedCapability } from './capability-event.ts'
import { endLostCapabilities, recordedDoors } from './recorded-doors.ts'
import type { Door, DoorOpener } from './door.ts'
import { CapabilityCheck } from './verify-capabilities.ts'

const granted = (change: Partial<GrantedCapability> = {}): NewEvent => ({ kind: 'capability-granted', body: { capability: 'c1', token: 'd'.repeat(64), run: 'r1', proposal: null, to: 'agent step 1', scopes: ['model'], budget: { requests: 2, bytesIn: 100, bytesOut: 100 }, expiresAt: '2026-01-01T00:00:00.000Z', ...change } })
const ended = (change: Partial<EndedCapability> = {}): NewEvent => ({ kind: 'capability-ended', body: { capability: 'c1', run: 'r1', outcome: 'revoked', used: { requests: 2, bytesIn: 100, bytesOut: 100 }, ...change } })
const call = (change: Partial<IntendedCall> = {}): NewEvent => ({
  kind: 'model-call-intended',
  body: { run: 'r1', call: 'k1', attempt: 1, purpose: 'agent', label: 'x', about: null, capability: 'c1', granted: { to: 'agent step 1 abcd', limits: unlimited }, model: { name: 'm', provider: 'ollama', id: 'm' }, requestDigest: '', reserved: { nanoUsd: 1, tokens: 1, calls: 1 }, price: { input: 1, output: 1 }, limits: unlimited, ...change },
})
/** As an older version wrote it. */
function withoutCapability(event: NewEvent): NewEvent {
  if (event.kind !== 'model-call-intended') return event
  const { capability: _, ...body } = event.body
  return { kind: event.kind, body }
}

async function problemOf(...events: readonly NewEvent[]): Promise<string | null> {
  const journal = createMemoryJournal({ clock: tickingClock() })
  await journal.append(events)
  const check = new CapabilityCheck()
  for await (const event of journal.read(0)) {
    const wrong = check.add(event)
    if (wrong !== null) return wrong.detail
  }
  return null
}

describe('what was granted', () => {
  it.each<[string, readonly NewEvent[]]>([
    ['is used while it stands', [granted(), call(), call({ call: 'k2' }), ended()]],
    ['is used by its agent, whose conversation has no name', [granted(), call({ granted: { to: 'agent step 1', limits: unlimited } })]],
    ['is used for another try of the same call', [granted(), call(), call({ attempt: 2 }), call({ attempt: 3 }), ended({ used: { requests: 1, bytesIn: 1, bytesOut: 1 } })]],
    ['still stands where the journal ends', [granted(), call()]],
    ['was lost with its process', [granted(), call(), ended({ outcome: 'lost', used: null }), granted({ capability: 'c2' }), call({ call: 'k2', capability: 'c2' })]],
    ['was used for nothing', [granted(), ended({ used: { requests: 0, bytesIn: 0, bytesOut: 0 } })]],
    ['was granted outside of runs, and serves one', [granted({ run: null }), call(), ended({ run: null })]],
    ['is named by nobody in an older journal', [withoutCapability(call()), granted(), call(), ended()]],
    ['is not asked of who is no agent', [granted(), call(), withoutCapability(call({ purpose: 'propose', call: 'k2' }))]],
  ])('%s', async (_, events) => {
    expect(await problemOf(...events)).toBeNull()
  })

  it.each<[string, readonly NewEvent[], string]>([
    ['was never granted', [call()], 'never granted'],
    ['is granted only afterwards', [call(), granted()], 'never granted'],
    ['had ended', [granted(), ended(), call()], 'had ended'],
    ['had been lost', [granted(), ended({ outcome: 'lost', used: null }), call()], 'had ended'],
    ['was granted again under an id that had ended', [granted(), ended(), granted()], 'twice'],
    ['ends twice', [granted(), ended(), ended()], 'twice'],
    ['ends and never began', [ended()], 'never granted'],
    ['ends in another run', [granted(), ended({ run: 'r2' })], 'another run'],
    ['is another run\'s', [granted(), call({ run: 'r2' })], 'another run'],
    ['is another agent\'s', [granted(), call({ granted: { to: 'agent step 2 abcd', limits: unlimited } })], 'granted to agent step 1'],
    ['is of an agent whose label only begins like it', [granted(), call({ granted: { to: 'agent step 12 abcd', limits: unlimited } })], 'granted to agent step 1'],
    ['is of an agent whose label goes on without a blank', [granted(), call({ granted: { to: 'agent step 1-abcd', limits: unlimited } })], 'granted to agent step 1'],
    ['is nobody\'s in particular', [granted(), { ...call(), body: { ...(call().body as IntendedCall), granted: undefined } } as unknown as NewEvent], 'granted to agent step 1'],
    ['is for a tool', [granted({ scopes: ['tool:search'] }), call()], 'not for models'],
    ['is used more often than it may be', [granted(), call(), call({ call: 'k2' }), call({ call: 'k3' })], 'for 2 requests'],
    ['is said to have been used less', [granted(), call(), call({ call: 'k2' }), ended({ used: { requests: 1, bytesIn: 1, bytesOut: 1 } })], '2 calls name it'],
    ['is said to have let more through', [granted(), ended({ used: { requests: 1, bytesIn: 101, bytesOut: 1 } })], '101 bytesIn'],
    ['is left out of a call in a run that names it', [granted(), call(), withoutCapability(call({ call: 'k2' }))], 'names no capability'],
    ['says nothing of its use', [granted(), ended({ used: null })], 'does not say'],
  ])('is found out where it %s', async (_, events, detail) => {
    expect(await problemOf(...events)).toContain(detail)
  })
})

describe('doors of which the journal knows', () => {
  const door: Door = { grant: { id: 'c1', token: 'd', door: 'x', run: null, proposal: null, scopes: ['model'], budget: { requests: 1, bytesIn: 1, bytesOut: 1 }, lifetimeMs: 1, grantedAt: '', expiresAt: '' }, files: { socket: '', token: '' }, used: () => ({ requests: 1, bytesIn: 1, bytesOut: 1 }), [Symbol.asyncDispose]: async () => undefined }

  it('are closed again where nothing could be written down', async () => {
    let closed = 0
    const doors: DoorOpener = { open: async () => ({ ...door, [Symbol.asyncDispose]: async () => void closed++ }) }
    await expect(recordedDoors(doors, { append: async () => { throw new RangeError('full') } }).open(door.grant, new Map())).rejects.toThrow('full')
    expect(closed).toBe(1)
  })

  it('that a kill left open are told to be lost, once', async () => {
    const journal = createMemoryJournal({ clock: tickingClock() })
    await recordedDoors({ open: async () => door }, journal).open(door.grant, new Map())
    for (let start = 0; start < 2; start++) await endLostCapabilities({ journal, index: journal })
    const bodies: unknown[] = []
    for await (const event of journal.read(0)) bodies.push(event.body)
    expect(bodies).toMatchObject([{ capability: 'c1' }, { capability: 'c1', outcome: 'lost', used: null }])
  })
})
