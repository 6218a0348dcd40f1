import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isScope, type Admission, type Terms } from './grant.ts'
import { GrantTable } from './grant-table.ts'

const terms: Terms = { run: 'r1', proposal: 'p1', scopes: ['model', 'tool:search'], budget: { requests: 3, bytesIn: 100, bytesOut: 100 }, lifetimeMs: 1000 }
const at = { door: 'd1', scope: 'model' } as const

function table(): { readonly grants: GrantTable; readonly time: { wall: number; monotonic: number } } {
  const time = { wall: 1_000_000, monotonic: 50 }
  return { grants: new GrantTable({ clock: () => new Date(time.wall), monotonic: () => time.monotonic, random: randomBytes }), time }
}

const outcome = (admission: Admission): string => (admission.kind === 'admitted' ? 'admitted' : admission.why)

describe('a token', () => {
  it('opens its own door for its own scopes, as often as it may', () => {
    const { grants } = table()
    const { token, grant } = grants.issue(terms, 'd1')
    expect(grants.admit(token, at)).toEqual({ kind: 'admitted', grant })
    expect(grant).toMatchObject({ run: 'r1', proposal: 'p1', door: 'd1', grantedAt: new Date(1_000_000).toISOString(), expiresAt: new Date(1_001_000).toISOString() })
    expect([outcome(grants.admit(token, { ...at, scope: 'tool:search' })), outcome(grants.admit(token, at)), outcome(grants.admit(token, at))]).toEqual(['admitted', 'admitted', 'budget-spent'])
  })

  it('opens no other door, nothing that it was not made for, and nothing by being like another', () => {
    const { grants } = table()
    const { token } = grants.issue(terms, 'd1')
    const other = grants.issue({ ...terms, proposal: 'p2', scopes: ['tool:search'] }, 'd2')
    expect(outcome(grants.admit(other.token, at))).toBe('other-door')
    expect(outcome(grants.admit(token, { ...at, scope: 'tool:search-more' }))).toBe('wrong-scope')
    expect(outcome(grants.admit(other.token, { door: 'd2', scope: 'model' }))).toBe('wrong-scope')
    for (const forged of ['', `${token} `, token.slice(0, -1), `${token}A`, token.toUpperCase(), 'x'.repeat(100_000)]) expect(outcome(grants.admit(forged, at))).toBe('unknown-token')
    expect(outcome(grants.admit(null, at))).toBe('no-token')
  })

  it('ends when either clock says so, at the latest, and at once when it is taken back', () => {
    for (const [change, why] of [[{ monotonic: 1000 }, 'expired'], [{ wall: 1000 }, 'expired'], [{ monotonic: 999 }, 'admitted'], [{ wall: -500_000, monotonic: 1000 }, 'expired']] as const) {
      const { grants, time } = table()
      const { token, grant } = grants.issue(terms, 'd1')
      time.wall += 'wall' in change ? change.wall : 0
      time.monotonic += 'monotonic' in change ? change.monotonic : 0
      expect(outcome(grants.admit(token, at))).toBe(why)
      expect(grants.spend(grant.id, 'bytesIn', 1)).toBe(why === 'admitted')
      grants.revoke(grant.id)
      expect(outcome(grants.admit(token, at))).toBe('revoked')
      expect(grants.spend(grant.id, 'bytesIn', 0)).toBe(false)
    }
  })

  it('is in nothing that the table holds or gives away, and no two are alike', () => {
    const { grants } = table()
    const issued = Array.from({ length: 300 }, () => grants.issue(terms, 'd1'))
    expect(new Set(issued.map(({ token }) => token)).size).toBe(300)
    const text = inspect(grants, { depth: 10, showHidden: true }) + JSON.stringify(issued.map(({ grant }) => grant)) + JSON.stringify(grants.admit(issued[0]?.token ?? '', at))
    expect(issued.some(({ token }) => text.includes(token.slice(8, 30)))).toBe(false)
  })

  it('stays known for as long as it lives, however many have ended', () => {
    const { grants, time } = table()
    const living = grants.issue({ ...terms, lifetimeMs: 100_000 }, 'd1')
    for (let index = 0; index < 500; index++) {
      grants.issue(terms, 'd2')
      time.monotonic += 100
    }
    expect(outcome(grants.admit(living.token, at))).toBe('admitted')
  })

  it('never lets more through than its budget, in whatever order it is spent', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ what: fc.constantFrom('bytesIn' as const, 'bytesOut' as const, 'requests' as const), amount: fc.nat(60) }), { maxLength: 30 }), (steps) => {
        const { grants } = table()
        const { token, grant } = grants.issue(terms, 'd1')
        const spent = { requests: 0, bytesIn: 0, bytesOut: 0 }
        for (const { what, amount } of steps) {
          const isThrough = what === 'requests' ? outcome(grants.admit(token, at)) === 'admitted' : grants.spend(grant.id, what, amount)
          if (isThrough) spent[what] += what === 'requests' ? 1 : amount
        }
        expect([spent.requests <= 3, spent.bytesIn <= 100, spent.bytesOut <= 100]).toEqual([true, true, true])
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  it.each([{ scopes: [] }, { scopes: ['everything' as never] }, { lifetimeMs: 0 }, { lifetimeMs: 3_600_001 }, { lifetimeMs: Number.NaN }, { budget: { requests: -1, bytesIn: 1, bytesOut: 1 } }, { budget: { requests: 1.5, bytesIn: 1, bytesOut: 1 } }, { budget: { requests: 1, bytesIn: 1, bytesOut: 1, usd: Number.NaN } }])('is not made of %j', (change) => {
    expect(() => table().grants.issue({ ...terms, ...change }, 'd1')).toThrow(expect.objectContaining({ code: 'bad-terms' }) as Error)
  })
})

it('a scope is the model or one tool by its name', () => {
  expect(['model', 'tool:search', 'tool:a-b2'].map(isScope)).toEqual([true, true, true])
  expect(['', 'tool:', 'models', 'tool:A', 'tool:a b', 'tool:-a', 'tool:a/b', `tool:${'a'.repeat(200)}`, 'model\n'].map(isScope)).not.toContain(true)
})
