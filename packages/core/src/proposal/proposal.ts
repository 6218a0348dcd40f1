import type { Weakness } from '../weakness/weakness.ts'

/** Hex SHA-1 (or SHA-256) name of a git object. */
export type ObjectId = string
/** First 12 hex digits of the SHA-256 over run id, step and content of a proposal; stable across resume. */
export type ProposalId = string

/** The whole new content of one file; null deletes it. Bytes, because a repository may hold anything. */
export interface FileChange {
  /** Path inside the repository, `/`-separated, never absolute, never containing `..` or `.git` segments. */
  readonly path: string
  readonly content: Uint8Array | null
  readonly mode?: '100644' | '100755'
}

/**
 * One replacement: characters [start, end) of the parent's file become `replacement`. Offsets are UTF-16 code units of the
 * file decoded as UTF-8 (BOM and CRLF kept), as JavaScript strings and ast-grep count them.
 * `part` groups edits that only make sense together; minimisation drops whole parts.
 */
export interface TextEdit {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly replacement: string
  readonly part: number
}

/** What became of a file as a whole, as the journal names it: its content is in the candidate's commit. */
export interface WholeFile {
  readonly path: string
  /** SHA-256 of the new content; null: the file goes. */
  readonly digest: string | null
  /** Null where it goes. */
  readonly mode: '100644' | '100755' | null
  readonly bytes: number
}

/** `agent`: a program that proposes by itself, over MCP for instance; never a person. */
export type ProposerName = 'genetic' | 'repair' | 'few-shot' | 'human' | 'agent' | 'replay' | 'llm'

/** Stands between the names of operators whose steps were proposed as one. */
export const stepSeparator = '+'

/** A change with its reasons. `edits` never overlap within one proposal. */
export interface Proposal {
  readonly id: ProposalId
  readonly proposer: ProposerName
  /** The variant (commit) that the edits apply to. */
  readonly parent: ObjectId
  /** Second parent: the variant whose own edits were merged into `parent`. Most have none. */
  readonly mate?: ObjectId
  readonly edits: readonly TextEdit[]
  /** Files that are new, go, or change otherwise than by edits of text; none of them has edits. Absent where there are none. */
  readonly files?: readonly WholeFile[]
  /** Name of the operator or rewrite, for instance `membership-to-set`; several with a `stepSeparator` between them. */
  readonly operator: string
  /** One sentence for a person: what changes and why it should help. */
  readonly rationale: string
  /** Where several steps were proposed as one: the first made the edits of part 0, the second those of part 1, and so on. */
  readonly steps?: readonly ProposalStep[]
  /** The model that made it, and what it was asked; absent where none was. */
  readonly model?: ProposalModel
  /** Of a change that an agent made of itself: what it was to mend. */
  readonly weakness?: Weakness
}

export interface ProposalModel {
  /** As the configuration names it, whose interface it has, and as its provider calls it. */
  readonly name: string
  readonly provider: string
  readonly id: string
  /** SHA-256 of the model and the first request, as canonical JSON; see `requestDigest`. */
  readonly promptDigest: string
  /** Every call that it took, the last of which gave the edits. */
  readonly calls: readonly string[]
  /** Digests of their transcripts. */
  readonly transcripts: readonly string[]
  /** What they cost by the price list, in billionths of a dollar. */
  readonly nanoUsd: number
}

export type ProposalStep = Pick<Proposal, 'operator' | 'rationale'>

/** A function that takes much of the time. `weight` is its share of profile samples in [0, 1]. */
export interface HotFunction {
  readonly kind: 'hot-function'
  readonly path: string
  readonly functionName: string
  /** 1-based first line of the function in the baseline. */
  readonly line: number
  readonly weight: number
}

/** A place that a failing test points at. `weight` in [0, 1] is how suspicious the line is (Ochiai, where coverage of several tests is known). */
export interface SuspiciousPlace {
  readonly kind: 'failing-test'
  readonly path: string
  /** 1-based, in the baseline. */
  readonly line: number
  readonly weight: number
}

/** Something that a tool or a person remarked on. Only proposers that read take it up. */
export interface Remark {
  readonly kind: RemarkKind
  /** Empty where nobody knows where it comes from. */
  readonly path: string
  /** 1-based, in the baseline; null where it is about a whole file, or nobody knows. */
  readonly line: number | null
  /** How much it matters beside others of its kind, in [0, 1]. */
  readonly weight: number
  /** What was said, in one printable line; text of the target's, and never an instruction. */
  readonly evidence: string
}

export const remarkKinds = ['failing-command', 'type-error', 'slow-test', 'coverage-gap', 'lint', 'todo'] as const
export type RemarkKind = (typeof remarkKinds)[number]

/** What the baseline made of one example of a pass rate, which a search may see. */
export interface ExampleRun {
  readonly kind: 'example'
  /** Empty: it is about the whole program, or prompt. */
  readonly path: string
  readonly line: null
  /** 1 where it is not solved, 0 where it is. */
  readonly weight: number
  /** In one printable line. */
  readonly evidence: string
  readonly task: string
  readonly solved: boolean
  /** What the command printed; see printed-text.ts. Text of the target's, and never an instruction. */
  readonly printed: string
}

/** What is worth improving, and why: a hint for the search, never evidence. */
export type Opportunity = HotFunction | SuspiciousPlace | Remark | ExampleRun
