import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { JournalError } from '../journal/journal.ts'
import { SubmissionDesk, type SubmissionWork } from './submission-desk.ts'

const never = new AbortController().signal
const ends: SubmissionWork = async () => undefined
const waits: SubmissionWork = (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => setTimeout(() => reject(new Error('ended')), 5)))

describe('a desk', () => {
  it('does one piece of work after the other, and says how each goes on', async () => {
    await using desk = new SubmissionDesk({ open: 3, runs: 10 })
    const log: string[] = []
    const work = (name: string): SubmissionWork => async (note) => {
      log.push(`${name} begins`)
      note('tests')
      await sleep(5)
      log.push(`${name} ends`)
    }
    expect(desk.submit('a', work('a'))).toMatchObject({ kind: 'accepted', submission: { state: 'running', before: 0 } })
    expect(desk.submit('b', work('b'))).toMatchObject({ submission: { state: 'queued', before: 1 } })
    expect(desk.submit('b', work('again'))).toMatchObject({ submission: { state: 'queued', before: 1 } })
    const stages: string[] = []
    expect(await desk.wait('b', { waitMs: 5_000, onChange: ({ state, stage }) => stages.push(`${state} ${stage}`.trim()) }, never)).toMatchObject({ state: 'settled', stage: '' })
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(stages).toEqual(['queued', 'running', 'running tests'])
  })

  it('refuses more than it may have open, and more than it may ever begin', async () => {
    await using desk = new SubmissionDesk({ open: 2, runs: 3 })
    desk.submit('a', waits)
    desk.submit('b', ends)
    expect(desk.refusal()).toMatchObject({ code: 'too-many-open' })
    expect(desk.submit('c', ends)).toMatchObject({ kind: 'refused', problem: { code: 'too-many-open' } })
    // What never began costs nothing; what was broken off does.
    expect([desk.cancel('b'), desk.cancel('a'), desk.left]).toEqual([true, true, 2])
    expect(await desk.wait('a', { waitMs: 5_000, onChange: () => undefined }, never)).toMatchObject({ state: 'cancelled', problem: null })
    for (const key of ['c', 'd']) {
      desk.submit(key, ends)
      await desk.wait(key, { waitMs: 5_000, onChange: () => undefined }, never)
    }
    expect([desk.refusal()?.code, desk.refusal({ isFree: true })]).toEqual(['budget-spent', null])
    expect(desk.submit('e', ends)).toMatchObject({ kind: 'refused', problem: { code: 'budget-spent' } })
    // Handing in the same again is no way round it.
    expect(desk.submit('a', ends)).toMatchObject({ kind: 'refused', problem: { code: 'budget-spent' } })
    expect(desk.submit('free', ends, { isFree: true })).toMatchObject({ kind: 'accepted' })
  })

  it('tells a failure of a known kind, and of others only that there was one', async () => {
    await using desk = new SubmissionDesk({ open: 2, runs: 9 })
    desk.submit('a', () => Promise.reject(new JournalError('journal-failed', 'no space', { remedy: 'Make some.' })))
    desk.submit('b', () => Promise.reject(new Error('/home/somebody')))
    await desk.wait('b', { waitMs: 5_000, onChange: () => undefined }, never)
    expect(desk.find('a')).toMatchObject({ state: 'failed', problem: { code: 'journal-failed', message: 'no space', remedy: 'Make some.' } })
    expect(desk.find('b')?.problem).toMatchObject({ code: 'internal', message: 'Ratchet itself failed' })
    expect(desk.cancel('a')).toBe(false)
  })

  it('waits no longer than it is asked to, and whoever stops waiting changes nothing', async () => {
    await using desk = new SubmissionDesk({ open: 2, runs: 9 })
    desk.submit('a', waits)
    expect(await desk.wait('a', { waitMs: 10, onChange: () => undefined }, never)).toMatchObject({ state: 'running' })
    expect(await desk.wait('a', { waitMs: 60_000, onChange: () => undefined }, AbortSignal.timeout(10))).toMatchObject({ state: 'running' })
    expect(await desk.wait('unknown', { waitMs: 60_000, onChange: () => undefined }, never)).toBeNull()
  })

  it('ends what runs when it is closed, waits for that, and takes nothing more', async () => {
    const desk = new SubmissionDesk({ open: 5, runs: 9 })
    let ended = false
    desk.submit('a', async (note, signal) => {
      await waits(note, signal).catch(() => undefined)
      ended = true
      throw new Error('stopped')
    })
    desk.submit('b', ends)
    await desk[Symbol.asyncDispose]()
    expect([ended, desk.find('a')?.state, desk.find('b')?.state]).toEqual([true, 'cancelled', 'cancelled'])
    expect(desk.submit('c', ends)).toMatchObject({ kind: 'refused', problem: { code: 'closing' } })
  })
})
