import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { EarlyObservation } from './early-observation.ts'
import type { Opportunity } from './proposal.ts'

const hot: readonly Opportunity[] = [{ kind: 'hot-function', path: 'a.js', functionName: 'f', line: 1, weight: 1 }]

describe('an early observation', () => {
  it('begins at once, and is made once however many ask', async () => {
    let begun = 0
    await using early = new EarlyObservation({ observe: async () => (begun++, hot) }, new AbortController().signal)
    expect(begun).toBe(1)
    expect([await early.observe(), await early.observe(), begun]).toEqual([hot, hot, 1])
  })

  it('ends when it is disposed of, and not before what it was doing has ended', async () => {
    let ended = false
    const observe = async (signal: AbortSignal): Promise<readonly Opportunity[]> => {
      await once(signal, 'abort')
      await turn()
      ended = true
      return []
    }
    const early = new EarlyObservation({ observe }, new AbortController().signal)
    await early[Symbol.asyncDispose]()
    expect(ended).toBe(true)
  })

  it('ends with the run', async () => {
    const run = new AbortController()
    await using early = new EarlyObservation({ observe: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))) }, run.signal)
    run.abort(new Error('interrupted'))
    await expect(early.observe()).rejects.toThrow('interrupted')
  })

  it('keeps a failure until somebody asks', async () => {
    await using early = new EarlyObservation({ observe: () => Promise.reject(new Error('no sandbox')) }, new AbortController().signal)
    await turn()
    await expect(early.observe()).rejects.toThrow('no sandbox')
  })
})
