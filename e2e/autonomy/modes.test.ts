import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configured, cost, scene, type Scene } from './scene.ts'

// One target, and one test after the other on it: what a run may do depends on what was done before.
let target: Scene
beforeAll(async () => {
  target = await scene({ 'ratchet.yaml': configured('autonomy: { perDay: 2, wait: 40s }\n') })
})
afterAll(() => target[Symbol.asyncDispose]())

const figure = (): Promise<string> => target.git('show', 'HEAD:src/a.toml')

describe('a run that has found something', { timeout: 120_000 }, () => {
  it('applies by itself what the constitution allows, and verify holds it against everything again', async () => {
    const found = await target.find('autonomous', [cost(80)])
    // Somebody has checked out another branch meanwhile.
    await target.git('checkout', '--quiet', '-b', 'release')
    expect(await target.automate('autonomous', found)).toMatchObject({ kind: 'left', reasons: [{ code: 'not-automatic', message: expect.stringContaining('began on refs/heads/main') }] })
    await target.git('checkout', '--quiet', 'main')
    expect(await target.automate('autonomous', found)).toMatchObject({ kind: 'applied', ref: 'refs/heads/main' })
    expect(await figure()).toBe(cost(80))
    expect(await target.as('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 were made by runs') })
  })

  it('applies nothing where it was only to propose, nor to a branch that has moved since', async () => {
    const found = await target.find('propose', [cost(70)])
    expect(await target.automate('autonomous', found)).toMatchObject({ kind: 'left', outcome: 'refused', reasons: [{ code: 'not-automatic', message: expect.stringContaining('mode propose') }] })
    await target.commit({ 'notes.txt': 'one\n' })
    expect(await target.automate('autonomous', found)).toMatchObject({ kind: 'left', reasons: [{ message: expect.stringContaining('has moved since the run began') }] })
    expect(await figure()).toBe(cost(80))
  })

  it('leaves to a person what the constitution asks about', async () => {
    const found = await target.find('autonomous', [cost(78)])
    // Not even an offer of the run: a person judges it as a whole first, or approves.
    if (found.winner !== null) expect(await target.automate('autonomous', found)).toMatchObject({ kind: 'left', reasons: [{ message: expect.stringContaining('approval-required') }] })
    expect(await figure()).toBe(cost(80))
  })

  it('applies nothing that somebody has rejected, also when another run finds it again on another base', async () => {
    const first = await target.find('autonomous', [cost(60)])
    expect((await target.as('reject', String(first.winner), '--reason', 'not this way')).code).toBe(0)
    expect(await target.automate('autonomous', first)).toMatchObject({ kind: 'left', reasons: [{ message: 'a person has rejected or deferred it' }] })
    await target.commit({ 'notes.txt': 'two\n' })
    const again = await target.find('autonomous', [cost(60)])
    expect(again.winner).not.toBe(first.winner)
    expect(await target.automate('autonomous', again)).toMatchObject({ kind: 'left', reasons: [{ message: expect.stringContaining(`rejected or deferred as ${String(first.winner)}`) }] })
    expect(await figure()).toBe(cost(80))
    expect(await target.as('apply', String(first.winner), '--branch', 'by-hand')).toMatchObject({ code: 3, stdout: expect.stringContaining('rejected by') })
  })

  it('waits for approval where it is supervised, applies when that is there, and then the limit of the day is reached', async () => {
    const found = await target.find('supervised', [cost(50)])
    const waiting = target.automate('supervised', found)
    const until = performance.now() + 30_000
    while (performance.now() < until && !(await target.as('status')).stdout.includes('needs 1 approval')) continue
    expect((await target.as('approve', String(found.winner), '--reason', 'read it', '--yes')).code).toBe(0)
    expect(await waiting).toMatchObject({ kind: 'applied' })
    expect(await figure()).toBe(cost(50))
    expect(await target.as('verify')).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 applications rest on approvals that hold\n2 were made by runs/) })
    const third = await target.find('autonomous', [cost(30)])
    expect(await target.automate('autonomous', third)).toMatchObject({ kind: 'left', reasons: [{ message: expect.stringContaining('2 automatic applications in 24 hours') }] })
    expect(await figure()).toBe(cost(50))
  })

  it('gives up when nobody has answered in time, and does no more than its configuration lets it', async () => {
    await target.commit({ 'ratchet.yaml': configured('autonomy: { mode: supervised, perDay: 9, wait: 1s }\n') })
    const found = await target.find('supervised', [cost(20)])
    expect(await target.automate('supervised', found)).toMatchObject({ kind: 'left', outcome: 'lapsed' })
    expect(await figure()).toBe(cost(50))
    expect((await target.as('log')).stdout).toContain('lapsed')
    expect(await target.as('run', '--mode', 'autonomous')).toMatchObject({ code: 2, stderr: expect.stringContaining('no more than mode supervised') })
    expect(await target.as('verify')).toMatchObject({ code: 0 })
  })

  it('is applied by `ratchet run` itself', async () => {
    await target.commit({ 'ratchet.yaml': configured('autonomy: { mode: autonomous, perDay: 9 }\n') })
    const { code, stdout } = await target.as('run', '--seed', '1', '--evaluations', '2', '--json')
    const { mode, automation, winner } = JSON.parse(stdout) as { readonly mode: string; readonly automation: { readonly kind: string }; readonly winner: { readonly id: string } }
    expect([code, mode, automation.kind]).toEqual([0, 'autonomous', 'applied'])
    expect(await figure()).not.toBe(cost(50))
    expect(await target.git('log', '-1', '--format=%B')).toContain(`Ratchet-Proposal: ${winner.id}`)
    expect(await target.as('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('3 were made by runs') })
  })
})

it('a run is held to the mode that is allowed when it applies, not only to that when it began', { timeout: 120_000 }, async () => {
  await using outside = await scene({ '.gitignore': 'ratchet.yaml\n', 'ratchet.yaml': configured('autonomy: { mode: autonomous }\n') })
  const found = await outside.find('autonomous', [cost(80)])
  await outside.write({ 'ratchet.yaml': configured('autonomy: { mode: propose }\n') })
  expect(await outside.automate('autonomous', found)).toMatchObject({ kind: 'left', reasons: [{ code: 'not-automatic', message: expect.stringContaining('no more than mode propose now') }] })
  expect(await outside.git('show', 'HEAD:src/a.toml')).toBe('batchSize = 100')
  await outside.write({ 'ratchet.yaml': configured('autonomy: { mode: autonomous }\n') })
  expect(await outside.automate('autonomous', found)).toMatchObject({ kind: 'applied' })
})
