import type { ConsentLevel, FindingWeight } from '../screening.ts'

/** One match of a text rule in the added lines of one file. */
export interface TextMatch {
  readonly rule: string
  /** From 1. */
  readonly line: number
  readonly message: string
  readonly weight: FindingWeight
  readonly risk: number
  readonly consentLevel: ConsentLevel
  /** What of it must not have stood in the old version; null when being added is enough. */
  readonly seen: string | null
}

export interface Line {
  readonly number: number
  readonly text: string
}
