import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Lane } from '../sandbox/lane.ts'
import { decisionOf, proposalMade } from '../testing/sample-events.ts'
import type { Judgement } from './judge-change.ts'
import { JudgingQueue } from './judging-queue.ts'
import type { MadeProposal } from './run-state.ts'

function made(id: string): MadeProposal {
  const event = proposalMade('r1', id, { step: 1 })
  if (event.kind !== 'proposal-made') throw new TypeError('no proposal')
  return event.body
}

const judgement: Judgement = { evaluation: null, decision: decisionOf('rejected', null), events: [] }
const never = new AbortController().signal

describe('a judging queue', () => {
  it('keeps every lane to one judgement at a time, and begins in the order in which they came', async () => {
    const busy = new Set<Lane>()
    const begun: string[] = []
    const judge = async (one: MadeProposal, lane: Lane): Promise<Judgement> => {
      expect(busy.has(lane)).toBe(false)
      busy.add(lane)
      begun.push(one.proposal.id)
      await sleep(begun.length % 3)
      busy.delete(lane)
      return judgement
    }
    await using queue = new JudgingQueue([[0], [1]], judge, never)
    const open = Array.from({ length: 9 }, (_, index) => made(`p${index}`))
    queue.add(open)
    queue.add(open)
    for (const one of open) expect(await queue.take(one)).toBe(judgement)
    expect(begun).toEqual(open.map(({ proposal }) => proposal.id))
  })

  it('hands a failure to whoever asks for it, and to nobody before', async () => {
    const judge = async (one: MadeProposal): Promise<Judgement> => {
      if (one.proposal.id === 'bad') throw new Error('broken')
      await sleep(5)
      return judgement
    }
    await using queue = new JudgingQueue([null, null], judge, never)
    queue.add([made('good'), made('bad'), made('last')])
    expect(await queue.take(made('good'))).toBe(judgement)
    await expect(queue.take(made('bad'))).rejects.toThrow('broken')
    expect(await queue.take(made('last'))).toBe(judgement)
    await expect(queue.take(made('last'))).rejects.toThrow('not being judged')
  })

  it.each(['disposing', 'the signal'] as const)('ended by %s stops what goes on, waits for it, and begins nothing more', async (by) => {
    const controller = new AbortController()
    const ended: string[] = []
    const begun: string[] = []
    const judge = async (one: MadeProposal, _: Lane, signal: AbortSignal): Promise<Judgement> => {
      begun.push(one.proposal.id)
      const { promise, resolve } = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => setTimeout(resolve, 5))
      await promise
      ended.push(one.proposal.id)
      throw signal.reason
    }
    const queue = new JudgingQueue([[0], [1]], judge, controller.signal)
    queue.add([made('a'), made('b'), made('c')])
    await sleep(1)
    if (by === 'the signal') controller.abort()
    await queue[Symbol.asyncDispose]()
    expect([begun, ended]).toEqual([['a', 'b'], ['a', 'b']])
  })
})
