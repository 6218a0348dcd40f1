import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import type { Consent, EventBodies } from '@ratchet/core'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementDigest } from '../../packages/core/src/consent/consent-statement.ts'
import { canonicalJson } from '../../packages/core/src/journal/canonical-json.ts'
import { genesis, hashEvent, type StoredEvent } from '../../packages/core/src/journal/hash-chain.ts'
import { makeTarget, ratchet, shellTarget, startRatchet, type Outcome, type Target, type Verdict } from '../target.ts'

/** Somebody who holds the disk, and none of the keys: repository, journal, log and notes are theirs to write. */
interface Copy {
  readonly directory: string
  git(...args: readonly string[]): Promise<string>
  as(...args: readonly string[]): Promise<Outcome>
  rows(): readonly StoredEvent[]
  /** With whole links, whatever was done to the rows. */
  write(rows: readonly StoredEvent[]): void
  /** Puts a part of the state back to what it was after the first application. */
  putBack(name: string): Promise<void>
}

interface Broken {
  readonly problem: string
  readonly brokenAt: number
  readonly detail: string
}

const patience = { timeout: 120_000 }
let home = ''
let target: Target
let applied = ''
let approved = ''
let ready = ''
let kept = ''
let key = ''
let early = 0
let count = 0

const people = (name: string): string => path.join(home, name)
const state = (directory: string, ...names: readonly string[]): string => path.join(directory, '.ratchet', ...names)
const keyOf = async (name: string): Promise<string> => JSON.stringify((await readFile(`${people(name)}.pub`, 'utf8')).trim())

async function judge(cost: number): Promise<string> {
  await target.git('checkout', '--quiet', '-b', `cost-${cost}`)
  await target.commit({ 'src/cost': `${cost}\n` })
  await target.git('checkout', '--quiet', 'main')
  return (await target.json<Verdict>('evaluate', `cost-${cost}`)).document.id
}

const approve = (id: string, name: string, ...more: readonly string[]): Promise<Outcome> => target.ratchet('approve', id, '--reason', 'read every line', '--yes', '--key', people(name), ...more)

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-tamper-'))
  for (const name of ['jane', 'john', 'eve']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', people(name)])
  const approvers = `consent: { approvers: [{ name: jane, key: ${await keyOf('jane')} }, { name: john, key: ${await keyOf('john')} }], needed: 2 }\n`
  target = await makeTarget({ ...shellTarget, 'ratchet.yaml': `${String(shellTarget['ratchet.yaml']).replace('trustReported: true', 'trustReported: false')}${approvers}` })
  applied = await judge(50)
  for (const name of ['jane', 'john']) expect((await approve(applied, name)).code).toBe(0)
  expect((await target.ratchet('apply', applied)).code).toBe(0)
  early = rowsOf(target.directory).length
  await cp(target.directory, path.join(home, 'early'), { recursive: true })
  ready = await judge(20)
  approved = await judge(10)
  expect((await approve(approved, 'jane')).code).toBe(0)
  expect((await approve(approved, 'john', '--expires', '1s')).code).toBe(0)
  // What comes after its end is recorded, so that no clock that is set back brings it back.
  await sleep(1_100)
  for (const name of ['jane', 'john']) expect((await approve(ready, name)).code).toBe(0)
  kept = path.join(home, 'kept')
  await cp(state(target.directory, 'log/checkpoint'), kept)
  key = (await target.json<readonly { readonly key: string }[]>('keys', 'show')).document[0]?.key ?? ''
  expect((await target.ratchet('verify')).code).toBe(0)
}, 120_000)

afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

function rowsOf(directory: string): readonly StoredEvent[] {
  const database = new DatabaseSync(state(directory, 'journal.sqlite'))
  const rows = database.prepare('select sequence, schema_version as schemaVersion, at, kind, body, previous, hash from events order by sequence').all()
  database.close()
  return rows as unknown as readonly StoredEvent[]
}

function relinked(rows: readonly StoredEvent[]): readonly StoredEvent[] {
  let head = genesis
  return rows.map((row) => {
    const unhashed = { ...row, sequence: head.sequence + 1, previous: head.hash }
    const linked = { ...unhashed, hash: hashEvent(unhashed) }
    head = linked
    return linked
  })
}

function writeRows(directory: string, rows: readonly StoredEvent[]): void {
  const database = new DatabaseSync(state(directory, 'journal.sqlite'))
  const triggers = database.prepare("select name, sql from sqlite_schema where type = 'trigger'").all() as { name: string; sql: string }[]
  for (const { name } of triggers) database.exec(`drop trigger "${name}"`)
  database.exec('delete from events')
  const insert = database.prepare('insert into events (sequence, schema_version, at, kind, body, previous, hash) values (?, ?, ?, ?, ?, ?, ?)')
  for (const { sequence, schemaVersion, at, kind, body, previous, hash } of relinked(rows)) insert.run(sequence, schemaVersion, at, kind, body, previous, hash)
  for (const { sql } of triggers) database.exec(sql)
  database.close()
}

async function copied(): Promise<Copy> {
  const directory = path.join(home, `copy-${(count += 1)}`)
  await cp(target.directory, directory, { recursive: true })
  return {
    directory,
    git: async (...args) => execFileSync('git', ['-c', 'user.name=Eve', '-c', 'user.email=eve@localhost', ...args], { cwd: directory, encoding: 'utf8' }).trim(),
    as: (...args) => ratchet([...args, '--target', directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } }),
    rows: () => rowsOf(directory),
    write: (rows) => writeRows(directory, rows),
    putBack: async (name) => {
      const from = path.join(home, 'early', name)
      await rm(path.join(directory, name), { recursive: true, force: true })
      await cp(from, path.join(directory, name), { recursive: true })
    },
  }
}

const bodyOf = <Kind extends keyof EventBodies>(rows: readonly StoredEvent[], kind: Kind, index = -1): EventBodies[Kind] => JSON.parse(rows.filter((row) => row.kind === kind).at(index)?.body ?? '') as EventBodies[Kind]
const added = (rows: readonly StoredEvent[], kind: string, body: object, at = new Date().toISOString()): readonly StoredEvent[] => [...rows, { sequence: 0, schemaVersion: rows[0]?.schemaVersion ?? 1, at, kind, body: canonicalJson(body), previous: '', hash: '' }]
const placeOf = (rows: readonly StoredEvent[], kind: string): number => rows.findIndex((row) => row.kind === kind)
const without = (rows: readonly StoredEvent[], at: number): readonly StoredEvent[] => rows.toSpliced(at, 1)

/** What somebody did to the disk, what is then said of it, and where. */
interface Case {
  readonly name: string
  readonly tamper: (copy: Copy) => Promise<unknown> | void
  readonly problem: string | RegExp
  readonly at?: (rows: readonly StoredEvent[]) => number
  readonly args?: () => readonly string[]
}

const attacker = { XDG_CONFIG_HOME: '' }
const asAttacker = (copy: Copy, ...args: readonly string[]): Promise<Outcome> => ratchet([...args, '--target', copy.directory], { environment: { ...process.env, XDG_CONFIG_HOME: (attacker.XDG_CONFIG_HOME ||= path.join(home, 'attacker')) } })

/** A whole application of what two people did not approve, with answers that were never given. */
function forged(copy: Copy, answers: readonly Consent[], at?: string): void {
  const rows = copy.rows()
  const made = bodyOf(rows, 'proposal-made')
  const [, , jane, john] = consentsOf(rows)
  const named = [jane, ...(answers.length === 0 ? [john] : answers)].map(({ digest }) => digest)
  const intent = added(answers.reduce((all, consent) => added(all, 'consent-given', consent, at), rows), 'application-intended', { application: 'f', proposal: approved, ref: 'refs/heads/main', expected: made.baseline, commit: made.commit, consents: named }, at)
  copy.write(added(intent, 'application-settled', { application: 'f', proposal: approved, outcome: 'applied' }, at))
}

const consentsOf = (rows: readonly StoredEvent[]): readonly [Consent, Consent, Consent, Consent] => rows.filter(({ kind }) => kind === 'consent-given').map(({ body }) => JSON.parse(body) as Consent) as unknown as readonly [Consent, Consent, Consent, Consent]
const saying = (consent: Consent, change: Partial<Consent>): Consent => {
  const changed = { ...consent, ...change }
  return { ...changed, digest: statementDigest(changed) }
}
const atIntent = (rows: readonly StoredEvent[]): number => rows.findLastIndex((row) => row.kind === 'application-intended') + 1

const cases: readonly Case[] = [
  { name: 'one letter of a reason, links made anew', tamper: (copy) => copy.write(copy.rows().map((row) => (row.kind === 'consent-given' ? { ...row, body: row.body.replace('read every', 'read no') } : row))), problem: 'forked', at: (rows) => placeOf(rows, 'consent-given') + 1 },
  { name: 'an event dropped from the middle', tamper: (copy) => copy.write(without(copy.rows(), placeOf(copy.rows(), 'consent-given'))), problem: 'forked', at: (rows) => placeOf(rows, 'consent-given') + 1 },
  { name: 'two events the other way round', tamper: (copy) => copy.write(((rows) => rows.with(1, rows[2] as StoredEvent).with(2, rows[1] as StoredEvent))(copy.rows())), problem: 'forked', at: () => 2 },
  { name: 'an event put in between', tamper: (copy) => copy.write(copy.rows().toSpliced(3, 0, copy.rows()[2] as StoredEvent)), problem: 'forked', at: () => 4 },
  { name: 'the last three events cut off', tamper: (copy) => copy.write(copy.rows().slice(0, -3)), problem: 'rolled-back', at: (rows) => rows.length + 1 },
  { name: 'a fork that is longer than the original', tamper: (copy) => copy.write(copy.rows().slice(0, early).concat(copy.rows().slice(early).toReversed(), copy.rows().slice(early))), problem: 'forked', at: () => early + 1 },
  { name: 'an older journal with the log and notes of today', tamper: (copy) => copy.putBack('.ratchet/journal.sqlite'), problem: 'rolled-back', at: () => early + 1 },
  { name: 'an older journal and log, with the note of today', tamper: (copy) => copy.putBack('.ratchet'), problem: 'rolled-back', at: () => early + 1 },
  { name: 'an older journal and notes, with the log of today', tamper: async (copy) => {
    await copy.putBack('.ratchet/journal.sqlite')
    await copy.git('update-ref', 'refs/notes/ratchet-checkpoint', execFileSync('git', ['rev-parse', 'refs/notes/ratchet-checkpoint'], { cwd: path.join(home, 'early'), encoding: 'utf8' }).trim())
  }, problem: 'rolled-back', at: () => early + 1 },
  { name: 'all of it older, against a checkpoint that was kept', tamper: async (copy) => {
    await copy.putBack('.ratchet')
    await copy.git('update-ref', '-d', 'refs/notes/ratchet-checkpoint')
  }, problem: 'rolled-back', at: () => early + 1, args: () => ['--checkpoint', kept] },
  { name: 'no log and no notes at all, an event added, against the key that was kept', tamper: async (copy) => {
    copy.write(added(copy.rows(), 'consent-given', consentsOf(copy.rows())[0]))
    await rm(state(copy.directory, 'log'), { recursive: true })
    await copy.git('update-ref', '-d', 'refs/notes/ratchet-checkpoint')
  }, problem: 'checkpoint', args: () => ['--key', key] },
  { name: 'another key, for which nobody vouches', tamper: async (copy) => expect((await asAttacker(copy, 'keys', 'rotate', '--lost')).code).toBe(0), problem: 'key', at: (rows) => rows.length },
  { name: 'another key, with a word of the old one for another key', tamper: async (copy) => {
    const other = await copied()
    expect((await other.as('keys', 'rotate')).code).toBe(0)
    expect((await asAttacker(copy, 'keys', 'rotate', '--lost')).code).toBe(0)
    const { endorsement } = bodyOf(other.rows(), 'key-introduced')
    copy.write(copy.rows().map((row, index, all) => (index === all.length - 1 ? { ...row, body: canonicalJson({ key: bodyOf(all, 'key-introduced').key, endorsement }) } : row)))
  }, problem: 'key' },
  { name: 'a journal of somebody else in its place, against the key that was kept', tamper: async (copy) => {
    await rm(state(copy.directory), { recursive: true })
    await copy.git('update-ref', '-d', 'refs/notes/ratchet-checkpoint')
    expect((await asAttacker(copy, 'evaluate', 'cost-10', '--json')).code).toBe(5)
  }, problem: 'key', args: () => ['--key', key] },
  { name: 'the approval of another change', tamper: (copy) => forged(copy, [{ ...consentsOf(copy.rows())[1], proposal: approved }]), problem: 'consent', at: atIntent },
  { name: 'the approval of another change under its own digest', tamper: (copy) => forged(copy, [saying(consentsOf(copy.rows())[1], { ...subjectOf(consentsOf(copy.rows())[2]) })]), problem: 'consent', at: atIntent },
  { name: 'one person twice', tamper: (copy) => forged(copy, [consentsOf(copy.rows())[2]]), problem: 'consent', at: atIntent },
  { name: 'one person twice, the second time with another name', tamper: (copy) => forged(copy, [((consent) => ({ ...consent, by: { ...consent.by, name: 'john' } as Consent['by'] }))(consentsOf(copy.rows())[2])]), problem: 'consent', at: atIntent },
  { name: 'an approval that nobody proved', tamper: (copy) => forged(copy, [{ ...consentsOf(copy.rows())[2], by: { kind: 'unverified', name: 'john' } }]), problem: 'consent', at: atIntent },
  { name: 'the approval of somebody who is nobody, in a name that counts', tamper: (copy) => {
    const [, , mine] = consentsOf(copy.rows())
    forged(copy, [{ ...saying(mine, { reason: 'x' }), by: Object.assign({}, mine.by, { name: 'john' }) }])
  }, problem: 'consent', at: atIntent },
  { name: 'an application on approvals of an older base', tamper: (copy) => forged(copy, consentsOf(copy.rows()).slice(0, 2)), problem: 'consent', at: atIntent },
  { name: 'an approval that had ended, by a time that is set back', tamper: (copy) => forged(copy, [], new Date(Date.parse(consentsOf(copy.rows())[3].givenAt) + 100).toISOString()), problem: 'consent', at: atIntent },
  { name: 'an approval that had ended, put in once more', tamper: (copy) => forged(copy, [consentsOf(copy.rows())[3]], new Date(Date.parse(consentsOf(copy.rows())[3].givenAt) + 100).toISOString()), problem: 'consent', at: atIntent },
  { name: 'a link to the journal of somebody else', tamper: async (copy) => {
    await rename(state(copy.directory), path.join(home, `moved-${count}`))
    await symlink(path.join(home, `moved-${count}`), state(copy.directory))
  }, problem: /is a symbolic link/ },
]

const subjectOf = ({ proposal, baseline, commit, tree, evidence, constitution }: Consent): Partial<Consent> => ({ proposal, baseline, commit, tree, evidence, constitution })

describe('a record on a disk that is somebody else\'s', patience, () => {
  it.each(cases)('is found out: $name', async ({ tamper, problem, at, args }) => {
    const copy = await copied()
    await tamper(copy)
    const { code, stdout, stderr } = await copy.as('verify', '--json', ...(args?.() ?? []))
    const document = JSON.parse(stdout) as Partial<Broken>
    // What cannot even be opened is said in other words.
    const found = document.problem === undefined ? { problem: `${stdout}${stderr}`, brokenAt: 0 } : document
    expect([code, found.problem]).toEqual([1, typeof problem === 'string' ? problem : expect.stringMatching(problem)])
    if (at !== undefined) expect(found.brokenAt).toBe(at(copy.rows()))
  })
})

describe('several at once', patience, () => {
  const begin = (copy: Copy, ...args: readonly string[]): Promise<Outcome> => startRatchet([...args, '--target', copy.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } }).outcome
  const commitsOf = async (copy: Copy, since: string): Promise<number> => Number(await copy.git('rev-list', '--count', `${since}..main`))

  it('apply one change once, whoever comes first', async () => {
    const copy = await copied()
    const base = await copy.git('rev-parse', 'main')
    const outcomes = await Promise.all([1, 2, 3].map(() => begin(copy, 'apply', ready)))
    expect(outcomes.filter(({ code }) => code === 0)).toHaveLength(1)
    expect(await commitsOf(copy, base)).toBe(1)
    expect((await copy.as('verify')).code).toBe(0)
  })

  it('apply and revert different changes: what was said to be done is there, and nothing else', async () => {
    const copy = await copied()
    const base = await copy.git('rev-parse', 'main')
    const outcomes = await Promise.all([begin(copy, 'apply', ready), begin(copy, 'revert', applied), begin(copy, 'apply', approved)])
    expect(outcomes[2].code).not.toBe(0)
    expect(await commitsOf(copy, base)).toBe(outcomes.filter(({ code }) => code === 0).length)
    expect((await copy.as('verify')).code).toBe(0)
    expect(await copy.git('status', '--porcelain')).toBe('')
  })

  it('revert once what was applied once', async () => {
    const copy = await copied()
    expect((await copy.as('revert', applied)).code).toBe(0)
    const tip = await copy.git('rev-parse', 'main')
    expect((await copy.as('revert', applied)).code).not.toBe(0)
    expect(await copy.git('rev-parse', 'main')).toBe(tip)
    expect((await copy.as('verify')).code).toBe(0)
  })
})

describe('what stands under a name when it is applied', patience, () => {
  it.each([
    ['another tree behind git\'s back', async (copy: Copy) => {
      const commit = await copy.git('rev-parse', 'cost-20')
      await copy.git('checkout', '--quiet', '-b', 'evil', commit)
      await copy.git('commit', '--quiet', '--allow-empty', '-m', 'x')
      execFileSync('sh', ['-c', 'echo 1 >src/cost; echo "echo 7" >src/answer'], { cwd: copy.directory })
      await copy.git('commit', '--quiet', '-am', 'evil')
      await copy.git('checkout', '--quiet', 'main')
      await copy.git('replace', commit, 'evil')
      await copy.git('replace', await copy.git('rev-parse', 'cost-20^{tree}'), await copy.git('rev-parse', 'evil^{tree}'))
    }],
    ['another branch under its name', (copy: Copy) => copy.git('branch', '--quiet', '--force', 'cost-20', 'cost-10')],
  ])('is what was approved: %s', async (_name, tamper) => {
    const copy = await copied()
    const tree = await target.git('rev-parse', 'cost-20^{tree}')
    await tamper(copy)
    expect((await copy.as('apply', ready)).code).toBe(0)
    expect(await copy.git('--no-replace-objects', 'rev-parse', 'main^{tree}')).toBe(tree)
    expect(await readFile(path.join(copy.directory, 'src/cost'), 'utf8')).toBe('20\n')
    expect((await copy.as('verify')).code).toBe(0)
  })

  it('is not applied where another branch of another base took its place', async () => {
    const copy = await copied()
    await copy.git('checkout', '--quiet', '-b', 'elsewhere', 'main~1')
    expect((await copy.as('apply', ready)).code).not.toBe(0)
    expect(await copy.git('rev-parse', 'elsewhere')).toBe(await copy.git('rev-parse', 'main~1'))
  })
})
