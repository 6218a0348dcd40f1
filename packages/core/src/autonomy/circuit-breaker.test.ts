import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakerAt, CircuitBreaker, type BreakerRules, type BreakerSignal } from './circuit-breaker.ts'
import { day, nextAllowed } from './rate-limit.ts'

const rules: BreakerRules = { failures: 3, window: 100, cooldown: 10, longest: 40 }
const failed = (...times: readonly number[]): readonly BreakerSignal[] => times.map((at) => ({ kind: 'failure', at }))
const applied = (at: number): BreakerSignal => ({ kind: 'automatic', at })

describe('the circuit breaker', () => {
  it('opens after as many failures as are too many within the window, and not by older ones', () => {
    expect(breakerAt(failed(1, 2), rules, 3)).toEqual({ state: 'closed', failures: 2 })
    expect(breakerAt(failed(1, 2, 3), rules, 3)).toEqual({ state: 'open', until: 13 })
    expect(breakerAt(failed(1, 2, 101), rules, 101).state).toBe('closed')
    expect(breakerAt([{ kind: 'grave', at: 5 }], rules, 5)).toEqual({ state: 'open', until: 15 })
  })

  it('lets one change through once it has waited, and closes when nothing went wrong after that', () => {
    const open = failed(1, 2, 3)
    expect(breakerAt(open, rules, 12).state).toBe('open')
    expect(breakerAt(open, rules, 13).state).toBe('half-open')
    expect(breakerAt([...open, applied(20)], rules, 29)).toEqual({ state: 'probing', until: 30 })
    expect(breakerAt([...open, applied(20)], rules, 30)).toEqual({ state: 'closed', failures: 0 })
    // All is forgotten: it takes as many failures again.
    expect(breakerAt([...open, applied(20), ...failed(30, 31)], rules, 32)).toEqual({ state: 'closed', failures: 2 })
  })

  it('waits twice as long whenever the probe fails, up to the longest', () => {
    const signals: BreakerSignal[] = [...failed(1, 2, 3)]
    for (const wait of [20, 40, 40]) {
      const half = signals.at(-1)?.at ?? 0
      const probe = half + 100
      signals.push(applied(probe), ...failed(probe + 1))
      expect(breakerAt(signals, rules, probe + 1)).toEqual({ state: 'open', until: probe + 1 + wait })
    }
  })

  it('begins to wait anew by what goes wrong while it is open, and no longer each time', () => {
    expect(breakerAt(failed(1, 2, 3, 8, 9), rules, 9)).toEqual({ state: 'open', until: 19 })
  })

  it('is in the state that a slow model comes to, tick by tick, after anything', () => {
    const signal = fc.record({ kind: fc.constantFrom('failure' as const, 'failure' as const, 'grave' as const, 'automatic' as const), gap: fc.nat(30) })
    const some = fc.record({ failures: fc.integer({ min: 1, max: 4 }), window: fc.integer({ min: 5, max: 60 }), cooldown: fc.integer({ min: 1, max: 15 }), longest: fc.integer({ min: 1, max: 40 }) })
    fc.assert(fc.property(fc.array(signal, { maxLength: 40 }), some, fc.nat(60), (steps, chosen, later) => {
      let at = 1
      const signals = steps.map(({ kind, gap }) => ({ kind, at: (at += gap) }))
      const breaker = new CircuitBreaker(chosen)
      const opened = signals.filter((one) => breaker.add(one)).length
      const model = simulate(signals, chosen, at + later)
      expect([breakerAt(signals, chosen, at + later).state, opened]).toEqual([model.state, model.opened])
    }), { numRuns: 400 })
  })

  it('never lets two through while it is not closed', () => {
    fc.assert(fc.property(fc.array(fc.record({ fails: fc.boolean(), gap: fc.nat(12) }), { maxLength: 60 }), (steps) => {
      const signals: BreakerSignal[] = []
      let at = 0
      let sinceOpened = Number.NEGATIVE_INFINITY
      for (const { fails, gap } of steps) {
        at += gap
        const { state } = breakerAt(signals, rules, at)
        if (fails) {
          signals.push({ kind: 'failure', at })
          if (breakerAt(signals, rules, at).state === 'open') sinceOpened = 0
        } else if (state === 'closed' || state === 'half-open') {
          if (state === 'half-open') sinceOpened += 1
          if (state === 'closed') sinceOpened = Number.NEGATIVE_INFINITY
          signals.push(applied(at))
        }
        expect(sinceOpened).toBeLessThanOrEqual(1)
      }
    }))
  })
})

/** The same in other words: time goes tick by tick, and every tick asks what holds now. */
function simulate(signals: readonly BreakerSignal[], { failures, window, cooldown, longest }: BreakerRules, end: number): { readonly state: string; readonly opened: number } {
  let state = 'closed'
  let recent: number[] = []
  let left = 0
  let wait = 0
  let opened = 0
  const open = (next: number): void => {
    state = 'open'
    wait = Math.min(next, Math.max(cooldown, longest))
    left = wait
  }
  for (let now = 0; now <= end; now++) {
    if (state === 'open' && left === 0) state = 'half-open'
    else if (state === 'probing' && left === 0) {
      state = 'closed'
      recent = []
    }
    for (const { kind } of signals.filter(({ at }) => at === now)) {
      if (kind === 'automatic') {
        if (state !== 'half-open') continue
        state = 'probing'
        left = wait
      } else if (state === 'closed') {
        recent = [...recent.filter((time) => now - time < window), now]
        if (kind === 'failure' && recent.length < failures) continue
        open(cooldown)
        opened++
      } else if (state === 'open') left = wait
      else {
        open(wait * 2)
        opened++
      }
    }
    left = Math.max(0, left - 1)
  }
  return { state, opened }
}

describe('the rate limit', () => {
  it('counts any 24 hours, and says when the next may be', () => {
    expect(nextAllowed([], 1, 5)).toBeNull()
    expect(nextAllowed([], 0, 5)).toBe(Number.POSITIVE_INFINITY)
    expect(nextAllowed([5], 1, 6)).toBe(5 + day)
    expect(nextAllowed([5], 1, 5 + day)).toBeNull()
    expect(nextAllowed([5, 9, 12], 2, 20)).toBe(9 + day)
  })

  it('never gives more than allowed in any 24 hours', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4 }), fc.array(fc.nat(day), { maxLength: 80 }), (perDay, gaps) => {
      let now = 0
      const made: number[] = []
      for (const gap of gaps) {
        now += gap / 3
        const next = nextAllowed(made, perDay, now)
        if (next === null) made.push(now)
        else expect(next).toBeGreaterThan(now)
      }
      for (const start of made) expect(made.filter((at) => at >= start && at < start + day).length).toBeLessThanOrEqual(perDay)
    }))
  })
})
