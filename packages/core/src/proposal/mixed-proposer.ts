import type { ProposalDraft, ProposalRequest, Proposer } from './proposer.ts'

/** One proposer that is several: each step is drawn for one of them, and where it has nothing and has asked nobody, the others have their turn. */
export function createMixedProposer(proposers: readonly [Proposer, ...Proposer[]]): Proposer {
  return {
    name: proposers[0].name,
    propose: async (request, signal) => {
      const first = request.random.pick(proposers)
      let refused: ProposalDraft | null = null
      for (const proposer of [first, ...proposers.filter((other) => other !== first)]) {
        const draft = await proposeBy(proposer, request, signal)
        if (draft !== null && (draft.refusal === undefined || draft.refusal.model !== null)) return draft
        refused ??= draft
      }
      return refused
    },
  }
}

async function proposeBy(proposer: Proposer, request: ProposalRequest, signal: AbortSignal): Promise<ProposalDraft | null> {
  const draft = await proposer.propose(request, signal)
  return draft === null ? null : { proposer: proposer.name, ...draft }
}
