import type { ScreenedPolicy } from './screening-policy.ts'

export type ConsentLevel = 0 | 1 | 2 | 3

/** What a finding does: a note is listed and raises the risk, and stops nothing. */
export type FindingWeight = 'note' | 'require-approval' | 'deny'

export interface Finding {
  readonly rule: string
  readonly file: string
  readonly line: number | null
  readonly message: string
  /** Absent in journals that were written before there were notes: then it is no note. */
  readonly weight?: FindingWeight
}

/** A finding with what it counts, before findings become one screening. */
export interface WeighedFinding extends Finding {
  readonly weight: FindingWeight
  /** 0 (harmless) to 1. */
  readonly risk: number
  readonly consentLevel: ConsentLevel
}

/** Static decision on a proposal before anything of it runs. */
export interface Screening {
  readonly decision: 'allow' | 'deny' | 'require-approval'
  /** 0 (harmless) to 1. */
  readonly risk: number
  readonly consentLevel: ConsentLevel
  readonly findings: readonly Finding[]
  /** What the constitution says before anything runs; absent where there is none. */
  readonly policy?: ScreenedPolicy
}

/** Deny beats approval, approval beats allow. */
export const strictness: Readonly<Record<Screening['decision'], number>> = { allow: 0, 'require-approval': 1, deny: 2 }
