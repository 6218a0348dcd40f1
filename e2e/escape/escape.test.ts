import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBubblewrapSandbox } from '../../packages/core/src/adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import type { Sandbox } from '../../packages/core/src/sandbox/sandbox.ts'
import { attempts } from './attempts.ts'
import { layBait, runAttempt } from './run-attempts.ts'

describe('getting out of the namespace tier', () => {
  let sandbox: Sandbox
  let stand: Awaited<ReturnType<typeof layBait>>

  beforeAll(async () => {
    process.env['RATCHET_TEST_SECRET'] = 'secret'
    stand = await layBait()
    sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath } })
  })
  afterAll(async () => {
    delete process.env['RATCHET_TEST_SECRET']
    await sandbox[Symbol.asyncDispose]()
    await stand[Symbol.asyncDispose]()
  })

  it.each(attempts.map((attempt) => [attempt.group, attempt.name, attempt] as const))('%s: %s', async (_, __, attempt) => {
    const { outcome, detail } = await runAttempt(sandbox, attempt, stand, AbortSignal.timeout(60_000))
    expect({ outcome, detail }).toEqual({ outcome: 'held', detail: expect.any(String) as string })
  })

  it('was tried in every way that is listed', () => {
    expect(attempts.length).toBeGreaterThanOrEqual(60)
    expect(new Set(attempts.map(({ name }) => name)).size).toBe(attempts.length)
  })
})
