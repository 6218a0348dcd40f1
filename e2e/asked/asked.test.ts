import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn, type StandIn } from '../../packages/core/src/testing/stand-in-models.ts'
import { makeTarget, ratchet, shellTarget, type Outcome, type Target, type Verdict } from '../target.ts'

// A model whose only gain is one that screening asks about: it adds a loop that nothing ends. The constitution would have let it through, and the run may apply what it finds.

const config = (url: string): string => [
  String(shellTarget['ratchet.yaml']).trimEnd(),
  'proposers: [llm]',
  'models:',
  `  use: { small: { provider: openai-compatible, url: "${url}", model: stand-in, key: STAND_IN_KEY, price: { input: 1, output: 5 }, maxOutputTokens: 400, contextTokens: 4000, stall: 20s } }`,
  '  localOnly: true',
  'search: { evaluations: 2 }',
  'autonomy: { mode: autonomous, perDay: 9 }',
  'constitution: constitution.yaml',
  '',
].join('\n')

const constitution = `version: 1
autonomous_operations:
  - { id: source, statement: The source is changed freely., when: 'paths.all(p, glob(p, "src/**"))', requires: [tests-pass, benchmark-gain] }
`

const work = 'export const cost = 100\nexport const step = (n) => n + 1\n'
const found = 'export const cost = 40\nexport const serve = () => {\n  while (true) step(1)\n}\nexport const step = (n) => n + 1\n'

let server: StandIn
let target: Target
let run: Outcome
let document: { readonly winner: Verdict & { readonly screening: { readonly consentLevel: number; readonly risk: number } }; readonly beside: unknown; readonly automation: { readonly kind: string; readonly reasons: readonly { readonly message: string }[] } }

const as = (...args: readonly string[]): Promise<Outcome> => ratchet([...args, '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome, STAND_IN_KEY: 'stand-in-key-0123456789' } })

beforeAll(async () => {
  server = await startStandIn(async (_, count) => (count === 1 ? { kind: 'text', text: `It waits in a loop.\n\nFILE src/work.js\n\`\`\`\n${found}\`\`\`\n` } : { kind: 'text', text: 'I can think of nothing more.' }))
  const { 'src/cost': _, ...shared } = shellTarget
  target = await makeTarget({ ...shared, 'src/work.js': work, 'check/bench.sh': '#!/bin/sh\nsed -n "s/.*cost = //p" src/work.js\n', 'constitution.yaml': constitution, 'ratchet.yaml': config(server.url.openai) })
  run = await as('run', '--seed', '3', '--json')
  document = JSON.parse(run.stdout) as typeof document
}, 120_000)

afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

describe('a gain that screening asks about, and nothing else to be found', { timeout: 120_000 }, () => {
  it('is proven and offered by a run that applies what it may, and left to a person with what is to be looked at', async () => {
    expect([run.code, document.beside, document.winner.verdict]).toEqual([5, null, 'approval-required'])
    expect(document.winner.screening).toMatchObject({ decision: 'require-approval', consentLevel: 2, findings: expect.arrayContaining([expect.objectContaining({ rule: 'endless-loop', file: 'src/work.js' })]) as unknown })
    expect(document.winner.screening.risk).toBeGreaterThan(0)
    expect(document.winner.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['proven-gain', 'suspicious-content']))
    expect(document.winner.metrics['cost']?.effect?.low).toBeGreaterThan(1)
    expect(document.automation).toMatchObject({ kind: 'left', reasons: [{ message: expect.stringContaining('approval-required') as unknown }] })
    expect(await target.git('show', 'HEAD:src/work.js')).toBe(work.trim())
    expect((await as('report')).stdout).toContain(`\`${document.winner.id}\`, which needs an approval`)
    expect(JSON.parse((await as('metrics', '--json')).stdout)).toMatchObject({ runs: { withWinner: 1, withQuestion: 1 } })
    expect((await as('show', document.winner.id)).stdout).toContain('screening require-approval, consent level 2')
  })

  it('is not applied without an approval, and with what goes on from it neither', async () => {
    expect(await as('apply', document.winner.id)).toMatchObject({ code: 5 })
    const child = `${found.replace('cost = 40', 'cost = 30')}`
    await target.git('checkout', '--quiet', '-b', 'child')
    await target.commit({ 'src/work.js': child })
    await target.git('checkout', '--quiet', 'main')
    // Nothing but a figure is new in it; held against the baseline it is all there.
    const judged = await as('evaluate', 'child', '--baseline', 'main', '--json')
    const { id, verdict } = JSON.parse(judged.stdout) as Verdict
    expect([judged.code, verdict]).toEqual([5, 'approval-required'])
    expect(await as('apply', id)).toMatchObject({ code: 5 })
    expect(await target.git('show', 'HEAD:src/work.js')).toBe(work.trim())
  })

  it('is applied with one, and verify comes to the same', async () => {
    expect(await as('approve', document.winner.id, '--reason', 'it is meant to serve', '--yes')).toMatchObject({ code: 0 })
    expect(await as('apply', document.winner.id)).toMatchObject({ code: 0 })
    expect(await target.git('show', 'HEAD:src/work.js')).toBe(found.trim())
    expect(await as('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 applications rest on approvals') as unknown })
  })
})
