import type { Verdict } from '@ratchet/core'

/** The one table of exit codes; scripts and CI rely on it. */
export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  rejected: 3,
  inconclusive: 4,
  approvalRequired: 5,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function verdictExitCode(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'accepted':
      return exitCodes.done
    case 'rejected':
      return exitCodes.rejected
    case 'inconclusive':
      return exitCodes.inconclusive
    case 'approval-required':
      return exitCodes.approvalRequired
  }
}
