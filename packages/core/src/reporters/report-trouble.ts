import type { ReportFormat } from '../evaluation/test-report.ts'

/** Why there is no report that could be trusted. */
export type ReportTrouble =
  | { readonly kind: 'missing' | 'malformed' | 'absent' | 'too-many' }
  | { readonly kind: 'other-runner'; readonly runner: string }
  | { readonly kind: 'twins'; readonly words: string }

const remedy = 'give each runner an entry of its own under `tests`'

/** What is wrong, and what to do, in one sentence. */
export function troubleSentence(trouble: ReportTrouble, format: ReportFormat): string {
  switch (trouble.kind) {
    case 'missing':
      return `nothing that writes \`report: ${format}\` was started, or it was started where the reporter cannot follow; name the format of the runner that the command starts, or \`junit\`, \`tap\` or \`exit-code\``
    case 'malformed':
      return `a report came to no end or was disturbed: the runner was stopped, left early, or something else wrote to its channel; where the command does more than run ${format} tests, ${remedy}`
    case 'absent':
      return `the command starts several runners, and one of them was not started when all others were passed over with status 0; ${remedy}`
    case 'too-many':
      return `the command starts more runners than can be followed; ${remedy}`
    case 'other-runner':
      return `the command also starts ${trouble.runner === 'node' ? '`node --test`' : trouble.runner}, whose results \`report: ${format}\` does not hold; ${remedy}`
    case 'twins':
      return `the command starts two runners with the same folder and arguments (${trouble.words}) beside each other, and they cannot be told apart; ${remedy}`
  }
}
