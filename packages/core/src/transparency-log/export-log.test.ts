import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredEvent } from '../journal/hash-chain.ts'
import { continued, MemoryTiles, numbered, privateKey, publishRows, rowsAfter, signedJournal } from '../testing/signed-journal.ts'
import { exportLog, type ExportSummary } from './export-log.ts'
import { endorseKey, keyText } from './log-keys.ts'
import { logOrigin } from './log-origin.ts'

const python = '/usr/bin/python3'
const verifier = fileURLToPath(new URL('../../../../docs/verify-export.py', import.meta.url))
const signal = new AbortController().signal

async function exported(rows: readonly StoredEvent[], store: MemoryTiles): Promise<{ readonly text: string; readonly summary: ExportSummary }> {
  const lines = exportLog({ index: { stored: (after = 0) => rowsAfter(rows, after) }, store }, signal)
  for (let text = ''; ; ) {
    const step = await lines.next()
    if (step.done === true) return { text, summary: step.value }
    text += step.value
  }
}

const key = privateKey()

async function signed(count: number): Promise<{ readonly rows: readonly StoredEvent[]; readonly store: MemoryTiles; readonly text: string; readonly trusted: string }> {
  const rows = signedJournal(count, key)
  const store = new MemoryTiles()
  await publishRows(store, rows, key)
  return { rows, store, text: (await exported(rows, store)).text, trusted: keyText(logOrigin(rows[0] as StoredEvent), key) }
}

describe('exporting a log', () => {
  it('writes what the checkpoint covers and nothing behind it, and says what is missing', async () => {
    const { rows, store } = await signed(20)
    const { text, summary } = await exported(continued(rows, numbered(3, 'later')), store)
    expect(summary).toEqual({ origin: logOrigin(rows[0] as StoredEvent), events: 20, signed: true, unsigned: 3 })
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toHaveLength(22)
    expect(lines[0]).toEqual({ format: 'ratchet-audit', version: 1, origin: summary.origin })
    expect(lines[7]).toMatchObject({ index: 6, sequence: 7, body: rows[6]?.body })
    expect(lines.at(-1)).toMatchObject({ events: 20, checkpoint: store.checkpoint() })
  })

  it('refuses a journal that is damaged, empty, or not the one that was signed', async () => {
    const { rows, store } = await signed(12)
    const damaged = rows.map((row) => (row.sequence === 5 ? { ...row, body: row.body.replace('r-', 'x-') } : row))
    await expect(exported(damaged, store)).rejects.toMatchObject({ code: 'journal-corrupt', message: expect.stringContaining('event 5') as string })
    await expect(exported(rows.slice(0, 9), store)).rejects.toMatchObject({ code: 'journal-forked' })
    await expect(exported(continued([], numbered(12, 'other')), store)).rejects.toMatchObject({ code: 'journal-forked' })
    // By nobody, or by somebody else: what is exported as signed was signed with the key of the log.
    const strange = new MemoryTiles()
    await publishRows(strange, rows, privateKey())
    await expect(exported(rows, strange)).rejects.toMatchObject({ code: 'journal-forked', message: expect.stringContaining('not signed with the key of the log') as string })
    await expect(exported([], new MemoryTiles())).rejects.toMatchObject({ code: 'journal-failed' })
  })
})

/** By the first characters of what it prints. */
interface Said {
  readonly status: number | null
  readonly text: string
}

describe.skipIf(!existsSync(python))('docs/verify-export.py', { timeout: 120_000 }, () => {
  const home = { path: '' }
  beforeAll(() => void (home.path = mkdtempSync(path.join(os.tmpdir(), 'ratchet-export-'))))
  afterAll(() => rmSync(home.path, { recursive: true, force: true }))

  const ask = (text: string | Uint8Array, ...args: readonly string[]): Said => {
    const file = path.join(home.path, 'audit.jsonl')
    writeFileSync(file, text)
    const { status, stdout, stderr } = spawnSync(python, ['-B', verifier, file, ...args], { encoding: 'utf8' })
    return { status, text: `${stdout}${stderr}` }
  }

  it('agrees with an honest export of any size, and calls it intact only for a key that is known', async () => {
    for (const size of [2, 3, 8, 100, 257]) {
      const { text, trusted } = await signed(size)
      expect(ask(text, '--key', trusted)).toMatchObject({ status: 0, text: expect.stringMatching(/^intact/) as string })
      expect(ask(text)).toMatchObject({ status: 3, text: expect.stringMatching(/^UNPROVEN/) as string })
    }
    const { text, trusted } = await signed(5)
    const other = keyText(trusted.split('+')[0] ?? '', privateKey())
    expect(ask(text, '--key', other)).toMatchObject({ status: 1, text: expect.stringContaining('trust') as string })
    expect(ask(text, '--key', 'nonsense').status).toBe(2)
    const { rows } = await signed(5)
    expect(ask((await exported(rows, new MemoryTiles())).text, '--key', trusted)).toMatchObject({ status: 3, text: expect.stringContaining('nobody signed') as string })
  })

  it('follows a rotated key that the one before vouches for, and no other', async () => {
    const next = privateKey()
    const first = signedJournal(6, key)
    const origin = logOrigin(first[0] as StoredEvent)
    const [old, rotated] = [keyText(origin, key), keyText(origin, next)]
    for (const isEndorsed of [true, false]) {
      const rows = continued(first, [{ kind: 'key-introduced', body: { key: rotated, endorsement: isEndorsed ? endorseKey(rotated, { name: origin, key }) : null } }, ...numbered(2, 'more')])
      const store = new MemoryTiles()
      await publishRows(store, rows, next)
      const { text } = await exported(rows, store)
      expect(ask(text, '--key', old).status).toBe(isEndorsed ? 0 : 1)
      expect(ask(text, '--key', rotated).status).toBe(0)
    }
  })

  it('keeps odd text byte for byte', async () => {
    const odd = numbered(3, '"\\\u2028\u007f\u0001é漢😀\t')
    const first = signedJournal(2, key)
    const rows = continued(first, odd)
    const store = new MemoryTiles()
    await publishRows(store, rows, key)
    expect(ask((await exported(rows, store)).text, '--key', keyText(logOrigin(rows[0] as StoredEvent), key)).status).toBe(0)
  })

  it('names the line of every kind of forgery', async () => {
    const { text, trusted } = await signed(12)
    const lines = text.split('\n').slice(0, -1)
    const joined = (changed: readonly string[]): string => `${changed.join('\n')}\n`
    const edit = (at: number, change: (line: string) => string): string => joined(lines.map((line, index) => (index === at ? change(line) : line)))
    const swapped = [...lines]
    ;[swapped[4], swapped[5]] = [lines[5] ?? '', lines[4] ?? '']
    const forgeries: readonly (readonly [string, string, number])[] = [
      ['a member twice', edit(3, (line) => line.replace('{', '{"kind":"run-started",')), 4],
      ['a member twice in a body', edit(3, (line) => line.replace('"body":"{', '"body":"{\\"seed\\":7,')), 4],
      ['trailing garbage on a line', edit(3, (line) => `${line} `), 4],
      ['something behind the value', edit(3, (line) => `${line}{}`), 4],
      ['a line behind the last', `${text}{}\n`, 15],
      ['an empty line', joined([...lines.slice(0, 3), '', ...lines.slice(3)]), 4],
      ['a changed body', edit(6, (line) => line.replace('greedy', 'Greedy')), 7],
      ['a changed leaf', edit(6, (line) => line.replace(/"leaf":"./, '"leaf":"g')), 7],
      ['a changed index', edit(6, (line) => line.replace('"index":5', '"index":6')), 7],
      ['a dropped line', joined(lines.filter((_, index) => index !== 5)), 6],
      ['lines exchanged', joined(swapped), 5],
      ['a line twice', joined([...lines.slice(0, 5), lines[4] ?? '', ...lines.slice(5)]), 6],
      ['no last line', joined(lines.slice(0, -1)), 14],
      ['a last line that breaks off', text.slice(0, -20), 14],
      ['an event that breaks off', `${joined(lines.slice(0, 5))}${lines[5]?.slice(0, 40) ?? ''}`, 6],
      ['events gone before the last line', joined([...lines.slice(0, 8), lines.at(-1) ?? '']), 9],
      ['another origin', edit(0, (line) => line.replace(/ratchet\/./, 'ratchet/x')), 2],
      ['another format', edit(0, (line) => line.replace('"version":1', '"version":2')), 1],
      ['a version that is no whole number', edit(0, (line) => line.replace('"version":1', '"version":1.0')), 1],
      ['no header', joined(lines.slice(1)), 1],
      ['another root', edit(13, (line) => line.replace(/"root":"./, '"root":"?')), 14],
      ['another count', edit(13, (line) => line.replace('"events":12', '"events":13')), 14],
      ['another key in the last line', edit(13, (line) => line.replace('"sequence":2', '"sequence":3')), 14],
      ['another signature', edit(13, (line) => line.replace(/— (\S+) (\S{20})(.)/, (_, name, start, one: string) => `— ${name as string} ${start as string}${one === 'A' ? 'B' : 'A'}`)), 14],
      ['bytes that are no text', `${joined(lines.slice(0, 3))}\ufffd`, 4],
    ]
    for (const [name, forged, line] of forgeries) expect([name, ask(forged, '--key', trusted)]).toEqual([name, { status: 1, text: expect.stringMatching(new RegExp(`^broken +line ${line}:`)) as string }])
    expect(ask('', '--key', trusted).status).toBe(1)
  })

  it('never calls a whole history of somebody else intact', async () => {
    const { trusted, rows } = await signed(9)
    const forger = privateKey()
    // With its own key; and with the honest beginning, key and all, and another end.
    const own = signedJournal(9, forger)
    const end = continued(rows.slice(0, 5), numbered(4, 'forged'))
    for (const forged of [own, end]) {
      const store = new MemoryTiles()
      await publishRows(store, forged, forger)
      expect(ask((await exported(forged, store).catch(() => ({ text: '' }))).text, '--key', trusted).status).toBe(1)
    }
    // The honest checkpoint over other events.
    const unsigned = (await exported(end, new MemoryTiles())).text
    const { text } = await signed(9)
    const note = JSON.stringify((JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as { checkpoint: string }).checkpoint)
    expect(ask(unsigned.replace('"checkpoint":null', `"checkpoint":${note}`), '--key', trusted).status).toBe(1)
  })

  it('calls no export intact after a byte of it has changed', async () => {
    const { text, trusted } = await signed(6)
    const bytes = Buffer.from(text)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(bytes)
        changed[at] = ((changed[at] ?? 0) + by) % 256
        return ask(changed, '--key', trusted).status === 1
      }),
      { numRuns: 30 },
    )
  })
})
