import { execFileSync } from 'node:child_process'
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqliteJournal } from '../../packages/core/src/adapters/sqlite-journal/sqlite-journal.ts'
import { proposalMade } from '../../packages/core/src/testing/sample-events.ts'
import { copyOf, makeTarget, ratchet, shellTarget, type Target } from '../target.ts'

interface Verified {
  readonly ok: boolean
  readonly events: number
  readonly brokenAt: number
  readonly problem: string
  readonly log: { readonly size: number; readonly signed: number | null; readonly kept: number; readonly root: string }
}

const inState = (target: Target, name: string): string => path.join(target.directory, '.ratchet', name)
const keysOf = (target: Target): string => path.join(target.configHome, 'ratchet/keys')

let prepared: Target
beforeAll(async () => {
  prepared = await makeTarget(shellTarget)
  await prepared.commit({ 'src/cost': '50\n' })
  expect((await prepared.ratchet('evaluate', 'HEAD')).code).toBe(0)
})
afterAll(() => prepared[Symbol.asyncDispose]())

/** A target whose last commit is judged, with a journal and keys of its own. */
const judged = (): Promise<Target> => copyOf(prepared)

/** Another change, judged. */
async function judgeMore(target: Target, cost: string): Promise<Awaited<ReturnType<Target['ratchet']>>> {
  await target.commit({ 'src/cost': `${cost}\n` })
  return target.ratchet('evaluate', 'HEAD')
}

async function verified(target: Target, ...args: readonly string[]): Promise<Verified & { readonly code: number | null }> {
  const { code, document } = await target.json<Verified>('verify', ...args)
  return { ...document, code }
}

// Each runs many commands, one after the other.
const patience = { timeout: 180_000 }

describe('the record', patience, () => {
  it('is signed as it goes, shown by status, kept in a note, and checked against what was kept', async () => {
    await using target = await judged()
    const kept = path.join(target.directory, '../kept.txt')
    await cp(inState(target, 'log/checkpoint'), kept)
    expect(`${await target.git('notes', '--ref=ratchet-checkpoint', 'show', 'HEAD')}\n`).toBe(await readFile(kept, 'utf8'))
    expect((await judgeMore(target, '25')).code).toBe(0)
    const { document: keys } = await target.json<readonly { readonly key: string; readonly isHere: boolean }[]>('keys', 'show')
    expect(keys).toMatchObject([{ key: expect.stringMatching(/^ratchet\/[0-9a-f]{16}\+/) as string, isHere: true }])
    const { document: status } = await target.json<{ readonly journal: { readonly sequence: number }; readonly log: { readonly size: number; readonly root: string; readonly key: string } }>('status')
    const result = await verified(target, '--checkpoint', kept, '--key', keys[0]?.key ?? '')
    expect(result).toMatchObject({ code: 0, ok: true, log: { signed: status.journal.sequence, kept: 3, size: status.log.size, root: status.log.root } })
    expect(status.log.key).toBe(keys[0]?.key)
    expect((await target.ratchet('verify')).stdout).toContain(`root ${status.log.root}`)
  })

  it('is verified by anybody who has the repository and a public key', async () => {
    await using target = await judged()
    const [kept, file] = [inState(target, 'log/checkpoint'), path.join(target.directory, '../key.txt')]
    const { document: keys } = await target.json<readonly { readonly key: string }[]>('keys', 'show')
    await writeFile(file, `${keys[0]?.key ?? ''}\n`)
    await rm(target.configHome, { recursive: true })
    expect(await verified(target, '--key', file, '--checkpoint', kept)).toMatchObject({ code: 0, ok: true })
    // Nobody ever writes to it: what is no plain file is not waited for.
    const pipe = path.join(target.directory, '../pipe')
    execFileSync('mkfifo', [pipe])
    expect((await target.ratchet('verify', '--checkpoint', pipe)).code).toBe(2)
    for (const bad of ['nowhere', kept, pipe]) expect((await target.ratchet('verify', '--key', bad)).code).toBe(2)
    expect((await target.ratchet('verify', '--checkpoint', 'nowhere')).code).toBe(2)
  })

  it('that was rolled back stops every command that writes, which leaves it as it is, and verify says where it ends', async () => {
    await using target = await judged()
    const early = path.join(target.directory, '../early')
    await cp(path.join(target.directory, '.ratchet'), early, { recursive: true })
    const events = (await verified(target)).events
    expect((await judgeMore(target, '25')).code).toBe(0)
    // The journal alone.
    for (const name of await readdir(inState(target, ''))) if (name.startsWith('journal')) await rm(inState(target, name))
    await cp(path.join(early, 'journal.sqlite'), inState(target, 'journal.sqlite'))
    const before = await readFile(inState(target, 'journal.sqlite'))
    const refused = await judgeMore(target, '20')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/not the one that was signed[\s\S]*ratchet verify/)])
    expect((await readFile(inState(target, 'journal.sqlite'))).equals(before)).toBe(true)
    expect(await verified(target)).toMatchObject({ code: 1, ok: false, brokenAt: events + 1, problem: 'rolled-back' })
    // The whole folder: the note in the repository is left.
    await rm(path.join(target.directory, '.ratchet'), { recursive: true })
    await cp(early, path.join(target.directory, '.ratchet'), { recursive: true })
    expect(await verified(target)).toMatchObject({ code: 1, ok: false, brokenAt: events + 1, problem: 'rolled-back' })
    expect(await target.ratchet('evaluate', 'HEAD')).toMatchObject({ code: 1, stderr: expect.stringContaining('note') as string })
  })

  it('that was rolled back stops them also where nothing is left of its log, and is found after another journal was begun meanwhile', async () => {
    await using target = await judged()
    const [state, early] = [path.join(target.directory, '.ratchet'), path.join(target.directory, '../early')]
    await cp(state, early, { recursive: true })
    const { events } = await verified(target)
    const bare = await target.git('rev-parse', 'HEAD')
    expect((await judgeMore(target, '25')).code).toBe(0)
    const putBack = async (): Promise<void> => {
      await rm(state, { recursive: true })
      await cp(early, state, { recursive: true })
    }
    await putBack()
    await rm(path.join(state, 'log'), { recursive: true })
    expect(await target.ratchet('evaluate', 'HEAD')).toMatchObject({ code: 1, stderr: expect.stringContaining('note') as string })
    expect((await readdir(state)).includes('log')).toBe(false)
    expect(await target.git('rev-parse', 'HEAD~1')).toBe(bare)
    // Another journal, which writes its own checkpoint on the same commit.
    await rm(state, { recursive: true })
    expect((await target.ratchet('evaluate', 'HEAD')).code).toBe(0)
    expect(await verified(target)).toMatchObject({ code: 0, ok: true })
    await putBack()
    expect(await verified(target)).toMatchObject({ code: 1, ok: false, brokenAt: events + 1, problem: 'rolled-back' })
    expect((await target.ratchet('evaluate', 'HEAD')).code).toBe(1)
  })

  it('is held against every checkpoint that is given, whatever an editor made of its line ends', async () => {
    await using target = await judged()
    const [good, bad, odd] = ['good', 'bad', 'odd'].map((name) => path.join(target.directory, '..', name)) as [string, string, string]
    const note = await readFile(inState(target, 'log/checkpoint'), 'utf8')
    await writeFile(good, note)
    await writeFile(bad, note.replace(/^ratchet\/./, 'ratchet/x'))
    await writeFile(odd, `\u{feff}${note.replaceAll('\n', '\r\n')}`)
    expect(await verified(target, '--checkpoint', good, '--checkpoint', odd)).toMatchObject({ code: 0, ok: true })
    for (const order of [[good, bad], [bad, good], [odd, bad, odd]]) expect(await verified(target, ...order.flatMap((file) => ['--checkpoint', file]))).toMatchObject({ code: 1, ok: false })
  })

  it('that was put back without its log is held against its notes before anything moves', async () => {
    await using target = await judged()
    const { document } = await target.json<{ readonly id: string }>('evaluate', 'HEAD')
    const early = path.join(target.directory, '../early')
    await cp(path.join(target.directory, '.ratchet'), early, { recursive: true })
    expect((await judgeMore(target, '25')).code).toBe(0)
    const ahead = path.join(target.directory, '../ahead')
    await cp(path.join(target.directory, '.ratchet'), ahead, { recursive: true })
    const putBack = async (from: string): Promise<void> => {
      await rm(path.join(target.directory, '.ratchet'), { recursive: true })
      await cp(from, path.join(target.directory, '.ratchet'), { recursive: true })
      await rm(inState(target, 'log'), { recursive: true })
    }
    await putBack(early)
    expect(await target.ratchet('apply', document.id, '--branch', 'ready')).toMatchObject({ code: 1, stderr: expect.stringMatching(/not the one that was signed[\s\S]*note/) as string })
    await expect(target.git('rev-parse', '--verify', '--quiet', 'ready')).rejects.toThrow()
    await putBack(ahead)
    expect((await target.ratchet('apply', document.id, '--branch', 'ready')).code).toBe(0)
  })

  it('of an older Ratchet, without a key, is signed by the next command', async () => {
    await using target = await makeTarget(shellTarget)
    const journal = await openSqliteJournal({ directory: inState(target, ''), mode: 'write', clock: () => new Date() })
    await journal.append([proposalMade(null, 'a'.repeat(12))])
    await journal[Symbol.asyncDispose]()
    expect(await verified(target)).toMatchObject({ code: 0, events: 1, log: { signed: null } })
    expect((await judgeMore(target, '50')).code).toBe(0)
    const result = await verified(target)
    expect(result).toMatchObject({ code: 0, ok: true })
    expect(result.log.signed).toBe(result.events)
  })

  it('whose tiles are gone says so, and has them made anew by the next command', async () => {
    await using target = await judged()
    await rm(inState(target, 'log/tile'), { recursive: true })
    expect(await verified(target)).toMatchObject({ code: 1, ok: false, problem: 'tile' })
    expect((await judgeMore(target, '25')).code).toBe(0)
    expect(await verified(target)).toMatchObject({ code: 0, ok: true })
  })

  it('goes on under another key, for which the old one vouches', async () => {
    await using target = await judged()
    const { document: before } = await target.json<readonly { readonly key: string }[]>('keys', 'show')
    const { document: rotated } = await target.json<{ readonly key: string; readonly endorsed: boolean }>('keys', 'rotate')
    expect(rotated.endorsed).toBe(true)
    for (const key of [before[0]?.key ?? '', rotated.key]) expect(await verified(target, '--key', key)).toMatchObject({ code: 0, ok: true })
    await rm(target.configHome, { recursive: true })
    expect(await target.ratchet('keys', 'rotate')).toMatchObject({ code: 2, stderr: expect.stringContaining('--lost') as string })
    const unsigned = await judgeMore(target, '25')
    expect([unsigned.code, unsigned.stderr]).toEqual([0, expect.stringContaining('not on this machine')])
    expect((await verified(target)).log.signed).toBeLessThan((await verified(target)).events)
    const { document: lost } = await target.json<{ readonly key: string }>('keys', 'rotate', '--lost')
    expect(await verified(target)).toMatchObject({ code: 1, ok: false, problem: 'key' })
    expect(await verified(target, '--key', lost.key)).toMatchObject({ code: 0, ok: true })
    expect(await verified(target, '--key', rotated.key)).toMatchObject({ code: 1, ok: false, problem: 'key' })
  })
})

describe('private keys', patience, () => {
  it('that others may read stop a command before it writes', async () => {
    await using target = await makeTarget(shellTarget)
    await mkdir(keysOf(target), { recursive: true })
    await chmod(keysOf(target), 0o755)
    await target.commit({ 'src/cost': '50\n' })
    const { code, stderr } = await target.ratchet('evaluate', 'HEAD')
    expect([code, stderr]).toEqual([2, expect.stringContaining('chmod 700')])
    expect((await target.json<{ readonly journal: { readonly sequence: number } }>('status')).document.journal.sequence).toBe(0)
  })

  it('are written nowhere but where the user keeps such things', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n' })
    const { XDG_CONFIG_HOME: _, ...environment } = process.env
    for (const [odd, message] of [[{ HOME: '' }, 'HOME'], [{ HOME: 'home' }, 'HOME'], [{ XDG_CONFIG_HOME: '/dev/null' }, 'XDG_CONFIG_HOME']] as const) {
      const place = { ...environment, XDG_CONFIG_HOME: '', XDG_CACHE_HOME: path.join(target.configHome, 'cache'), ...odd }
      expect(await ratchet(['evaluate', 'HEAD', '--target', target.directory], { cwd: target.directory, environment: place })).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string })
    }
    expect(await target.git('status', '--porcelain', '--ignored', '--', 'ratchet', 'home', '.config')).toBe('')
  })

  it('are out of reach of what is evaluated, and never shown as a toolchain', async () => {
    await using target = await judged()
    const [name = ''] = await readdir(keysOf(target))
    const steal = `cat '${path.join(keysOf(target), name)}' && exit 1; ls '${target.configHome}' && exit 1; echo 1..1; echo ok 1 - safe\n`
    await target.commit({ 'check/test.sh': steal })
    await target.commit({ 'src/cost': '25\n' })
    const { document } = await target.json<{ readonly verdict: string; readonly tests: { readonly candidate: { readonly passed: number } } }>('evaluate', 'HEAD')
    expect(document).toMatchObject({ tests: { candidate: { passed: 1 } } })
    for (const shown of [target.configHome, keysOf(target)]) {
      await target.commit({ 'ratchet.yaml': `${String(shellTarget['ratchet.yaml']).replace('sandbox: {', `sandbox: { toolchains: ["${shown}"],`)}` })
      await target.commit({ 'src/cost': `${shown.length}\n` })
      expect(await target.ratchet('evaluate', 'HEAD')).toMatchObject({ code: 2, stderr: expect.stringContaining('private keys') as string })
    }
  })
})
