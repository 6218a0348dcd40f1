import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalEvent, NewEvent } from '../journal/event.ts'
import { proposalMade, proposalScreened } from '../testing/sample-events.ts'
import { alertsOf } from '../alert/alerts-of.ts'
import { alertNotice, noticesOf } from './notices-of.ts'

const place = (event: NewEvent): JournalEvent => ({ ...event, sequence: 3, schemaVersion: 1, at: '2026-01-01T00:00:00.000Z', previous: '', hash: '' })

describe('notices', () => {
  it('quote who gave an order and why, shortly and on one line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ unit: 'binary', maxLength: 300 }), (reason, by) => {
      const [notice] = noticesOf(place({ kind: 'order-given', body: { order: 'a', what: 'stop', reason, by, at: '', lifts: [] } }))
      expect(notice).toMatchObject({ kind: 'order', severity: 'critical' })
      expect(notice?.text.length).toBeLessThan(450)
      expect(/[\p{Cc}\u2028\u202e]/u.test(notice?.text ?? '')).toBe(false)
    }))
  })

  it('say nothing of what a proposal says, changes or is called', () => {
    const secret = 'AKIAQ3EGPX7ZK2MNWB5T'
    const event = place(proposalMade('r', 'p', { rationale: secret, operator: secret, path: secret }))
    const screened = proposalScreened('r', 'p')
    const alarming = place({ ...screened, body: { ...screened.body, screening: { decision: 'deny', risk: 1, consentLevel: 3, findings: [{ rule: 'constitution-path', file: secret, line: 1, message: secret, weight: 'deny' }] } } } as NewEvent)
    const notices = [...noticesOf(event), ...noticesOf(alarming), ...alertsOf(alarming).map(alertNotice)]
    expect(notices).toHaveLength(1)
    expect(JSON.stringify(notices)).not.toContain(secret)
  })
})
