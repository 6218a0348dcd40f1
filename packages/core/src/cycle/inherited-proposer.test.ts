import { expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import type { Proposal, ProposalModel } from '../proposal/proposal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { inheritedProposer } from './inherited-proposer.ts'

const model: ProposalModel = { name: 'm', provider: 'p', id: 'm-1', promptDigest: 'd', calls: [], transcripts: [], nanoUsd: 0 }

function made(id: string, by: Pick<Proposal, 'proposer' | 'model'>, tree = `t-${id}`): NewEvent {
  const proposal: Proposal = { id, parent: 'base', edits: [], operator: 'commit', rationale: 'r', ...by }
  return { kind: 'proposal-made', body: { run: null, step: 0, proposal, commit: `c-${id}`, tree, baseline: 'base', editsDigest: id } }
}

it('a change stays whose it was by its commit, its tree or what it goes on from, and a person makes it none of theirs', async () => {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  await journal.append([made('a', { proposer: 'agent' }), made('h', { proposer: 'human' }), made('l', { proposer: 'llm', model }), made('a2', { proposer: 'human' }, 't-a'), made('g', { proposer: 'genetic' }, 't-l')])
  expect(await inheritedProposer(journal, { commit: 'c-a', tree: 'x' })).toEqual({ proposer: 'agent' })
  expect(await inheritedProposer(journal, { commit: 'x', tree: 't-a' })).toEqual({ proposer: 'agent' })
  expect(await inheritedProposer(journal, { commit: 'x', tree: 'x', parent: 'c-l' })).toEqual({ proposer: 'llm', model })
  expect(await inheritedProposer(journal, { commit: 'x', tree: 't-l' })).toEqual({ proposer: 'llm', model })
  expect(await inheritedProposer(journal, { commit: 'c-h', tree: 't-h', parent: 'base' })).toBeNull()
  expect(await inheritedProposer(journal, { commit: 'x', tree: 'x' })).toBeNull()
})
