import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readStanding, recordOrders, type OrderBook } from '../../autonomy/order-book.ts'
import type { Order } from '../../autonomy/order.ts'
import { createMemoryJournal } from '../../testing/memory-journal.ts'
import { createOrderFiles } from './order-files.ts'
import { holdGate } from './gate-lock.ts'

function place(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'ratchet-orders-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return path.join(root, 'orders')
}

const give = (order: string, what: Order['what'], lifts: readonly string[] = []): Order => ({ order, what, reason: 'r', by: 'jane', at: '2026-01-01T00:00:00.000Z', lifts })
const names = (book: OrderBook): readonly string[] => book.all().map(({ order, what }) => `${what} ${order}`).toSorted()

describe('order files', () => {
  it('hold every order, also of one moment, and none where nobody gave any', () => {
    const book = createOrderFiles(place())
    expect(book.all()).toEqual([])
    const given = Array.from({ length: 50 }, (_, index) => give(`a${index}`, index % 2 === 0 ? 'stop' : 'pause'))
    for (const order of given) book.give(order)
    expect(new Set(book.all())).toEqual(new Set(given))
  })

  it('take what cannot be read for a stop, whatever is wrong with it', () => {
    const directory = place()
    const book = createOrderFiles(directory)
    book.give(give('good', 'resume'))
    writeFileSync(path.join(directory, 'torn.json'), '{"order":"torn","what":"resu')
    writeFileSync(path.join(directory, 'other.json'), JSON.stringify(give('somebody-else', 'resume', ['torn'])))
    writeFileSync(path.join(directory, 'Odd Name.json'), JSON.stringify(give('x', 'resume')))
    writeFileSync(path.join(directory, 'more.json'), JSON.stringify({ ...give('more', 'resume'), extra: 1 }))
    symlinkSync('good.json', path.join(directory, 'link.json'))
    mkdirSync(path.join(directory, 'folder.json'))
    writeFileSync(path.join(directory, '.draft-1'), 'half of one')
    expect(names(book).filter((name) => name.startsWith('stop'))).toHaveLength(6)
    expect(names(book).filter((name) => name.startsWith('resume'))).toEqual(['resume good'])
  })

  it('are read through no link, and not at all where the folder cannot be read', () => {
    const [directory, outside] = [place(), place()]
    mkdirSync(outside)
    symlinkSync(outside, directory)
    const refused = expect.objectContaining({ code: 'orders-unreadable' }) as Error
    expect(() => createOrderFiles(directory).all()).toThrow(refused)
    expect(() => createOrderFiles(directory).give(give('a', 'stop'))).toThrow(refused)
    if (process.getuid?.() === 0) return
    chmodSync(outside, 0)
    expect(() => createOrderFiles(outside).all()).toThrow(refused)
  })

  it('come into the journal once each, and leave only when they were taken back there', async () => {
    const directory = place()
    const book = createOrderFiles(directory)
    const journal = createMemoryJournal({ clock: () => new Date(0) })
    const ports = { book, journal, index: journal }
    for (const order of [give('a', 'pause'), give('b', 'stop')]) book.give(order)
    await recordOrders(ports)
    await recordOrders(ports)
    expect([(await journal.head()).sequence, names(book).length]).toEqual([2, 2])
    rmSync(path.join(directory, 'b.json'))
    expect(await readStanding(ports)).toMatchObject({ state: 'stopped' })
    book.give(give('c', 'resume', ['a', 'b']))
    expect(await readStanding(ports)).toMatchObject({ state: 'going' })
    await recordOrders(ports)
    expect([names(book), (await readStanding(ports)).state, readdirSync(directory)]).toEqual([[], 'going', []])
  })
})

describe('the gate', () => {
  it('lets one through at a time, and whoever waits too long hears of it', async () => {
    const directory = place()
    mkdirSync(directory)
    {
      using _held = await holdGate(directory, 0)
      await expect(holdGate(directory, 60)).rejects.toMatchObject({ code: 'order-unheeded' })
    }
    using again = await holdGate(directory, 0)
    expect(again).toBeDefined()
  })
})
