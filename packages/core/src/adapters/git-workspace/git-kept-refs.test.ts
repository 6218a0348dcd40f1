import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMemoryJournal } from '../../testing/memory-journal.ts'
import { planPrune, pruneTarget, settlePrunes, type PrunePorts } from '../../retention/prune-target.ts'
import { decisionMade, decisionOf, runFinished, runStarted, tickingClock } from '../../testing/sample-events.ts'
import type { NewEvent } from '../../journal/event.ts'
import { bytes, openedRepository, testDirectory, type Opened } from './test-repository.ts'

const candidate = (opened: Opened, ref: string, text: string): Promise<{ readonly commit: string; readonly tree: string }> => opened.workspace.candidates.store({ parent: opened.head.id, changes: [{ path: 'a.txt', content: bytes(text) }], message: 'm\n', ref })

describe('the refs below refs/ratchet/', () => {
  it('are listed, and removed where they still are what they were', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const { target, workspace: { keptRefs } } = opened
    for (const step of [1, 2, 3]) await candidate(opened, `refs/ratchet/r/${step}`, String(step))
    target.git('pack-refs', '--all')
    await candidate(opened, 'refs/ratchet/r/4', '4')
    const listed = await keptRefs.list()
    expect(listed.map(({ ref }) => ref)).toEqual(['refs/ratchet/r/1', 'refs/ratchet/r/2', 'refs/ratchet/r/3', 'refs/ratchet/r/4'])
    target.git('update-ref', 'refs/ratchet/r/2', 'HEAD')
    writeFileSync(path.join(target.directory, '.git/refs/ratchet/r/3.lock'), '')
    expect(await keptRefs.remove(listed)).toBe(2)
    expect((await keptRefs.list()).map(({ ref }) => ref)).toEqual(['refs/ratchet/r/2', 'refs/ratchet/r/3'])
  })

  it('leave out what leads somewhere else: symbolic refs, links, and what is no commit', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const { target, workspace: { keptRefs }, head } = opened
    const outside = await testDirectory()
    writeFileSync(path.join(outside, 'theirs'), `${head.id}\n`)
    mkdirSync(path.join(target.directory, '.git/refs/ratchet'), { recursive: true })
    symlinkSync(outside, path.join(target.directory, '.git/refs/ratchet/linked'))
    symlinkSync(path.join(outside, 'theirs'), path.join(target.directory, '.git/refs/ratchet/file'))
    target.git('symbolic-ref', 'refs/ratchet/symbolic', 'refs/heads/main')
    target.git('update-ref', 'refs/ratchet/tree', 'HEAD^{tree}')
    expect(await keptRefs.list()).toEqual([])
    // Named all the same: the ref itself would go and not what it leads to; here it is not what was listed.
    expect(await keptRefs.remove([{ ref: 'refs/ratchet/symbolic', commit: 'f'.repeat(40) }])).toBe(0)
    expect([target.git('rev-parse', 'main'), existsSync(path.join(outside, 'theirs'))]).toEqual([head.id, true])
  })

  it('are left out as a whole where their folder is a link', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const outside = await testDirectory()
    mkdirSync(path.join(outside, 'r'))
    writeFileSync(path.join(outside, 'r/1'), `${opened.head.id}\n`)
    symlinkSync(outside, path.join(opened.target.directory, '.git/refs/ratchet'))
    expect(await opened.workspace.keptRefs.list()).toEqual([])
  })

  it('keep a baseline that no branch or tag holds, and count what they alone hold', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const { target, workspace: { keptRefs }, head } = opened
    await keptRefs.keepBaseline(head.id)
    expect(await keptRefs.list()).toEqual([])
    expect(await keptRefs.bytesHeldBy('refs/ratchet/')).toBe(0)
    const { commit } = await candidate(opened, 'refs/ratchet/r/1', 'more')
    expect(await keptRefs.bytesHeldBy('refs/ratchet/')).toBeGreaterThan(0)
    await keptRefs.keepBaseline(commit)
    await keptRefs.keepBaseline('f'.repeat(40))
    expect(target.git('rev-parse', `refs/ratchet/baseline/${commit}`)).toBe(commit)
  })
})

/** A run of three candidates of which the second was accepted, a single change on a baseline that only it holds, and another run that goes on. */
async function history(opened: Opened): Promise<{ readonly ports: PrunePorts; readonly before: string }> {
  const { workspace, head } = opened
  const clock = tickingClock()
  const journal = createMemoryJournal({ clock })
  const made = async (run: string | null, id: string, step: number, ref: string): Promise<NewEvent> => {
    const stored = await candidate(opened, ref, `${run ?? ''}${id}`)
    const proposal = { id, proposer: 'genetic' as const, parent: head.id, edits: [], operator: 'o', rationale: 'r' }
    return { kind: 'proposal-made', body: { run, step, proposal, ...stored, baseline: head.id, editsDigest: 'd' } }
  }
  const run = 'aaaaaaaa'
  await journal.append([
    runStarted(run, { baseline: head.id }),
    await made(run, 'p1', 1, `refs/ratchet/${run}/1`), await made(run, 'p2', 2, `refs/ratchet/${run}/2`), await made(run, 'p3', 0, `refs/ratchet/${run}/settled/p3`),
    decisionMade(run, 'p2', decisionOf('accepted', null)),
    { kind: 'step-skipped', body: { run, step: 3, parent: head.id, editsDigest: 'd', reason: 'duplicate' } },
    runFinished(run, 'p2'),
    await made(null, 'x1', 0, 'refs/ratchet/changes/x1'),
    runStarted('bbbbbbbb', { baseline: head.id }),
    await made('bbbbbbbb', 'q1', 1, 'refs/ratchet/bbbbbbbb/1'),
  ])
  const first = opened.target.git('rev-parse', `refs/ratchet/${run}/1`)
  opened.target.git('update-ref', `refs/ratchet/patches/${'1'.repeat(16)}`, opened.target.git('rev-parse', 'refs/ratchet/changes/x1'))
  await candidate(opened, `refs/ratchet/${run}/3`, 'duplicate')
  await workspace.candidates.store({ parent: first, changes: [{ path: 'a.txt', content: bytes('mutant') }], message: 'canary\n', ref: `refs/ratchet/canaries/${first.slice(0, 16)}/1` })
  const ports = { journal, index: journal, revisions: workspace.revisions, refs: workspace.keptRefs, caches: { list: async () => [], remove: async () => undefined } }
  return { ports, before: clock().toISOString() }
}

const signal = new AbortController().signal

describe('pruning a repository', () => {
  it('removes exactly what was given up, and what hangs on it', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const { ports, before } = await history(opened)
    const foreign = ['refs/ratchet/aaaaaaaa/9', 'refs/ratchet/notes', 'refs/ratchet/canaries/none/1', `refs/ratchet/patches/${'2'.repeat(16)}`]
    for (const ref of foreign) opened.target.git('update-ref', ref, 'HEAD')
    const limits = { before, interrupted: false }
    expect(await planPrune(ports, limits, signal)).toMatchObject({ runs: ['aaaaaaaa'], proposals: ['x1'], refs: 6 })
    expect(await pruneTarget(ports, limits, signal)).toMatchObject({ runs: ['aaaaaaaa'], proposals: ['x1'], refs: 6, left: 0 })
    expect((await opened.workspace.keptRefs.list()).map(({ ref }) => ref)).toEqual(['refs/ratchet/aaaaaaaa/2', 'refs/ratchet/bbbbbbbb/1', ...foreign].toSorted())
    expect(await pruneTarget(ports, limits, signal)).toMatchObject({ runs: [], proposals: [], refs: 0 })
    expect((await ports.journal.head()).sequence).toBe(12)
  })

  it('keeps what somebody else kept names as well, and lets go of baselines that nothing kept was judged on', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const { ports, before } = await history(opened)
    const x1 = opened.target.git('rev-parse', 'refs/ratchet/changes/x1')
    const again: NewEvent = { kind: 'proposal-made', body: { run: null, step: 0, proposal: { id: 'y1', proposer: 'human', parent: opened.head.id, edits: [], operator: 'o', rationale: 'r' }, commit: x1, tree: 't', baseline: opened.head.id, editsDigest: 'd' } }
    await ports.journal.append([again, decisionMade(null, 'y1', decisionOf('accepted', null), { purpose: 'single' })])
    const [pinned, patch] = [`refs/ratchet/baseline/${x1}`, `refs/ratchet/patches/${'1'.repeat(16)}`]
    opened.target.git('update-ref', pinned, x1)
    expect(await pruneTarget(ports, { before, interrupted: false }, signal)).toMatchObject({ proposals: ['x1'], left: 0 })
    const refs = (await opened.workspace.keptRefs.list()).map(({ ref }) => ref)
    expect([refs.includes(pinned), refs.includes(patch), refs.includes('refs/ratchet/changes/x1')]).toEqual([false, true, false])
  })

  it('killed half-way is closed by the next writer and finished by the next prune; what is kept keeps its baseline', async () => {
    const opened = await openedRepository({ 'a.txt': 'a' })
    const { ports, before } = await history(opened)
    opened.target.git('commit', '--quiet', '--amend', '--allow-empty', '-m', 'another history')
    const killed = { ...ports, refs: { ...ports.refs, remove: () => Promise.reject(new TypeError('killed')) } }
    await expect(pruneTarget(killed, { before, interrupted: false }, signal)).rejects.toThrow('killed')
    expect(opened.target.git('rev-parse', `refs/ratchet/baseline/${opened.head.id}`)).toBe(opened.head.id)
    expect([await settlePrunes(ports), await settlePrunes(ports)]).toEqual([1, 0])
    expect(await pruneTarget(ports, { before, interrupted: false }, signal)).toMatchObject({ runs: [], proposals: [], refs: 6 })
    expect(await pruneTarget(ports, { before: '2100-01-01T00:00:00.000Z', interrupted: true }, signal)).toMatchObject({ runs: ['bbbbbbbb'] })
  })
})

