import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunState } from '../../cycle/run-state.ts'
import type { RunSnapshot } from '../../archive/run-snapshots.ts'
import type { Verdict } from '../../decision/decision.ts'
import type { NewEvent } from '../../journal/event.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, proposalScreened, runStarted } from '../../testing/sample-events.ts'
import { createSnapshotFiles } from './snapshot-files.ts'

const hex = (text: string | number): string => Buffer.from(String(text)).toString('hex').padStart(40, '0')
const head = { sequence: 7, hash: 'ab'.repeat(32) }

const sockets: Server[] = []
const listening = (file: string): Promise<void> =>
  new Promise((resolve) => {
    sockets.push(createServer().listen(file, resolve))
  })

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-snapshots-'))
})
afterAll(() => {
  for (const socket of sockets) socket.close()
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function started(): RunState {
  const event = runStarted('r1', { baseline: hex('root') })
  if (event.kind !== 'run-started') throw new TypeError('no start')
  return new RunState({ started: event.body, rootTree: hex('root tree') })
}

interface Step {
  readonly verdict: Verdict | 'pending'
  readonly ratio: number
  readonly parent: number
}

/** The events of one step; a pending one must be the last. */
function eventsOf(state: RunState, { verdict, ratio, parent }: Step): readonly NewEvent[] {
  const step = state.nextStep
  const id = step.toString(16).padStart(12, '0')
  const made = proposalMade('r1', id, { step, parent: state.archive.at(parent % state.archive.size).commit, commit: hex(`c${step}`), operator: `o${step % 3}` })
  if (made.kind !== 'proposal-made') throw new TypeError('no proposal')
  const whole: NewEvent = { ...made, body: { ...made.body, tree: hex(`t${step}`), editsDigest: hex(step).padStart(64, '0') } }
  if (verdict === 'pending') return [whole, proposalScreened('r1', id)]
  const ratios = verdict === 'rejected' ? null : { estimate: ratio, low: ratio * 0.9, high: ratio * 1.1 }
  return [whole, proposalScreened('r1', id), evaluationRecorded('r1', id), decisionMade('r1', id, decisionOf(verdict, ratios))]
}

function shown(state: RunState) {
  const { archive, nextStep, evaluated, fruitless, spentMs, pending, opportunities } = state
  const variants = Array.from({ length: archive.size }, (_, index) => archive.at(index))
  return { variants, viable: Array.from({ length: archive.viableSize }, (_, k) => archive.viable(k).index), best: archive.best(), nextStep, evaluated, fruitless, spentMs, pending, opportunities }
}

const steps = fc.array(
  fc.record({ verdict: fc.constantFrom<Verdict>('accepted', 'rejected', 'inconclusive'), ratio: fc.double({ min: 0.2, max: 5, noNaN: true }), parent: fc.nat() }),
  { maxLength: 40 },
)

describe('a snapshot', () => {
  it('is the state that it was taken of, and goes on as that would', async () => {
    const files = createSnapshotFiles(directory)
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), steps, async (before, isPending, after) => {
        const state = started()
        for (const step of before) for (const event of eventsOf(state, step)) state.apply(event)
        if (isPending) for (const event of eventsOf(state, { verdict: 'pending', ratio: 1, parent: 0 })) state.apply(event)
        await files.save('r1', { head, state: state.pack() })
        const loaded = await files.load('r1')
        expect(loaded?.head).toEqual(head)
        const again = new RunState((loaded as RunSnapshot).state)
        expect(shown(again)).toEqual(shown(state))
        expect(again.pending.map(({ proposal }) => again.screening(proposal.id))).toEqual(state.pending.map(({ proposal }) => state.screening(proposal.id)))
        expect(state.pending).toHaveLength(isPending ? 1 : 0)
        if (isPending) return
        for (const step of after) {
          for (const event of eventsOf(state, step)) {
            state.apply(event)
            again.apply(event)
          }
        }
        expect(shown(again)).toEqual(shown(state))
        for (let step = 1; step <= state.nextStep; step++) {
          expect(again.hasTree(hex(`t${step}`))).toBe(state.hasTree(hex(`t${step}`)))
          expect(again.tried.has(hex(step).padStart(64, '0'))).toBe(state.tried.has(hex(step).padStart(64, '0')))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('of a run that has none is none', async () => {
    expect(await createSnapshotFiles(path.join(directory, 'nowhere')).load('r1')).toBeNull()
  })

  it.each<[string, (own: string) => Promise<unknown>]>([
    ['a folder', (own) => mkdir(path.join(own, 'r1.state'), { recursive: true })],
    ['in what is a file', (own) => writeFile(own, '')],
    ['a link to itself', (own) => mkdir(own).then(() => symlink('r1.state', path.join(own, 'r1.state')))],
    ['a socket', (own) => mkdir(own).then(() => listening(path.join(own, 'r1.state')))],
  ])('that is %s is none', async (name, make) => {
    const own = path.join(directory, name.replaceAll(' ', '-'))
    await make(own)
    expect(await createSnapshotFiles(own).load('r1')).toBeNull()
  })

  it.skipIf(process.getuid?.() === 0)('that may not be read is none', async () => {
    const own = path.join(directory, 'closed')
    const files = createSnapshotFiles(own)
    await files.save('r1', { head, state: started().pack() })
    await chmod(path.join(own, 'r1.state'), 0o000)
    expect(await files.load('r1')).toBeNull()
  })

  it('is gone when it is discarded, and leaves nothing else', async () => {
    const own = path.join(directory, 'own')
    const files = createSnapshotFiles(own)
    await files.save('r1', { head, state: started().pack() })
    await files.save('r1', { head, state: started().pack() })
    expect(await readdir(own)).toEqual(['r1.state'])
    await files.discard('r1')
    await files.discard('r1')
    expect(await readdir(own)).toEqual([])
  })

  it('with any byte changed, or cut off anywhere, is none', async () => {
    const files = createSnapshotFiles(directory)
    const state = started()
    for (const event of eventsOf(state, { verdict: 'accepted', ratio: 2, parent: 0 })) state.apply(event)
    await files.save('r2', { head, state: state.pack() })
    const file = path.join(directory, 'r2.state')
    const whole = await readFile(file)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(whole)
        damaged[at] = (damaged[at] as number) ^ change
        await writeFile(file, damaged)
        expect(await files.load('r2')).toBeNull()
        await writeFile(file, whole.subarray(0, at))
        expect(await files.load('r2')).toBeNull()
      }),
      { numRuns: 60 },
    )
    await writeFile(file, whole)
    expect(await files.load('r2')).not.toBeNull()
  })
})
