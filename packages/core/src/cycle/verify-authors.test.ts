import { describe, expect, it } from 'vitest'
import { createSignatureVerifier } from '../adapters/signatures/signature-verifier.ts'
import { ed25519Signer, newEd25519Key } from '../adapters/signatures/ed25519-signature.ts'
import { keyText } from '../consent/check-signatures.ts'
import { editDigest, editText, type Authors, type Edit, type EditStatement } from '../consent/edit-statement.ts'
import type { NewEvent } from '../journal/event.ts'
import type { Proposal } from '../proposal/proposal.ts'
import type { Signer } from '../signature/signature.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { inheritedAuthors } from './inherited-authors.ts'
import { verifyAuthors, type AuthorVerification } from './verify-authors.ts'

const signal = AbortSignal.timeout(60_000)
const [janeKey, johnKey] = [ed25519Signer(newEd25519Key(), 'ratchet-edit'), ed25519Signer(newEd25519Key(), 'ratchet-edit')] as readonly Signer[] as readonly [Signer, Signer]
const config = { consent: { approvers: [{ name: 'jane', key: keyText(janeKey.key) }, { name: 'john', key: keyText(johnKey.key) }], needed: 1, expires: 1000 } }
const signatures = createSignatureVerifier({ namespace: 'ratchet-edit', folder: '/nonexistent', environment: {} })

function made(id: string): NewEvent {
  const proposal: Proposal = { id, proposer: 'human', parent: 'base', edits: [], operator: 'edit', rationale: 'r' }
  return { kind: 'proposal-made', body: { run: null, step: 0, proposal, commit: `c-${id}`, tree: `t-${id}`, baseline: 'base', editsDigest: id } }
}

async function edited(proposal: string, from: string, { name, signer, ...changes }: Partial<EditStatement> & { readonly name: string; readonly signer: Signer }): Promise<Edit> {
  const statement: EditStatement = { proposal, from, baseline: 'base', commit: `c-${proposal}`, tree: `t-${proposal}`, reason: 'r', givenAt: '2026-01-01T00:00:00.000Z', ...changes }
  return { ...statement, by: { kind: 'ed25519', name, key: keyText(signer.key), signature: await signer.sign(Buffer.from(editText(statement)), signal) }, digest: editDigest(statement) }
}

function named(proposal: string, from: string, coAuthors: readonly string[], edit: Edit | null): NewEvent {
  return { kind: 'authors-named', body: { proposal, from, commit: `c-${proposal}`, tree: `t-${proposal}`, coAuthors, edit } satisfies Authors }
}

async function verified(...events: readonly NewEvent[]): Promise<AuthorVerification> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  await journal.append(events)
  return await verifyAuthors({ index: journal, signatures, configOf: async () => config as never }, signal)
}

describe('who has a hand in a change', async () => {
  const jane = await edited('p2', 'p1', { name: 'jane', signer: janeKey })
  const john = await edited('p3', 'p2', { name: 'john', signer: johnKey })
  const all = [made('p1'), made('p2'), named('p2', 'p1', ['jane'], jane), made('p3'), named('p3', 'p2', ['jane', 'john'], john), made('p4'), named('p4', 'p3', ['jane', 'john'], null)]

  it('is found again along every edit and merge', async () => {
    expect(await verified(...all)).toEqual({ ok: true, edits: 2 })
    expect(await verified(made('p1'))).toEqual({ ok: true, edits: 0 })
  })

  it.each([
    ['dropped by an edit', [...all.slice(0, 4), named('p3', 'p2', ['john'], john)], 'does not name jane'],
    ['dropped by a merge', [...all.slice(0, 6), named('p4', 'p3', ['jane'], null)], 'does not name john'],
    ['the editor themself', [...all.slice(0, 2), named('p2', 'p1', [], jane)], 'does not name jane'],
    ['an edit of another tree', [...all.slice(0, 2), { ...named('p2', 'p1', ['jane'], jane), body: { ...named('p2', 'p1', ['jane'], jane).body, tree: 'other' } }], 'another tree'],
    ['an edit of another proposal', [...all.slice(0, 2), made('p9'), named('p9', 'p1', ['jane'], jane)], 'another change'],
    ['a changed reason', [...all.slice(0, 2), named('p2', 'p1', ['jane'], { ...jane, reason: 'other' })], 'does not hold'],
    ['a name with another key', [...all.slice(0, 2), named('p2', 'p1', ['john'], { ...jane, by: { ...jane.by, name: 'john' } as Edit['by'] })], 'not theirs'],
    ['a stranger', [...all.slice(0, 2), named('p2', 'p1', ['eve'], { ...jane, by: { kind: 'unverified', name: 'eve' } })], 'not theirs'],
  ])('is missed where it is wrong: %s', async (_, events, detail) => {
    expect(await verified(...(events as readonly NewEvent[]))).toMatchObject({ ok: false, problem: 'authors', detail: expect.stringContaining(detail) as string })
  })

  it('stays with the very same change wherever it is brought', async () => {
    const journal = createMemoryJournal({ clock: () => new Date(0) })
    await journal.append(all)
    expect(await inheritedAuthors(journal, { proposal: 'new', commit: 'c-p3', tree: 'x' })).toEqual({ from: 'p3', coAuthors: ['jane', 'john'], edit: null })
    expect(await inheritedAuthors(journal, { proposal: 'new', commit: 'x', tree: 't-p2' })).toEqual({ from: 'p2', coAuthors: ['jane'], edit: null })
    expect(await inheritedAuthors(journal, { proposal: 'new', commit: 'x', tree: 'x', parent: 'c-p2' })).toEqual({ from: 'p2', coAuthors: ['jane'], edit: null })
    expect(await inheritedAuthors(journal, { proposal: 'p2', commit: 'c-p2', tree: 't-p2' })).toBeNull()
    expect(await inheritedAuthors(journal, { proposal: 'new', commit: 'c-p1', tree: 't-p1' })).toBeNull()
  })
})
