import { describe, expect, it } from 'vitest'
import { configSchema } from './config.ts'

const base = {
  target: { edit: ['src/**'] },
  tests: [{ run: 'node check/self-test.ts', selfTest: true }],
  metrics: { solved: { run: 'node solve.js', measure: 'pass-rate', tasks: 10 } },
  models: { use: { own: { provider: 'ollama', model: 'x' } } },
}
const refused = (config: object): string => configSchema.safeParse(config).error?.issues[0]?.message ?? 'allowed'

describe('search.self', () => {
  it('is off unless it is asked for, and has a default for everything', () => {
    expect(configSchema.parse(base).search.self).toBeNull()
    expect(configSchema.parse({ ...base, search: { self: false } }).search.self).toBeNull()
    expect(configSchema.parse({ ...base, search: { strategy: 'dgm', self: true } }).search.self).toEqual({ analysis: 'model', calls: 100, wall: 1_200_000, trajectory: 'required', bridge: false })
    expect(configSchema.parse({ ...base, search: { self: { analysis: 'facts', wall: '5m', analyst: 'own' } } }).search.self).toMatchObject({ analysis: 'facts', wall: 300_000, analyst: 'own', calls: 100 })
    expect(configSchema.parse(base).tests[0]?.selfTest).toBe(true)
  })

  it.each([
    ['without a model', { ...base, models: undefined, search: { self: true } }, 'needs a model'],
    ['with a model that nobody knows', { ...base, search: { self: { analyst: 'other' } } }, 'needs a model'],
    ['without tasks to be run on', { ...base, metrics: { speed: { run: 'x', measure: 'cpu-time' } }, search: { self: true } }, 'no pass-rate metric'],
    ['where no agent can reach its model', { ...base, sandbox: { tier: 'gvisor' }, search: { self: true } }, 'tier: namespace'],
    ['for repairs', { ...base, search: { self: true, goal: 'repair' } }, 'repairs nothing'],
    ['for longer than a token lives', { ...base, search: { self: { wall: '2h' } } }, 'at most 55m'],
  ])('is refused %s', (_, config, message) => {
    expect(refused(config)).toContain(message)
  })

  it('needs no tasks where the command is named', () => {
    expect(refused({ ...base, metrics: { speed: { run: 'x', measure: 'cpu-time' } }, search: { self: { run: 'node "$RATCHET_AGENT/main.js"' } } })).toBe('allowed')
  })
})
