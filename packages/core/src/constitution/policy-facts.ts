import type { PackageSource } from '../screening/dependencies/locked-package.ts'

/** One changed file as git's plumbing and its texts show it. */
export interface FileFact {
  readonly path: string
  readonly status: 'added' | 'modified' | 'deleted' | 'type-changed'
  /** 100644, 100755, 120000 for a link, 160000 for a submodule, 000000 for none. */
  readonly mode: string
  readonly oldMode: string
  readonly language: string
  /** In target.edit, and not protected. */
  readonly editable: boolean
  readonly protected: boolean
  readonly added: number
  readonly removed: number
}

export interface DependencyFact {
  readonly manifest: string
  /** `*` where the manifest's format does not tell which. */
  readonly name: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Where it comes from now, or came from where it goes; absent in facts that were recorded before it was asked for. */
  readonly source?: PackageSource | 'unknown'
}

/** What is known of a change before anything of it runs, small enough for the journal. Nothing in it is what the proposal says of itself but `proposer` and `operator`, which Ratchet sets. */
export interface StaticFacts {
  readonly paths: readonly string[]
  readonly files: readonly FileFact[]
  readonly linesAdded: number
  readonly linesRemoved: number
  /** Names on added lines that the file did not hold before. */
  readonly symbols: readonly string[]
  /** Exported names that no changed file holds any more. */
  readonly removedExports: readonly string[]
  readonly dependencies: readonly DependencyFact[]
  /** Commands that the change adds to scripts, build files and CI. */
  readonly commands: readonly string[]
  /** Screening rules that found something. */
  readonly checks: readonly string[]
  /** 0 to 1. */
  readonly risk: number
  readonly proposer: string
  readonly operator: string
  /** Every new exported name has a comment, or documentation changes as well. */
  readonly documented: boolean
  /** Lists that were too long to be given whole, and facts that are not known because a text could not be read: whoever reads one of them gets no answer. */
  readonly cut: readonly string[]
}

export interface AddedLine {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** Lines of the change; too many for the journal, so rules that read them are answered at screening. */
export interface LineFacts {
  readonly added: readonly AddedLine[]
  readonly removed: readonly { readonly path: string; readonly text: string }[]
}

/** What was measured, from the evaluation in the journal and the decision that follows from it. */
export interface EvidenceFacts {
  readonly verdict: 'accepted' | 'approval-required' | 'rejected' | 'inconclusive'
  /** Codes of the decision's reasons. */
  readonly reasons: readonly string[]
  readonly tests: { readonly ran: boolean; readonly passed: number; readonly failed: number; readonly missing: number; readonly sealed: boolean }
  /** Mutants of the changed lines: whether some were tried, and whether the judges notice enough of them in every place. */
  readonly coverage: { readonly known: boolean; readonly mutants: number; readonly noticed: number; readonly complete: boolean }
  /** Findings of the target's linters on both sides; `worse`: of the rules that are broken more often, how many more. */
  readonly lint: { readonly ran: boolean; readonly before: number; readonly after: number; readonly worse: number }
  readonly oracle: { readonly ran: boolean; readonly cases: number; readonly mismatches: number }
  /** The weakest of the objectives that show a gain: how many times as good, with its bounds. */
  readonly effect: { readonly proven: boolean; readonly low: number; readonly estimate: number; readonly high: number }
}

/** Everything that a rule may look at. Without evidence nothing has run yet. */
export interface PolicyFacts {
  readonly facts: StaticFacts
  readonly lines: LineFacts
  readonly evidence: EvidenceFacts | null
}

export const noFacts: StaticFacts = { paths: [], files: [], linesAdded: 0, linesRemoved: 0, symbols: [], removedExports: [], dependencies: [], commands: [], checks: [], risk: 0, proposer: 'human', operator: '', documented: false, cut: [] }

export const noEvidence: EvidenceFacts = {
  verdict: 'inconclusive',
  reasons: [],
  tests: { ran: false, passed: 0, failed: 0, missing: 0, sealed: false },
  coverage: { known: false, mutants: 0, noticed: 0, complete: false },
  lint: { ran: false, before: 0, after: 0, worse: 0 },
  oracle: { ran: false, cases: 0, mismatches: 0 },
  effect: { proven: false, low: 0, estimate: 0, high: 0 },
}
