import { expect, it } from 'vitest'
import { configSchema } from './config.ts'

const base = { target: { edit: ['src/**'] }, tests: [{ run: 'node --test' }], models: { use: { own: { provider: 'ollama', model: 'x' } } }, metrics: { solved: { run: 'node check.js', measure: 'pass-rate', tasks: 'check/shown.txt' } } }
const suite = { solved: { run: 'agent', measure: 'pass-rate', suite: 'suite' } }
const heldOut = { solved: { ...base.metrics.solved, heldOut: 'check/held-out.txt' } }

const refused = (changes: object): string | null => configSchema.safeParse({ ...base, ...changes }).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join() ?? null

it.each([
  ['a list of held-out tasks', { metrics: heldOut }, 'nothing could be held out'],
  ['held-out tests', { tests: [...base.tests, { run: 'node --test unseen', heldOut: true }] }, 'nothing could be held out'],
  ['a suite', { metrics: suite }, 'same attempts of the baseline'],
])('%s need a search whose winner is confirmed', (_, changes, message) => {
  expect(refused({ ...changes, accept: { confirm: false } })).toContain(message)
  expect(refused(changes)).toBeNull()
})

it('without any of them a search may offer its own verdicts', () => {
  expect(refused({ accept: { confirm: false } })).toBeNull()
})
