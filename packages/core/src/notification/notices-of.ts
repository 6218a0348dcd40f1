import { alertText, type Alert } from '../alert/alert.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { Notice } from './notice.ts'

/** Whose words are not ours: an order's reason and name. Short, and on one line. */
const longestQuote = 200

/** What somebody should hear of one event. Pure. */
export function noticesOf(event: JournalEvent): readonly Notice[] {
  const notice = (kind: Notice['kind'], severity: Notice['severity'], text: string): readonly Notice[] => {
    const { run = null, proposal = null } = event.body as { readonly run?: string | null; readonly proposal?: string | null }
    return [{ kind, sequence: event.sequence, at: event.at, severity, text, run, proposal }]
  }
  switch (event.kind) {
    case 'run-finished':
      return notice('run', 'info', event.body.winner === null ? `run ${event.body.run} has ended with nothing to offer` : `run ${event.body.run} has ended and offers ${event.body.winner}${event.body.beside === undefined ? '' : `, and ${event.body.beside} for a person to approve`}`)
    case 'approval-requested':
      return notice('approval', 'warning', `proposal ${event.body.proposal} waits for approval until ${event.body.deadline}`)
    case 'automation-ended':
      return notice('left', 'warning', `proposal ${event.body.proposal} is left to a person (${event.body.outcome}: ${[...new Set(event.body.reasons.map(({ code }) => code))].join(', ')})`)
    case 'application-settled':
      return event.body.outcome === 'applied' ? notice('applied', 'info', `proposal ${event.body.proposal} was applied`) : []
    case 'reversion-settled':
      return event.body.outcome === 'reverted' ? notice('reverted', 'warning', `proposal ${event.body.proposal} was reverted`) : []
    case 'order-given': {
      const { what, by, reason } = event.body
      return notice('order', what === 'stop' ? 'critical' : 'warning', `${what} by ${quoted(by)}${reason === '' ? '' : `: ${quoted(reason)}`}`)
    }
    default:
      return []
  }
}

export function alertNotice(alert: Alert): Notice {
  const { sequence, at, severity, proposal } = alert
  return { kind: 'alert', sequence, at, severity, text: `${alert.kind}: ${alertText(alert)}`, run: null, proposal }
}

function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').slice(0, longestQuote)
}
