export type ConsentLevel = 0 | 1 | 2 | 3

export interface Finding {
  readonly rule: string
  readonly file: string
  readonly line: number | null
  readonly message: string
}

/** Static decision on a proposal before anything of it runs. */
export interface Screening {
  readonly decision: 'allow' | 'deny' | 'require-approval'
  /** 0 (harmless) to 1. */
  readonly risk: number
  readonly consentLevel: ConsentLevel
  readonly findings: readonly Finding[]
}
