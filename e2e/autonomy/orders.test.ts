import { createHmac, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, shellTarget, startRatchet } from '../target.ts'
import { configured, cost, scene, type Scene } from './scene.ts'

let target: Scene
let server: Server
const told: { readonly kind: string; readonly text: string; readonly signed: boolean }[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const [, seconds = '', mac] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(request.headers['x-ratchet-signature'])) ?? []
      told.push({ ...(JSON.parse(body) as { readonly kind: string; readonly text: string }), signed: mac === createHmac('sha256', 'between us').update(`${seconds}.${body}`).digest('hex') })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env['RATCHET_TEST_SECRET'] = 'between us'
  target = await scene({ 'ratchet.yaml': configured(`notify: [{ url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/", secretFrom: RATCHET_TEST_SECRET }]\n`) })
})
afterAll(async () => {
  await target[Symbol.asyncDispose]()
  server.closeAllConnections()
  server.close()
})

const standing = async (): Promise<string> => (JSON.parse((await target.as('status', '--json')).stdout) as { readonly autonomy: { readonly orders: { readonly state: string } } }).autonomy.orders.state
const tip = (): Promise<string> => target.git('rev-parse', 'main')

describe('orders', { timeout: 120_000 }, () => {
  let winner = ''

  it('are heard by a run that has the journal open: it waits while it is paused, and ends by a stop', async () => {
    let resumedAt = 0
    let beganAt = 0
    let stopping: Promise<{ readonly code: number | null }> | null = null
    let stoppedAt = 0
    const found = await target.find('propose', [cost(80), cost(60), cost(40)], async (evaluations) => {
      if (evaluations === 1) {
        expect((await target.as('pause', '--reason', 'lunch')).code).toBe(0)
        await sleep(600)
        void target.as('resume', '--yes').then(() => (resumedAt = performance.now()))
      } else if (evaluations === 2) {
        beganAt = performance.now()
        stopping = target.as('stop', '--reason', 'smoke').then((outcome) => {
          stoppedAt = performance.now()
          return outcome
        })
        // In the middle of an evaluation, as far as anybody can tell.
        await stopping
        await sleep(1000)
      }
    })
    expect([resumedAt > 0, beganAt > 0, found.end]).toEqual([true, true, 'interrupted'])
    expect(await stopping).toMatchObject({ code: 0 })
    expect(performance.now() - stoppedAt).toBeLessThan(10_000)
    const log = (await target.as('log')).stdout
    expect([...log.matchAll(/order-given +(\w+) by/g)].map(([, what]) => what)).toEqual(['pause', 'resume', 'stop'])
    expect(await target.as('status')).toMatchObject({ stdout: expect.stringMatching(/stopped by .*\(smoke\)/) })
  })

  it('stand for every command until a person takes them back', async () => {
    for (const command of [['run'], ['evaluate', 'HEAD'], ['apply', '0000']]) expect((await target.as(...command)).code).not.toBe(0)
    for (const command of [['evaluate', 'HEAD'], ['opportunities'], ['models', 'check']]) expect(await target.as(...command)).toMatchObject({ code: 5, stderr: expect.stringContaining('stopped by') })
    expect(await target.as('resume')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    expect(await standing()).toBe('stopped')
    const both = await Promise.all([target.as('pause'), target.as('stop'), target.as('stop')])
    expect(both.map(({ code }) => code)).toEqual([0, 0, 0])
    expect((await target.as('resume', '--yes')).stdout).toContain('4 orders taken back')
    expect(await standing()).toBe('going')
    expect(await target.as('resume', '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was paused') })
  })

  it('bar apply and revert from the moment that stop has ended, also against a process that is killed at any point', async () => {
    const found = await target.find('propose', [cost(50)])
    winner = String(found.winner)
    for (let round = 0; round < 3; round++) {
      const isApplied = (await target.git('show', 'main:src/a.toml')) === cost(50)
      const moving = startRatchet([isApplied ? 'revert' : 'apply', winner, '--target', target.directory], { environment: target.invocation.environment as NodeJS.ProcessEnv })
      await sleep(randomInt(900))
      const stopping = target.as('stop')
      if (round % 2 === 0) await sleep(randomInt(400)).then(() => moving.child.kill('SIGKILL'))
      expect((await stopping).code).toBe(0)
      const before = await tip()
      await moving.outcome
      await sleep(200)
      expect(await tip()).toBe(before)
      expect((await target.as(isApplied ? 'revert' : 'apply', winner)).code).not.toBe(0)
      expect(await tip()).toBe(before)
      expect((await target.as('resume', '--yes')).code).toBe(0)
    }
    expect((await target.as('verify')).code).toBe(0)
    expect(await target.git('status', '--porcelain', '--untracked-files=no')).toBe('')
  })

  it('outlive a kill of whoever gives them: an order is there whole, or nobody was told that it is', async () => {
    for (let round = 0; round < 3; round++) {
      const giving = startRatchet(['stop', '--target', target.directory], { environment: target.invocation.environment as NodeJS.ProcessEnv })
      await sleep(300 + randomInt(500))
      giving.child.kill('SIGKILL')
      const { code } = await giving.outcome
      const state = await standing()
      if (code === 0) expect(state).toBe('stopped')
      if (state === 'stopped') {
        expect((await target.as('apply', winner)).code).not.toBe(0)
        expect((await target.as('resume', '--yes')).code).toBe(0)
      }
    }
    expect((await target.as('verify')).code).toBe(0)
  })

  it('and what else happened was told to the webhook, signed, and that is on record', async () => {
    expect(told.every(({ signed }) => signed)).toBe(true)
    expect(told.map(({ kind, text }) => `${kind} ${text}`)).toEqual(expect.arrayContaining([expect.stringMatching(/^order pause by .*: lunch$/), expect.stringMatching(/^order stop by .*: smoke$/), expect.stringMatching(/^run run \w+ has ended and offers/)]))
    expect((await target.as('log')).stdout).toMatch(/notification-settled +order of event \d+ to 127\.0\.0\.1:\d+: delivered after 1 attempts/)
  })
})

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (error) {
    // Gone meanwhile.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}

describe('a stop', { timeout: 60_000 }, () => {
  it('ends what only looks or asks in the middle of it: a survey, and a model that does not answer', async () => {
    const asked = Promise.withResolvers<undefined>()
    const silent = createServer(() => asked.resolve(undefined))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    // Known by its length among all that sleep on this machine.
    const nap = `50.${process.pid}`
    const isAsleep = async (): Promise<void> => {
      for (let isThere = false; !isThere; await sleep(20)) isThere = (await readdir('/proc')).some((pid) => /^\d+$/.test(pid) && commandOf(pid) === `sleep\0${nap}\0`)
    }
    const models = `models: { use: { mute: { provider: openai-compatible, url: "http://127.0.0.1:${(silent.address() as AddressInfo).port}/v1", model: mute, price: { input: 0, output: 0 } } }, localOnly: true }\n`
    await using slow = await makeTarget({ ...shellTarget, 'ratchet.yaml': `${String(shellTarget['ratchet.yaml']).replace('wall: 10s', 'wall: 60s')}observe: { checks: [{ run: sleep ${nap}, kind: lint }] }\n${models}` })
    for (const [command, begun] of [[['models', 'check'], () => asked.promise], [['opportunities', '--source', 'checks'], isAsleep]] as const) {
      const going = slow.ratchet(...command)
      await begun()
      const started = performance.now()
      expect((await slow.ratchet('stop', '--reason', 'smoke')).code).toBe(0)
      expect(await going).toMatchObject({ code: 5, stderr: expect.stringMatching(/stopped by .*\(smoke\): ending now/) as string })
      expect(performance.now() - started).toBeLessThan(15_000)
      expect((await slow.ratchet('resume', '--yes')).code).toBe(0)
    }
    silent.closeAllConnections()
    silent.close()
  })
})
