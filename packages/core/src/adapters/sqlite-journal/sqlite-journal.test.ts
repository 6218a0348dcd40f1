import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { genesis } from '../../journal/hash-chain.ts'
import { verifyEvents } from '../../journal/verify-events.ts'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { journalContract } from '../../testing/journal-contract.ts'
import { decisionMade, decisionOf, proposalMade, runFinished, runStarted, tickingClock } from '../../testing/sample-events.ts'
import { openSqliteJournal, type SqliteJournal } from './sqlite-journal.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'ratchet-journal-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

let places = 0
const place = (): string => path.join(root, String(places++), '.ratchet')
const open = (directory: string, mode: 'read' | 'write' = 'write'): Promise<SqliteJournal> => openSqliteJournal({ directory, mode, clock: tickingClock() })

journalContract('the journal in SQLite', (clock) => openSqliteJournal({ directory: place(), mode: 'write', clock }))

async function drained(events: AsyncIterable<unknown>): Promise<number> {
  let seen = 0
  for await (const _event of events) seen++
  return seen
}

/** A journal of three events, closed. */
async function written(): Promise<string> {
  const directory = place()
  await using journal = await open(directory)
  await journal.append([runStarted('r1'), proposalMade('r1', 'p1'), runFinished('r1', null)])
  return directory
}

/** Changes a closed journal behind its back, as somebody with the file could. */
function tamper(directory: string, sql: string): void {
  const database = new DatabaseSync(path.join(directory, 'journal.sqlite'))
  database.exec(`DROP TRIGGER IF EXISTS events_stay; DROP TRIGGER IF EXISTS events_remain; ${sql}`)
  database.close()
}

describe('opening', () => {
  it('makes a directory that ignores itself, and finds everything again', async () => {
    const directory = await written()
    expect(await readFile(path.join(directory, '.gitignore'), 'utf8')).toBe('*\n')
    await using again = await open(directory)
    await again.append([runStarted('r2')])
    expect(await verifyEvents(again.stored())).toMatchObject({ ok: true, events: 4 })
  })

  it('for reading, where there is none, gives an empty one and writes nothing', async () => {
    const directory = place()
    await using journal = await open(directory, 'read')
    expect(await journal.head()).toEqual(genesis)
    expect(existsSync(directory)).toBe(false)
    await expect(journal.append([runStarted('r1')])).rejects.toMatchObject({ code: 'journal-failed' })
  })

  it('of an older layout finds what spends and what is offered without an index, and makes that when it is opened for writing', async () => {
    const directory = await written()
    {
      await using journal = await open(directory)
      await journal.append([decisionMade('r1', 'p1', decisionOf('accepted', null), { purpose: 'confirm' }), decisionMade('r1', 'p1', decisionOf('accepted', null))])
    }
    tamper(directory, 'DROP INDEX events_spending; DROP INDEX events_offering; PRAGMA user_version = 1')
    const indexes = (): number => {
      const database = new DatabaseSync(path.join(directory, 'journal.sqlite'), { readOnly: true })
      const found = database.prepare("SELECT count(*) AS found FROM sqlite_schema WHERE name IN ('events_spending', 'events_offering')").get()?.['found']
      database.close()
      return Number(found)
    }
    for (const [mode, expected] of [['read', 0], ['write', 2]] as const) {
      await using journal = await open(directory, mode)
      expect([await drained(journal.spending()), await drained(journal.offers()), indexes()]).toEqual([1, 1, expected])
    }
  })

  describe('with a decision that spent', () => {
    const spends = decisionMade('r1', 'p1', decisionOf('accepted', null), { purpose: 'confirm' })
    const searches = decisionMade('r1', 'p1', decisionOf('accepted', null))
    const made = async (sql: string): Promise<string> => {
      const directory = await written()
      {
        await using journal = await open(directory)
        await journal.append([searches, spends, searches, spends, searches, runFinished('r1', null)])
      }
      tamper(directory, sql)
      return directory
    }

    it('finds it', async () => {
      await using journal = await open(await made(''), 'read')
      expect(await drained(journal.spending())).toBe(2)
    })

    it.each([
      ['the newest, that no longer says so', `UPDATE events SET body = replace(body, '"confirm"', '"search"') WHERE sequence = 7`],
      ['the first, that no longer says so', `UPDATE events SET body = replace(body, '"confirm"', '"search"') WHERE sequence = 5`],
      ['all, that no longer say so', `UPDATE events SET body = replace(body, '"confirm"', '"search"')`],
      ['one that is no JSON any more', `UPDATE events SET body = 'x' WHERE sequence = 7`],
      ['one in another form', `UPDATE events SET body = replace(body, '"purpose"', '"purpose":"search","purpose"') WHERE sequence = 7`],
    ])('does not pass over %s', async (_, sql) => {
      await using journal = await open(await made(sql), 'read')
      await expect(drained(journal.spending())).rejects.toMatchObject({ code: 'journal-corrupt' })
    })
  })

  it('leaves an ignore file alone that is there already', async () => {
    const directory = place()
    await mkdir(directory, { recursive: true })
    await writeFile(path.join(directory, '.gitignore'), 'mine\n')
    await (await open(directory))[Symbol.asyncDispose]()
    expect(await readFile(path.join(directory, '.gitignore'), 'utf8')).toBe('mine\n')
  })

  it('writes an ignore file again that a full disk or a kill left empty', async () => {
    const directory = place()
    await mkdir(directory, { recursive: true })
    await writeFile(path.join(directory, '.gitignore'), '')
    await using _journal = await open(directory)
    expect(await readFile(path.join(directory, '.gitignore'), 'utf8')).toBe('*\n')
    expect((await readdir(directory)).filter((name) => name.startsWith('.gitignore'))).toEqual(['.gitignore'])
  })

  it.each(['journal.sqlite', 'journal.sqlite-wal', 'writer.lock', 'writer.lock.pid', '.gitignore'])('follows no link at %s', async (name) => {
    const directory = place()
    await mkdir(directory, { recursive: true })
    const victim = path.join(directory, '../victim')
    await symlink(victim, path.join(directory, name))
    await expect(open(directory)).rejects.toMatchObject({ code: 'journal-unwritable', remedy: expect.stringContaining('link') as string })
    expect(existsSync(victim)).toBe(false)
  })

  it.each([
    ['a file in its place', async (directory: string) => writeFile(directory, '')],
    ['a directory as the database', async (directory: string) => void (await mkdir(path.join(directory, 'journal.sqlite'), { recursive: true }))],
  ])('with %s says that it cannot be written', async (_name, spoil) => {
    const directory = place()
    await mkdir(path.dirname(directory), { recursive: true })
    await spoil(directory)
    await expect(open(directory)).rejects.toMatchObject({ code: 'journal-unwritable', remedy: expect.any(String) as string })
  })

  it('where nothing can be made says that it cannot be written', async () => {
    await expect(open('/proc/ratchet-journal')).rejects.toMatchObject({ code: 'journal-unwritable', remedy: expect.any(String) as string })
  })
})

describe('a file that is no journal of this version', () => {
  it.each(['read', 'write'] as const)('is refused and left as it is when it is no database (%s)', async (mode) => {
    const directory = await written()
    const file = path.join(directory, 'journal.sqlite')
    const text = 'not a database, but long enough to be taken for one'.repeat(100)
    await writeFile(file, text)
    await expect(open(directory, mode)).rejects.toMatchObject({ code: 'journal-corrupt' })
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  it.each([
    ['somebody else’s database', 'CREATE TABLE songs (title TEXT)'],
    ['one with a table of its own added', 'CREATE TABLE more (x)'],
    ['one with a foreign trigger', "CREATE TRIGGER evil AFTER INSERT ON events BEGIN UPDATE events SET at = 'x'; END"],
    ['one whose events are a view', 'DROP TABLE events; CREATE VIEW events AS SELECT 1 AS sequence'],
  ])('is refused when it is %s', async (name, sql) => {
    const directory = name.startsWith('somebody') ? place() : await written()
    await mkdir(directory, { recursive: true })
    tamper(directory, sql)
    const before = await readFile(path.join(directory, 'journal.sqlite'))
    await expect(open(directory)).rejects.toMatchObject({ code: 'journal-corrupt' })
    expect((await readFile(path.join(directory, 'journal.sqlite'))).equals(before)).toBe(true)
  })

  it.each([
    ['its layout', 'PRAGMA user_version = 4'],
    ['its last event', 'UPDATE events SET schema_version = 2 WHERE sequence = 3'],
  ])('is refused when %s is newer', async (_name, sql) => {
    const directory = await written()
    tamper(directory, sql)
    for (const mode of ['read', 'write'] as const) await expect(open(directory, mode)).rejects.toMatchObject({ code: 'journal-version' })
  })
})

describe('damage', () => {
  it('cannot be done by an update or a delete', async () => {
    const database = new DatabaseSync(path.join(await written(), 'journal.sqlite'))
    expect(() => database.exec("UPDATE events SET at = 'x' WHERE sequence = 1")).toThrow(/append-only/)
    expect(() => database.exec('DELETE FROM events')).toThrow(/append-only/)
    database.close()
  })

  it.each([
    ['changed body', `UPDATE events SET body = replace(body, '"r1"', '"r9"') WHERE sequence = 3`, 3, 'hash'],
    ['changed time', "UPDATE events SET at = 'x' WHERE sequence = 1", 1, 'hash'],
    ['a body that is no JSON', "UPDATE events SET body = '{' WHERE sequence = 2", 2, 'hash'],
    ['a body that is no text', "UPDATE events SET body = CAST(x'FFFE' AS TEXT) WHERE sequence = 2", 2, 'hash'],
    ['dropped event', 'DELETE FROM events WHERE sequence = 2', 2, 'gap'],
    ['changed link', "UPDATE events SET previous = hash WHERE sequence = 2", 2, 'link'],
    ['a number below', 'UPDATE events SET sequence = -3 WHERE sequence = 3', -3, 'order'],
  ])('to one event (%s) is found by verify with its place, and nothing changed is ever read as an event', async (_name, sql, brokenAt, problem) => {
    const directory = await written()
    tamper(directory, sql)
    await using reader = await open(directory, 'read')
    expect(await verifyEvents(reader.stored())).toMatchObject({ ok: false, brokenAt, problem })
    if (problem === 'hash') await expect(drained(reader.read(0))).rejects.toMatchObject({ code: 'journal-corrupt' })
  })

  it.each([
    ['the last event', `UPDATE events SET body = replace(body, '"r1"', '"r9"') WHERE sequence = 3`],
    ['the link to the last event', 'DELETE FROM events WHERE sequence = 2'],
  ])('to %s keeps a writer from building on it', async (_name, sql) => {
    const directory = await written()
    tamper(directory, sql)
    await expect(open(directory)).rejects.toMatchObject({ code: 'journal-corrupt', remedy: expect.stringContaining('verify') as string })
  })

  it('by a number that nobody can have counted to is called damage', async () => {
    const directory = await written()
    tamper(directory, 'UPDATE events SET sequence = 1152921504606846976 WHERE sequence = 2')
    await expect(open(directory, 'read')).rejects.toMatchObject({ code: 'journal-corrupt' })
  })
})

describe('one writer, many readers', () => {
  it('a second writer is refused and told who the first is; after it has gone the next one may', async () => {
    const directory = place()
    const first = await open(directory)
    await expect(open(directory)).rejects.toMatchObject({ code: 'journal-locked', message: expect.stringContaining(String(process.pid)) as string })
    await first.append([runStarted('r1')])
    await first[Symbol.asyncDispose]()
    await using second = await open(directory)
    expect((await second.head()).sequence).toBe(1)
  })

  it('a reader sees a whole past while a writer goes on', async () => {
    const directory = await written()
    await using writer = await open(directory)
    await using reader = await open(directory, 'read')
    const events = reader.read(0)[Symbol.asyncIterator]()
    await events.next()
    await writer.append(Array.from({ length: 600 }, (_, index) => runStarted(`x${index}`)))
    expect((await reader.head()).sequence).toBe(603)
    let seen = 1
    while ((await events.next()).done !== true) seen++
    expect(seen).toBe(3)
    expect(await verifyEvents(reader.stored())).toMatchObject({ ok: true, events: 603 })
  })

  it('a reader that comes before the tables are made sees nothing yet', async () => {
    const directory = place()
    await mkdir(directory, { recursive: true })
    await writeFile(path.join(directory, 'journal.sqlite'), '')
    await using reader = await open(directory, 'read')
    expect(await reader.head()).toEqual(genesis)
    expect((await stat(path.join(directory, 'journal.sqlite'))).size).toBe(0)
  })
})

describe('files that go while a writer has them open', () => {
  it.each([
    ['the directory is deleted', (directory: string) => rm(directory, { recursive: true })],
    ['the directory is moved away', (directory: string) => rename(directory, `${directory}-away`)],
    ['the directory is replaced by a copy', async (directory: string) => {
      await rename(directory, `${directory}-away`)
      await cp(`${directory}-away`, directory, { recursive: true })
    }],
    ...['journal.sqlite', 'journal.sqlite-wal', 'journal.sqlite-shm', 'writer.lock'].map((name) => [`${name} is deleted`, (directory: string) => rm(path.join(directory, name))] as const),
  ] as const)('are missed at the next append when %s', async (_name, spoil) => {
    const directory = place()
    await using writer = await open(directory)
    await writer.append([runStarted('r1')])
    await spoil(directory)
    for (const events of [[runStarted('r2')], [runStarted('r3'), runFinished('r3', null)]]) {
      await expect(writer.append(events)).rejects.toMatchObject({ code: 'journal-unwritable', message: expect.stringContaining('removed or replaced') as string, remedy: expect.any(String) as string })
    }
  })

  it('are not touched by readers and other writers that come and go', async () => {
    const directory = place()
    await using writer = await open(directory)
    for (const run of ['r1', 'r2', 'r3']) {
      await writer.append([runStarted(run)])
      await using reader = await open(directory, 'read')
      expect(await drained(reader.read(0))).toBe(Number(run.slice(1)))
      await expect(open(directory)).rejects.toMatchObject({ code: 'journal-locked' })
    }
  })
})

describe('a full disk', () => {
  const url = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)
  /** Appends until it fails, in calls of `size` events; says how it failed and how much was acknowledged before. */
  const program = (size: number): string => `
    import { openSqliteJournal } from ${url('./sqlite-journal.ts')}
    import { runStarted } from ${url('../../testing/sample-events.ts')}
    const journal = await openSqliteJournal({ directory: '/run/.ratchet', mode: 'write', clock: () => new Date() })
    let done = 0
    try {
      for (;;) done += (await journal.append(Array.from({ length: ${size} }, (_, index) => runStarted('r' + index + 'x'.repeat(20_000))))).length
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message, done, kept: (await journal.head()).sequence }))
    }`

  it.each([1, 3])('is called that, and loses nothing acknowledged (%d events a call)', (size) => {
    const room = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--size', String(1024 ** 2), '--tmpfs', '/run']
    const { stdout, stderr } = spawnSync('bwrap', [...room, process.execPath, '--input-type=module', '-e', program(size)], { encoding: 'utf8' })
    expect(stderr).toBe('')
    const said = JSON.parse(stdout) as { readonly done: number; readonly kept: number }
    expect(said).toMatchObject({ code: 'journal-unwritable', message: expect.stringContaining('no space left') as string })
    expect(said.done).toBeGreaterThan(0)
    expect(said.kept).toBe(said.done)
  })

  it('at the first use leaves no empty ignore file', () => {
    const script = `head -c 2000000 /dev/zero > /run/fill 2>&-; mkdir /run/.ratchet; '${process.execPath}' --input-type=module -e "$0"; ls -A /run/.ratchet`
    const room = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--size', String(1024 ** 2), '--tmpfs', '/run']
    const opening = `import { openSqliteJournal } from ${url('./sqlite-journal.ts')}
      await openSqliteJournal({ directory: '/run/.ratchet', mode: 'write', clock: () => new Date() }).catch((error) => console.log(error.code, error.message))`
    const { stdout } = spawnSync('bwrap', [...room, 'sh', '-c', script, opening], { encoding: 'utf8' })
    expect(stdout).toBe('journal-unwritable no space left for the journal /run/.ratchet/journal.sqlite\n')
  })
})

const writerProgram = fileURLToPath(new URL('../../testing/append-until-killed.ts', import.meta.url))

/** Starts a writer, kills it with SIGKILL some ms after its first acknowledgement, and gives back the last sequence number it acknowledged. */
async function killedWriter(directory: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writerProgram, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    output += text
  })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  // Only whole lines are acknowledgements.
  return Number(output.split('\n').at(-2))
}

describe('kill -9', () => {
  it('while appending loses nothing acknowledged, leaves no half call, and frees the lock', async () => {
    const directory = place()
    const random = seededRandom('kill')
    for (let round = 0; round < 6; round++) {
      const acknowledged = await killedWriter(directory, random.integer(60))
      await using journal = await open(directory)
      const result = await verifyEvents(journal.stored())
      expect(result).toMatchObject({ ok: true })
      const { sequence } = await journal.head()
      expect(sequence).toBeGreaterThanOrEqual(acknowledged)
      // Every call of the program appends three events.
      expect(sequence % 3).toBe(0)
    }
  })
})
