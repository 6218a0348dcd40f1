import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Consent } from '../consent/consent.ts'
import type { JournalEvent, NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { unlimited } from '../model/spending-budget.ts'
import { accepted, applied, AttestedJournal, MemoryRing, objectName } from '../testing/attested-journal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, runFinished, runStarted, tickingClock } from '../testing/sample-events.ts'
import { attestationState } from './attest-journal.ts'
import { foldProposals } from './proposal-record.ts'

interface Statement {
  readonly _type: string
  readonly predicateType: string
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[]
  readonly predicate: {
    readonly record: { readonly event: { readonly sequence: number; readonly hash: string }; readonly leaf: { readonly index: number; readonly hash: string }; readonly tree: { readonly size: number; readonly root: string } }
    readonly evaluation: { readonly facts: { readonly sha256: string } }
    readonly decision: { readonly verdict: string; readonly event: { readonly sequence: number } }
    readonly application?: { readonly proposal: string }
    readonly approvals?: readonly unknown[]
  }
}

/** DSSE and in-toto once more, by nothing but node:crypto. */
function opened(text: string, ring: MemoryRing): Statement {
  const { payload, payloadType, signatures: [first] } = JSON.parse(text) as { readonly payload: string; readonly payloadType: string; readonly signatures: readonly { readonly sig: string }[] }
  const body = Buffer.from(payload, 'base64')
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body])
  const isSigned = ring.keys.some((key) => verify(null, signed, createPublicKey(key), Buffer.from(first?.sig ?? '', 'base64')))
  if (!isSigned) throw new Error('nobody signed it')
  return JSON.parse(body.toString()) as Statement
}

const sha = (...parts: readonly (string | Uint8Array)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** RFC 6962 by halves, over the first `size` entries. */
async function naiveRoot(journal: AttestedJournal['journal'], size: number): Promise<{ readonly root: string; readonly leaf: string }> {
  const leaves: Buffer[] = []
  for await (const { at, hash, kind, sequence } of journal.stored()) if (sequence <= size) leaves.push(sha(Buffer.from([0]), JSON.stringify({ at, hash, kind, sequence })))
  const over = (some: readonly Buffer[]): Buffer => {
    const [only] = some
    if (some.length === 1 && only !== undefined) return only
    let half = 1
    while (half * 2 < some.length) half *= 2
    return sha(Buffer.from([1]), over(some.slice(0, half)), over(some.slice(half)))
  }
  return { root: over(leaves).toString('base64'), leaf: (leaves.at(-1) as Buffer).toString('base64') }
}

async function eventsIn({ journal }: AttestedJournal): Promise<readonly JournalEvent[]> {
  const events: JournalEvent[] = []
  for await (const event of journal.read(0)) events.push(event)
  return events
}

const summary = (events: readonly JournalEvent[]): readonly string[] => events.flatMap((event) => (event.kind === 'attestation-intended' || event.kind === 'attestation-settled' ? [`${event.kind} ${event.body.about}`] : []))

describe('attesting a journal', () => {
  it('ties an accepted verdict to its commit, its facts and its place in the log, which another implementation finds as well', async () => {
    const one = new AttestedJournal()
    await one.append([runStarted('r1')], accepted('p1'), [runFinished('r1', null)])
    expect(await one.close()).toEqual({ kind: 'done', made: 1 })
    const [[digest, text] = ['', '']] = [...one.files.files]
    expect(sha(text).toString('hex')).toBe(digest)
    expect(one.notes.notes).toEqual([{ commit: objectName('commit p1'), envelope: text }])
    const statement = opened(text, one.ring)
    const { root, leaf } = await naiveRoot(one.journal, 5)
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'urn:ratchet:verdict:v1',
      predicate: { record: { event: { sequence: 5, kind: 'decision-made' }, leaf: { index: 4, hash: leaf }, tree: { size: 5, root } }, decision: { verdict: 'accepted', purpose: 'single', event: { sequence: 5 } }, proposal: { id: 'p1', proposer: 'genetic' } },
    })
    expect(statement.subject).toEqual(expect.arrayContaining([
      { name: 'candidate', digest: { gitCommit: objectName('commit p1') } }, { name: 'candidate-tree', digest: { gitTree: 'tree-p1' } }, { name: 'base', digest: { gitCommit: 'b0'.repeat(20) } },
    ]))
    expect(await one.verify()).toMatchObject({ ok: true, attestations: { held: [{ attestation: digest, kind: 'verdict', about: 5, places: ['file', 'note'] }], lost: [], due: 0 } })
    expect((await foldProposals(one.journal.read(0))).get('p1')?.attestations).toEqual([{ attestation: digest, proposal: 'p1', about: 5, commit: objectName('commit p1') }])
  })

  it('attests what was accepted or applied, and nothing else', async () => {
    const one = new AttestedJournal()
    const search = (verdict: 'accepted' | 'rejected'): readonly [ReturnType<typeof evaluationRecorded>, ReturnType<typeof decisionMade>] => [evaluationRecorded('r1', 'p2'), decisionMade('r1', 'p2', decisionOf(verdict, null))]
    await one.append([runStarted('r1'), proposalMade('r1', 'p2'), ...search('accepted')], accepted('p3', 'approval-required'), [{ kind: 'application-intended', body: { application: 'x', proposal: 'p3', ref: 'r', expected: 'b0'.repeat(20), commit: 'c' } }, { kind: 'application-settled', body: { application: 'x', proposal: 'p3', outcome: 'abandoned' } }])
    expect(await one.close()).toEqual({ kind: 'done', made: 0 })
    await one.append(applied('p3'))
    expect(await one.close()).toEqual({ kind: 'done', made: 1 })
    const statement = opened([...one.files.files.values()][0] ?? '', one.ring)
    expect(statement).toMatchObject({ predicateType: 'urn:ratchet:application:v1', predicate: { decision: { verdict: 'approval-required' }, application: { proposal: 'p3', parent: 'b0'.repeat(20), commit: objectName('applied p3'), tree: 'tree-p3' }, approvals: [] } })
    expect(one.notes.notes).toMatchObject([{ commit: objectName('applied p3') }])
  })

  it('names the answers that an application rests on, by the first statement of each', async () => {
    const one = new AttestedJournal()
    const answer = { proposal: 'p1', baseline: 'b', commit: 'c', tree: 't', evidence: 'e', constitution: null, answer: 'approved', reason: 'read it', givenAt: 'now', expiresAt: null, digest: 'd1', by: { kind: 'ssh', name: 'jane', key: 'ssh-ed25519 AA', signature: 's' } } as const satisfies Consent
    await one.append(accepted('p1', 'approval-required'), [{ kind: 'consent-given', body: answer }, { kind: 'consent-given', body: { ...answer, by: { kind: 'unverified', name: 'mallory' } } }, { kind: 'consent-given', body: { ...answer, proposal: 'p2', by: { kind: 'unverified', name: 'mallory' } } }], applied('p1', { consents: ['d1'] }))
    await one.close()
    expect(opened([...one.files.files.values()][0] ?? '', one.ring).predicate.approvals).toEqual([{ by: { kind: 'ssh', name: 'jane', key: 'ssh-ed25519 AA' }, reason: 'read it', givenAt: 'now', expiresAt: null, digest: { sha256: 'd1' } }])
    expect(await one.verify()).toMatchObject({ ok: true })
  })

  it('of a change that was merged rests on the verdict on the merged one, and on none where the record names none', async () => {
    const one = new AttestedJournal()
    const moved = accepted('p2').map((event) => (event.kind === 'proposal-made' ? { ...event, body: { ...event.body, baseline: 'e1'.repeat(20) } } : event))
    await one.append(accepted('p1'), moved, applied('p1', { expected: 'e1'.repeat(20), judged: 'p2', tree: 'tree-p2' }))
    expect(await one.close()).toEqual({ kind: 'done', made: 3 })
    const application = [...one.files.files.values()].map((text) => opened(text, one.ring)).find(({ predicateType }) => predicateType.includes('application'))
    expect(application?.predicate).toMatchObject({ application: { proposal: 'p1', parent: 'e1'.repeat(20), tree: 'tree-p2' }, decision: { event: { sequence: 8 } }, proposal: { id: 'p2' } })
    await one.append(applied('p2', { expected: 'f1'.repeat(20) }))
    expect(await one.close()).toEqual({ kind: 'done', made: 0 })
    expect(await one.verify()).toMatchObject({ ok: true, attestations: { due: 0 } })
    // What waits for people is never applied under another id.
    await one.append(accepted('p4'), accepted('p5', 'approval-required'), applied('p4', { judged: 'p5', tree: 'tree-p5' }))
    expect(await one.close()).toEqual({ kind: 'done', made: 1 })
  })

  it('says where a run applied a change by itself', async () => {
    const one = new AttestedJournal()
    const rules = { perDay: 1, breaker: { failures: 1, window: 1, cooldown: 1, longest: 1 } }
    await one.append(accepted('p1'), applied('p1').map((event) => (event.kind === 'application-intended' ? { ...event, body: { ...event.body, automatic: { run: 'r1', mode: 'autonomous' as const, rules } } } : event)))
    await one.close()
    expect([...one.files.files.values()].map((text) => opened(text, one.ring).predicate.application)).toContainEqual(expect.objectContaining({ proposal: 'p1', automatic: { run: 'r1', mode: 'autonomous' } }))
  })

  it('names the model and the digest of its prompt, where a model was asked, and nothing else that it said', async () => {
    const one = new AttestedJournal()
    const model = { name: 'own', provider: 'local', id: 'm-1', promptDigest: 'ab'.repeat(32), calls: ['c1'], transcripts: ['cd'], nanoUsd: 5 }
    const asked = { run: null, call: 'c1', attempt: 1 }
    const calls: readonly NewEvent[] = [
      { kind: 'model-call-intended', body: { ...asked, purpose: 'propose', label: 'step 1', about: null, model: { name: 'own', provider: 'local', id: 'm-1' }, requestDigest: model.promptDigest, reserved: { nanoUsd: 9, tokens: 9, calls: 1 }, price: { input: 1, output: 1 }, limits: unlimited } },
      { kind: 'model-call-settled', body: { ...asked, outcome: 'answered', transcript: 'cd', code: null, usage: { input: 3, output: 2 }, charged: { nanoUsd: 5, tokens: 5, calls: 1 }, basis: 'usage', wallMs: 1 } },
    ]
    await one.append(calls, accepted('p1').map((event) => (event.kind === 'proposal-made' ? ({ ...event, body: { ...event.body, proposal: { ...event.body.proposal, model } } }) as typeof event : event)))
    await one.close()
    expect(opened([...one.files.files.values()][0] ?? '', one.ring).predicate).toMatchObject({ proposal: { model: { provider: 'local', id: 'm-1', promptDigest: 'ab'.repeat(32) } } })
    expect(JSON.stringify(opened([...one.files.files.values()][0] ?? '', one.ring))).not.toContain('transcripts')
    expect(await one.verify()).toMatchObject({ ok: true })
  })

  it('records intents before the first file, and outcomes after the last note', async () => {
    const one = new AttestedJournal()
    await one.append(accepted('p1'), accepted('p2'), applied('p1'))
    const seen: string[] = []
    const look = async (what: string): Promise<void> => void seen.push(`${what}: ${summary(await eventsIn(one)).length}`)
    await one.close({ notes: { all: () => one.notes.all(), put: async (notes) => {
      await look(`notes with ${one.files.files.size} files`)
      return one.notes.put(notes)
    } } })
    expect(seen).toEqual(['notes with 3 files: 3'])
    expect(summary(await eventsIn(one))).toEqual([4, 8, 10].map((about) => `attestation-intended ${about}`).concat([4, 8, 10].map((about) => `attestation-settled ${about}`)))
    expect(await one.close()).toEqual({ kind: 'done', made: 0 })
  })

  it('broken off anywhere is finished by the next, byte for byte, with nothing twice', async () => {
    const ring = new MemoryRing()
    const fill = (one: AttestedJournal): Promise<void> => one.append(accepted('p1'), accepted('p2'), applied('p2'))
    const whole = new AttestedJournal(ring)
    await fill(whole)
    await whole.close()
    for (let at = 0; at < 7; at++) {
      const one = new AttestedJournal(ring)
      await fill(one)
      let left = at
      const kill = <T>(work: () => T): T => {
        if (left-- === 0) throw new Error('killed')
        return work()
      }
      const parts = {
        files: { names: () => one.files.names(), read: (digest: string) => one.files.read(digest), write: (digest: string, text: string) => kill(() => one.files.write(digest, text)) },
        notes: { all: () => one.notes.all(), put: (notes: Parameters<typeof one.notes.put>[0]) => kill(() => one.notes.put(notes)) },
        journal: { ...one.journal, append: (events: Parameters<typeof one.journal.append>[0]) => kill(() => one.journal.append(events)), read: (after: number) => one.journal.read(after), head: () => one.journal.head(), [Symbol.asyncDispose]: async () => undefined },
      }
      if (at < 6) await expect(one.close(parts)).rejects.toThrow('killed')
      expect(await one.verify()).toMatchObject({ ok: true })
      await one.close()
      expect([...one.files.files]).toEqual([...whole.files.files])
      expect(one.notes.notes).toEqual(whole.notes.notes)
      expect(summary(await eventsIn(one))).toEqual(summary(await eventsIn(whole)))
      expect(await one.verify()).toMatchObject({ ok: true, attestations: { due: 0, lost: [] } })
    }
  })

  it('without the key, or while others write notes, waits, and is done by the next command', async () => {
    const one = new AttestedJournal()
    await one.append(accepted('p1'))
    expect(await one.close({ notes: { all: () => one.notes.all(), put: async () => false } })).toEqual({ kind: 'waiting', why: 'busy', waiting: 1 })
    expect(await one.verify()).toMatchObject({ ok: true, attestations: { due: 1 } })
    const [key] = one.ring.keys.splice(0)
    expect(await one.close()).toEqual({ kind: 'waiting', why: 'no-key', waiting: 1 })
    if (key !== undefined) one.ring.keys.push(key)
    expect(await one.close()).toEqual({ kind: 'done', made: 1 })
    expect(await one.verify()).toMatchObject({ ok: true, attestations: { due: 0 } })
  })

  it('that was begun with a key that was replaced meanwhile is made with the new one', async () => {
    const one = new AttestedJournal()
    await one.append(accepted('p1'))
    await one.close({ notes: { all: () => one.notes.all(), put: async () => false } })
    await one.rotate()
    expect(await one.close()).toEqual({ kind: 'done', made: 1 })
    // The first one was written and lies there: it is as true as the second.
    expect(await one.verify()).toMatchObject({ ok: true, attestations: { held: [{}, {}], due: 0 } })
  })

  it('makes lost ones again, also with a key that was replaced, and only the same', async () => {
    const one = new AttestedJournal()
    await one.append(accepted('p1'))
    await one.close()
    await one.rotate()
    await one.append(accepted('p2'))
    await one.close()
    const before = new Map(one.files.files)
    one.files.files.clear()
    one.notes.notes = []
    expect(await one.verify()).toMatchObject({ ok: true, attestations: { held: [], lost: [...before.keys()] } })
    expect(await one.close()).toEqual({ kind: 'done', made: 2 })
    expect(one.files.files).toEqual(before)
    const { sequence } = await one.journal.head()
    one.files.files.clear()
    one.ring.keys.shift()
    expect(await one.close()).toEqual({ kind: 'done', made: 1 })
    expect((await one.journal.head()).sequence).toBe(sequence)
  })

  it('of an older journal, with tiles that are missing or wrong, names the right roots', async () => {
    const one = new AttestedJournal(new MemoryRing(), createMemoryJournal({ clock: tickingClock() }))
    await one.append(accepted('p1'), Array.from({ length: 300 }, (_, at) => runStarted(`r${at}`)), accepted('p2'))
    await one.close({ notes: { all: async () => [], put: async () => false } })
    const tile = one.store.files.get('tile/0/000')
    if (tile !== undefined) tile[5 * 32] = (tile[5 * 32] ?? 0) ^ 1
    one.files.files.clear()
    expect(await one.close()).toEqual({ kind: 'done', made: 2 })
    for (const text of one.files.files.values()) {
      const { tree } = opened(text, one.ring).predicate.record
      expect(tree.root).toBe((await naiveRoot(one.journal, tree.size)).root)
    }
  })
})

describe('a long record of attestations', () => {
  it('is looked through however long it is', async () => {
    const asked: number[] = []
    const count = 200_000
    const index = {
      ofKinds: async function* (kinds: readonly string[]) {
        if (kinds.includes('attestation-settled')) for (let about = 1; about <= count; about++) yield { kind: 'attestation-settled', sequence: about, body: { attestation: String(about), proposal: 'p1', about } }
      },
      offers: async function* (after: number) {
        asked.push(after)
        yield* []
      },
    } as unknown as JournalIndex
    expect(await attestationState(index)).toEqual({ written: count, due: 0 })
    expect(asked).toEqual([count])
  })
})
