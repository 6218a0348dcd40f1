import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consent, NewEvent } from '@ratchet/core'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeTarget, ratchet, shellTarget, type Outcome, type Target, type Verdict } from '../target.ts'

/** A reported figure: nobody but a person may accept a gain in it. */
const asking = String(shellTarget['ratchet.yaml']).replace('trustReported: true', 'trustReported: false')

interface Person {
  readonly name: string
  /** What proves it on the command line. */
  readonly proof: readonly string[]
  readonly entry: string
}

interface Scene extends Target {
  readonly as: (...args: readonly string[]) => Promise<Outcome>
  /** A judged change that needs approval; returns its id. */
  readonly propose: (cost: number, branch?: string) => Promise<string>
  readonly approve: (id: string, person: Person, ...more: readonly string[]) => Promise<Outcome>
  readonly append: (...events: readonly NewEvent[]) => Promise<void>
  readonly consents: (id: string) => Promise<readonly Consent[]>
}

async function userFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ratchet-people-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function withKey(name: string): Promise<Person> {
  const file = path.join(await userFolder(), 'id')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file])
  return { name, proof: ['--key', file], entry: `{ name: ${name}, key: ${JSON.stringify((await readFile(`${file}.pub`, 'utf8')).trim())} }` }
}

async function withToken(name: string, secret = `${name}-${'0123456789'.repeat(3)}`): Promise<Person> {
  const file = path.join(await userFolder(), 'token')
  await writeFile(file, `${secret}\n`, { mode: 0o600 })
  return { name, proof: ['--token-file', file], entry: `{ name: ${name}, token: "sha256:${createHash('sha256').update(secret).digest('hex')}" }` }
}

async function scene(people: readonly Person[], more = ''): Promise<Scene> {
  const section = people.length === 0 ? '' : `consent: { approvers: [${people.map(({ entry }) => entry).join(', ')}]${more} }\n`
  const target = await makeTarget({ ...shellTarget, 'notes.txt': 'one\n', 'ratchet.yaml': `${asking}${section}` })
  const user = await userFolder()
  onTestFinished(() => target[Symbol.asyncDispose]())
  const as: Scene['as'] = (...args) => ratchet([...args, '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: user } })
  const propose: Scene['propose'] = async (cost, branch = `cost-${cost}`) => {
    await target.git('checkout', '--quiet', '-b', branch)
    await target.commit({ 'src/cost': `${cost}\n` }, `cost ${cost}`)
    await target.git('checkout', '--quiet', 'main')
    const { code, stdout } = await as('evaluate', branch, '--json')
    const document = JSON.parse(stdout) as Verdict
    expect([code, document.verdict]).toEqual([5, 'approval-required'])
    return document.id
  }
  const approve: Scene['approve'] = (id, person, ...rest) => as('approve', id, '--reason', 'read every line', '--yes', ...person.proof, ...rest)
  const journal = async (): ReturnType<typeof openSqliteJournal> => openSqliteJournal({ directory: path.join(target.directory, '.ratchet'), mode: 'write', clock: () => new Date() })
  const append: Scene['append'] = async (...events) => {
    await using open = await journal()
    await open.append(events)
  }
  const consents: Scene['consents'] = async (id) => {
    await using open = await journal()
    const found: Consent[] = []
    for await (const event of open.ofProposal(id)) if (event.kind === 'consent-given') found.push(event.body)
    return found
  }
  return { ...target, as, propose, approve, append, consents }
}

const refused = (text: string): object => ({ code: 5, stdout: expect.stringContaining(text) as string })

describe('a proposal that needs approval', { timeout: 180_000 }, () => {
  it('is applied with it and not without, and the commit and the journal say by whom', async () => {
    const jane = await withKey('jane')
    const target = await scene([jane])
    const id = await target.propose(50)
    expect(await target.as('apply', id)).toMatchObject(refused(`needs 1 approval: ratchet approve ${id}`))
    for (const command of [['show', id], ['proposals'], ['status']]) expect((await target.as(...command)).stdout).toContain(`needs 1 approval: ratchet approve ${id}`)
    const approved = await target.approve(id, jane)
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining(`approved by jane: ratchet apply ${id}`), stderr: expect.stringMatching(/approval required[^]*reported-figure[^]*M src\/cost[^]*1 files, 1 lines added, 1 removed/) })
    expect((await target.as('show', id)).stdout).toMatch(/approved by jane \(ssh\) at .*read every line/)
    expect((await target.as('apply', id)).code).toBe(0)
    expect(await target.git('show', 'HEAD:src/cost')).toBe('50')
    expect(await target.git('log', '-1', '--format=%(trailers:key=Ratchet-Approved-By,valueonly)')).toBe('jane')
    expect(await target.as('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 applications rest on approvals that hold') })
    expect(await target.approve(id, jane)).toMatchObject({ code: 2, stderr: expect.stringContaining('already applied') })
    expect((await target.as('revert', id)).code).toBe(0)
  })

  it('can be approved by anybody where nobody is named, which is recorded as unverified', async () => {
    const target = await scene([])
    const id = await target.propose(50)
    expect(await target.as('approve', id, '--reason', 'mine')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    expect(await target.as('approve', id, '--reason', '  ', '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('reason') })
    expect((await target.as('approve', id, '--yes')).code).toBe(2)
    expect(await target.as('approve', id, '--reason', 'mine', '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('unverified') })
    expect((await target.as('apply', id)).code).toBe(0)
    expect(await target.git('log', '-1', '--format=%B')).toMatch(/Ratchet-Approved-By: .+ \(unverified\)/)
    expect((await target.as('verify')).code).toBe(0)
  })

  it('needs as many people as the configuration says, whatever they prove it with', async () => {
    const [jane, john] = [await withKey('jane'), await withToken('john')]
    const janeAgain = await withToken('jane')
    const target = await scene([jane, janeAgain, john], ', needed: 2')
    const id = await target.propose(50)
    expect(await target.approve(id, jane)).toMatchObject({ code: 0, stdout: expect.stringContaining('needs 2 approvals, has 1') })
    expect((await target.approve(id, janeAgain)).stdout).toContain('needs 2 approvals, has 1')
    expect((await target.as('apply', id)).code).toBe(5)
    expect((await target.approve(id, john)).stdout).toContain('approved by')
    expect((await target.as('apply', id)).code).toBe(0)
    expect((await target.git('log', '-1', '--format=%(trailers:key=Ratchet-Approved-By,valueonly)')).split('\n')).toEqual(['jane', 'john'])
    expect((await target.as('verify')).code).toBe(0)
  })

  it('is stopped by a rejection until the same person approves, and waits while it is deferred', async () => {
    const [jane, john] = [await withToken('jane'), await withKey('john')]
    const target = await scene([jane, john])
    const id = await target.propose(50)
    expect((await target.as('reject', id, '--reason', 'not now', ...jane.proof)).code).toBe(0)
    expect((await target.approve(id, john)).stdout).toContain('rejected by jane (not now)')
    expect(await target.as('apply', id)).toMatchObject({ code: 3, stdout: expect.stringContaining('rejected by jane') })
    expect((await target.as('defer', id, '--reason', 'tomorrow', ...jane.proof)).code).toBe(0)
    expect((await target.as('defer', id, '--reason', 'tomorrow', ...john.proof)).stdout).toContain('deferred by')
    expect(await target.as('apply', id)).toMatchObject(refused('deferred by jane (tomorrow)'))
    expect((await target.approve(id, jane)).code).toBe(0)
    expect((await target.as('apply', id)).code).toBe(0)
  })
})

it('a rejection outlives a judgement that would have asked nobody', { timeout: 180_000 }, async () => {
  const { 'ratchet.yaml': _, ...files } = shellTarget
  await using target = await makeTarget({ ...files, '.gitignore': 'ratchet.yaml\n' })
  await target.write({ 'ratchet.yaml': asking })
  await target.git('checkout', '--quiet', '-b', 'idea')
  await target.commit({ 'src/cost': '50\n' })
  await target.git('checkout', '--quiet', 'main')
  const { id } = (await target.json<Verdict>('evaluate', 'idea')).document
  expect((await target.ratchet('reject', id, '--reason', 'no')).code).toBe(0)
  await target.write({ 'ratchet.yaml': String(shellTarget['ratchet.yaml']) })
  expect((await target.json<Verdict>('evaluate', 'idea')).document.verdict).toBe('accepted')
  expect(await target.ratchet('apply', id)).toMatchObject({ code: 3, stdout: expect.stringContaining('rejected by') })
  expect((await target.ratchet('proposals')).stdout).toContain('rejected by')
  expect((await target.ratchet('approve', id, '--reason', 'yes after all', '--yes')).code).toBe(0)
  expect((await target.ratchet('apply', id)).code).toBe(0)
  expect((await target.ratchet('verify')).code).toBe(0)
})

describe('an approval', { timeout: 180_000 }, () => {
  it('ends: after its time, and when the change is judged again', async () => {
    const jane = await withKey('jane')
    const target = await scene([jane], ', expires: 1h')
    const id = await target.propose(50)
    expect(await target.approve(id, jane, '--expires', '2h')).toMatchObject({ code: 2, stderr: expect.stringContaining('that long') })
    expect((await target.approve(id, jane, '--expires', '1s')).code).toBe(0)
    await sleep(1_100)
    expect(await target.as('apply', id)).toMatchObject(refused('it has expired'))
    expect((await target.approve(id, jane)).code).toBe(0)
    expect((await target.as('evaluate', 'cost-50', '--json')).code).toBe(5)
    expect(await target.as('apply', id)).toMatchObject(refused('judged again since'))
    expect((await target.approve(id, jane)).code).toBe(0)
    expect((await target.as('apply', id)).code).toBe(0)
    expect((await target.as('verify')).code).toBe(0)
  })

  it('is worth nothing for another patch, however it is copied', async () => {
    const jane = await withKey('jane')
    const target = await scene([jane])
    const [id, other] = [await target.propose(50), await target.propose(10)]
    expect((await target.approve(id, jane)).code).toBe(0)
    expect((await target.as('apply', other)).code).toBe(5)
    const [consent] = await target.consents(id)
    if (consent === undefined) throw new TypeError('no consent')
    await target.append({ kind: 'consent-given', body: { ...consent, proposal: other } })
    expect(await target.as('apply', other)).toMatchObject(refused('its signature or digest does not hold'))
    const { baseline, commit } = JSON.parse((await target.as('show', other, '--json')).stdout) as { readonly baseline: string; readonly commit: string }
    // A whole application that nobody approved, in a journal whose links hold.
    await target.append({ kind: 'application-intended', body: { application: 'a', proposal: other, ref: 'refs/heads/main', expected: baseline, commit, consents: [consent.digest] } }, { kind: 'application-settled', body: { application: 'a', proposal: other, outcome: 'applied' } })
    expect(await target.as('verify')).toMatchObject({ code: 1, stdout: expect.stringMatching(/applied without the approval that it needed.*\[consent\]/) })
  })

  it('is worth nothing for another base: the merged change is judged, and needs its own', async () => {
    const jane = await withKey('jane')
    const target = await scene([jane])
    const id = await target.propose(50)
    expect((await target.approve(id, jane)).code).toBe(0)
    const tip = await target.commit({ 'notes.txt': 'two\n' }, 'something else')
    const moved = await target.as('apply', id)
    expect(moved).toMatchObject(refused('needs an approval of its own'))
    expect(await target.git('rev-parse', 'HEAD')).toBe(tip)
    const merged = /judged as ([0-9a-f]{12})/.exec(moved.stdout)?.[1] ?? ''
    expect((await target.as('apply', merged)).code).toBe(5)
    expect((await target.approve(merged, jane)).code).toBe(0)
    expect((await target.as('apply', merged)).code).toBe(0)
    expect(await target.git('show', 'HEAD:notes.txt')).toBe('two')
    expect((await target.as('verify')).code).toBe(0)
  })

  it('is not taken from a key, a token or a name that is nobody\'s, or proof that others could have read', async () => {
    const [jane, eve, guess] = [await withKey('jane'), await withKey('eve'), await withToken('jane', 'a guess of the token of jane')]
    const target = await scene([jane, await withToken('jane'), await withToken('john')])
    const id = await target.propose(50)
    expect(await target.approve(id, eve)).toMatchObject({ code: 2, stderr: expect.stringContaining('none of the approvers') })
    expect(await target.approve(id, eve, '--as', 'jane')).toMatchObject({ code: 2 })
    expect(await target.approve(id, jane, '--as', 'john')).toMatchObject({ code: 2, stderr: expect.stringContaining('would not count') })
    expect(await target.approve(id, guess)).toMatchObject({ code: 2, stderr: expect.stringContaining('none of the approvers') })
    // Nor does an edit, which its editor may not approve alone.
    const patch = path.join(await userFolder(), 'patch')
    await writeFile(patch, '--- a/src/cost\n+++ b/src/cost\n@@ -1 +1 @@\n-100\n+40\n')
    expect(await target.as('edit', id, '--patch', patch, '--reason', 'mine', '--as', 'john', ...jane.proof)).toMatchObject({ code: 2, stderr: expect.stringContaining('would not count') })
    expect(await target.as('approve', id, '--reason', 'me', '--yes', '--as', 'jane')).toMatchObject({ code: 2, stderr: expect.stringContaining('--key') })
    const open = path.join(await userFolder(), 'token')
    await writeFile(open, 'x'.repeat(40), { mode: 0o644 })
    expect(await target.as('approve', id, '--reason', 'me', '--yes', '--token-file', open)).toMatchObject({ code: 2, stderr: expect.stringContaining('read by others') })
    await target.write({ 'id': await readFile(jane.proof[1] ?? '', 'utf8') })
    expect(await target.as('approve', id, '--reason', 'me', '--yes', '--key', path.join(target.directory, 'id'))).toMatchObject({ code: 2, stderr: expect.stringContaining('inside the repository') })
    expect(await target.consents(id)).toEqual([])
    expect((await target.as('apply', id)).code).toBe(5)
  })

  it('is not asked for where there is nothing to approve', async () => {
    const jane = await withKey('jane')
    const target = await scene([jane])
    await target.git('checkout', '--quiet', '-b', 'wrong')
    await target.commit({ 'src/answer': 'echo 1\n' })
    await target.git('checkout', '--quiet', 'main')
    const { id } = JSON.parse((await target.as('evaluate', 'wrong', '--json')).stdout) as Verdict
    expect(await target.approve(id, jane)).toMatchObject({ code: 2, stderr: expect.stringContaining('was rejected') })
    expect((await target.as('approve', 'feedbeef', '--reason', 'x', '--yes')).code).toBe(2)
  })

  it('is not taken when the time for an answer has run out', async () => {
    const jane = await withKey('jane')
    const target = await scene([jane], ', timeout: 1s')
    const id = await target.propose(50)
    await sleep(1_100)
    expect(await target.approve(id, jane)).toMatchObject({ code: 2, stderr: expect.stringContaining('run out') })
    expect((await target.as('apply', id)).code).toBe(5)
  })
})
