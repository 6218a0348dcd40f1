import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quickTarget, shorter } from '../kills/scenes.ts'
import { makeTarget, startRatchet, type Target } from '../target.ts'

const exec = promisify(execFile)
const verifier = fileURLToPath(new URL('../../docs/verify-export.py', import.meta.url))
const command = fileURLToPath(new URL('../../packages/cli/bin/ratchet.js', import.meta.url))

interface Made {
  readonly target: Target
  /** Approved, applied and reverted. */
  readonly used: string
  /** Rejected. */
  readonly bad: string
  /** Finished; its first candidate's ref stands for somebody else's commit now. */
  readonly finished: string
  readonly interrupted: readonly [string, string]
  readonly before: string
}

const made: { current: Made | null } = { current: null }
const there = (): Made => made.current as Made

async function runs(target: Target): Promise<readonly string[]> {
  const { document } = await target.json<readonly { readonly kind: string; readonly body: { readonly run: string } }[]>('log')
  return document.filter(({ kind }) => kind === 'run-started').map(({ body }) => body.run)
}

/** A run that is killed once it has proposed something. */
async function interruptedRun(target: Target, seed: string): Promise<string> {
  const known = new Set(await runs(target))
  const { child, outcome } = startRatchet(['run', '--seed', seed, '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } })
  const isUnderWay = async (): Promise<boolean> => {
    await using journal = await openSqliteJournal({ directory: path.join(target.directory, '.ratchet'), mode: 'read', clock: () => new Date() })
    let run = ''
    for await (const event of journal.ofKinds(['run-started', 'proposal-made'])) {
      if (event.kind === 'run-started' && !known.has(event.body.run)) run = event.body.run
      if (event.kind === 'proposal-made' && event.body.run === run && run !== '') return true
    }
    return false
  }
  while (child.exitCode === null && !(await isUnderWay())) await sleep(5)
  child.kill('SIGKILL')
  await outcome
  return (await runs(target)).find((run) => !known.has(run)) ?? ''
}

async function prepare(): Promise<Made> {
  const target = await makeTarget(quickTarget)
  const judge = async (name: string, text: string): Promise<string> => {
    await target.git('checkout', '--quiet', '-b', name)
    await target.commit({ 'src/common.cjs': text }, name)
    await target.git('checkout', '--quiet', 'main')
    const { document } = await target.json<{ readonly id: string }>('evaluate', name)
    return document.id
  }
  const before = await target.git('rev-parse', 'HEAD')
  const [used, bad] = [await judge('good', shorter), await judge('bad', '')]
  await target.git('branch', '--quiet', '-D', 'good')
  for (const args of [['approve', used, '--yes', '--reason', 'read it'], ['apply', used], ['revert', used, '--reason', 'slower in production'], ['run', '--seed', '7']]) expect([0, 4]).toContain((await target.ratchet(...args)).code)
  const finished = (await runs(target))[0] ?? ''
  const interrupted = [await interruptedRun(target, '8'), await interruptedRun(target, '9')] as const
  return { target, used, bad, finished, interrupted, before }
}

beforeAll(async () => void (made.current = await prepare()), 240_000)
afterAll(() => made.current?.target[Symbol.asyncDispose]())

const refsOf = async ({ target }: Made): Promise<readonly string[]> => (await target.git('for-each-ref', '--format=%(refname)', 'refs/ratchet')).split('\n')

describe('the record over time', { timeout: 120_000 }, () => {
  it('keeps the state before every apply and revert, to be put back with git alone', async () => {
    const { target, before } = there()
    const backups = (await target.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/ratchet/backup')).split('\n').map((line) => line.split(' '))
    const applied = await target.git('rev-parse', 'main^')
    expect(Object.fromEntries(backups)).toEqual({ [`refs/ratchet/backup/${applied}`]: before, [`refs/ratchet/backup/${await target.git('rev-parse', 'main')}`]: applied })
    await target.git('branch', 'restored', `refs/ratchet/backup/${applied}`)
    expect(await target.git('show', 'restored:src/common.cjs')).toBe(String(quickTarget['src/common.cjs']).trim())
  })

  it('is told in figures', async () => {
    const { target } = there()
    const { document } = await target.json<Record<string, unknown>>('metrics')
    expect(document).toMatchObject({
      runs: { started: 3, finished: 1 },
      consents: { approved: 1 },
      applications: { applied: 1, automatic: 0, manual: 1, approved: 1 },
      reverts: { reverted: 1, regressionRate: 1, reasons: { 'slower in production': 1 } },
      volume: { backups: 2 },
    })
    expect((await target.ratchet('metrics')).stdout).toContain('slower in production')
    expect((await target.json<{ readonly events: number }>('metrics', '--since', '2100-01-01')).document.events).toBe(0)
    for (const odd of ['2026-02-30']) expect((await target.ratchet('metrics', '--since', odd)).code).toBe(2)
  })

  it('is exported, atomically and to plain files only, and an independent program finds it intact', async () => {
    const { target } = there()
    const file = path.join(target.directory, '../audit.jsonl')
    expect((await target.ratchet('log', '--export', file)).code).toBe(0)
    const { document: keys } = await target.json<readonly { readonly key: string }[]>('keys', 'show')
    if (existsSync('/usr/bin/python3')) expect(spawnSync('/usr/bin/python3', ['-B', verifier, file, '--key', keys[0]?.key ?? ''], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: expect.stringMatching(/^intact/) as string })
    expect((await target.ratchet('log', '--export', '-')).stdout).toBe(await readFile(file, 'utf8'))
    const link = path.join(target.directory, '../link')
    await symlink(file, link)
    for (const place of [link, path.join(target.directory, '.git/config'), '/dev/null']) expect([place, (await target.ratchet('log', '--export', place)).code]).toEqual([place, 2])
    expect((await target.ratchet('log', '--export', file, '--after', '3')).code).toBe(2)
  })

  it('says so, and fails, where its answer cannot be written', async () => {
    const { target } = there()
    for (const args of ['log --json', 'log --export -']) {
      for (const [where, what] of [['> /dev/full', 'ENOSPC'], ['| true', 'EPIPE']] as const) {
        const failed = await exec('bash', ['-c', `set -o pipefail; sleep 0.2; ${process.execPath} ${command} ${args} --target ${target.directory} ${where}`], { env: { ...process.env, XDG_CONFIG_HOME: target.configHome } }).then(() => null, (error: { readonly code: number; readonly stderr: string }) => error)
        expect([args, failed?.code, failed?.stderr]).toEqual([args, 1, expect.stringContaining(what) as string])
        expect(failed?.stderr).not.toMatch(/\n {4}at /)
      }
    }
  })

  it('is not pruned while somebody writes to it', async () => {
    const { target } = there()
    await using _ = await openSqliteJournal({ directory: path.join(target.directory, '.ratchet'), mode: 'write', clock: () => new Date() })
    expect(await target.ratchet('prune', '--keep-days', '0')).toMatchObject({ code: 1, stderr: expect.stringContaining('another Ratchet process') as string })
    expect((await target.ratchet('prune', '--keep-days', '0', '--dry-run')).code).toBe(0)
  })

  it('loses by a prune what is old and nothing rests on, and nothing else', async () => {
    const { target, used, bad, finished, interrupted } = there()
    // Somebody else's, in the same place: another name, a symbolic ref, one of ours that was moved, and a link out of the repository.
    await target.git('update-ref', 'refs/ratchet/mine/kept', 'HEAD')
    await target.git('symbolic-ref', `refs/ratchet/${finished}/2`, 'refs/heads/bad')
    await target.git('update-ref', `refs/ratchet/${finished}/1`, 'HEAD')
    const outside = path.join(target.directory, '../outside')
    await mkdir(outside)
    await writeFile(path.join(outside, '1'), `${await target.git('rev-parse', `refs/ratchet/${interrupted[0]}/1`)}\n`)
    await symlink(outside, path.join(target.directory, `.git/refs/ratchet/changes/linked`))
    const before = await refsOf(there())
    const dry = await target.json<{ readonly runs: readonly string[]; readonly proposals: readonly string[]; readonly refs: number }>('prune', '--keep-days', '0', '--dry-run')
    expect(dry.document).toMatchObject({ runs: [finished], proposals: [bad] })
    expect(await refsOf(there())).toEqual(before)
    expect((await target.ratchet('prune')).stdout).toContain('nothing to prune')
    const { document } = await target.json<Record<string, unknown>>('prune', '--keep-days', '0')
    expect(document).toMatchObject({ runs: [finished], proposals: [bad], refs: dry.document.refs, left: 0 })
    const gone = before.filter((ref) => ref.startsWith(`refs/ratchet/${finished}/`) ? !/\/[12]$/.test(ref) : ref === `refs/ratchet/changes/${bad}`)
    expect(gone.length).toBe(dry.document.refs)
    expect(await refsOf(there())).toEqual(before.filter((ref) => !gone.includes(ref)))
    expect(await target.git('rev-parse', 'bad')).toMatch(/^[0-9a-f]{40}$/)
    expect(existsSync(path.join(outside, '1'))).toBe(true)
    expect((await target.ratchet('verify')).stdout).toContain('1 prune kept to the rule')
    await target.git('reflog', 'expire', '--expire=now', '--all')
    await target.git('gc', '--quiet', '--prune=now')
    expect((await target.ratchet('show', used, '--diff')).stdout).toContain('-    size = right.length')
    expect((await target.ratchet('prune', '--keep-days', '0')).stdout).toContain('nothing to prune')
  })

  it('refuses what was pruned, shows what it knows of it, and takes it back when it is judged again', async () => {
    const { target, bad, before } = there()
    const exported = path.join(target.directory, '../exported.patch')
    for (const args of [['show', bad, '--diff'], ['apply', bad], ['edit', bad, '--reason', 'none', '--export', exported], ['propose', path.join(target.directory, '.git/HEAD'), '--parent', bad]]) expect(await target.ratchet(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('given up by `ratchet prune`') as string })
    expect((await target.ratchet('show', bad)).stdout).toContain('pruned at')
    expect((await target.ratchet('evaluate', 'bad', '--baseline', before)).code).toBe(3)
    expect((await target.ratchet('show', bad, '--diff')).code).toBe(0)
  })

  it('resumes a run that was not pruned, and refuses one that was', async () => {
    const { target, interrupted: [first, second] } = there()
    expect([0, 4]).toContain((await target.ratchet('run', '--resume', first)).code)
    expect((await target.json<{ readonly runs: readonly string[] }>('prune', '--keep-days', '0', '--interrupted')).document.runs).toContain(second)
    expect(await target.ratchet('run', '--resume', second)).toMatchObject({ code: 2, stderr: expect.stringContaining('given up by `ratchet prune`') as string })
    const status = (await target.ratchet('status')).stdout
    expect(status).toMatch(new RegExp(`${second}.*given up`))
    expect(status).not.toContain(`--resume ${second}`)
    expect((await target.ratchet('verify')).code).toBe(0)
  })

  it('says by verify that somebody gave up what something rests on', async () => {
    const { target, used } = there()
    {
      await using journal = await openSqliteJournal({ directory: path.join(target.directory, '.ratchet'), mode: 'write', clock: () => new Date() })
      await journal.append([{ kind: 'prune-intended', body: { prune: 'x', before: new Date().toISOString(), interrupted: true, runs: [], proposals: [used] } }])
    }
    const { code, document } = await target.json<{ readonly problem: string; readonly detail: string }>('verify')
    expect([code, document.problem, document.detail]).toEqual([1, 'retention', expect.stringContaining(used) as string])
  })
})
