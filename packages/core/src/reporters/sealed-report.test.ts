import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawNonce, readChannel, waitingBytes } from './sealed-report.ts'

const { authenticator } = createRequire(import.meta.url)('./inside/sealed-channel.cjs') as { authenticator: (key: Uint8Array) => (bytes: Uint8Array, length: number) => string }

const nonce = drawNonce()
const line = (sequence: number, message: unknown, key: Uint8Array = nonce): string => {
  const body = JSON.stringify(message)
  return `${createHmac('sha256', key).update(`${sequence}\n${body}`).digest('hex')} ${body}\n`
}
const run = 'ab'.repeat(32)
const start = ['start', 'node', 'runner', run, '/work', '--test']
const messages = [start, ['case', 'passed', ['a.test.js', 'one']], ['case', 'failed', ['a.test.js', 'ü 漢 😀']], ['end', 2, 'files']]
const lines = messages.map((message, sequence) => line(sequence, message))
const read = (parts: readonly string[], key: Uint8Array = nonce): ReturnType<typeof readChannel>['report'] => readChannel(Buffer.from(parts.join('')), key).report
const notesIn = (parts: readonly string[]): readonly string[] => readChannel(Buffer.from(parts.join('')), nonce).notes.map(({ kind, about, when }) => `${when} ${kind} ${about}`)

describe('the key of the reporters', () => {
  it('authenticates as HMAC-SHA256 does, for texts of every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 300 }), (key, bytes) => {
        expect(authenticator(key)(bytes, bytes.length)).toBe(createHmac('sha256', key).update(bytes).digest('hex'))
      }),
    )
  })
})

describe('readChannel', () => {
  it('reads a whole report', () => {
    expect(read(lines)).toEqual({ runner: 'node', kind: 'runner', run, folder: '/work', words: '--test', cases: messages.slice(1, 3), text: '' })
  })

  it('tells silence from a report that is not whole', () => {
    expect([read([]), read(lines.slice(0, 3)), read(lines.slice(1)), read([lines.join('').slice(0, -1)])]).toEqual(['missing', 'malformed', 'malformed', 'malformed'])
  })

  it.each<[string, readonly string[]]>([
    ['a message left out', [lines[0] ?? '', line(1, messages[2]), line(2, ['end', 2, 'x'])]],
    ['a message repeated', [...lines.slice(0, 2), ...lines.slice(1)]],
    ['messages in another order', [0, 2, 1, 3].map((index) => lines[index] ?? '')],
    ['garbage between', [lines[0] ?? '', 'garbage\n', ...lines.slice(1)]],
    ['anything after the end', [...lines, line(4, ['case', 'passed', ['x']])]],
    ['two ends', [...lines, line(4, ['end', 2, 'x'])]],
    ['a number that does not fit', [...lines.slice(0, 3), line(3, ['end', 1, 'x'])]],
    ['another key', messages.map((message, sequence) => line(sequence, message, drawNonce()))],
    ['a key of zeros', messages.map((message, sequence) => line(sequence, message, new Uint8Array(32)))],
    ['messages that are none', [line(0, start), line(1, { toString: 1 }), line(2, ['end', 0, 'x'])]],
    ['a start that does not say which run it is', [line(0, ['start', 'node']), line(1, ['end', 0, 'x'])]],
    ['a note that is none', [lines[0] ?? '', '~ waiting x\n', ...lines.slice(1)]],
    ['a note of two parts', [lines[0] ?? '', `~ other node\r~ other node\n`, ...lines.slice(1)]],
    ['outcomes that are none', [line(0, start), line(1, ['case', 'great', ['x']]), line(2, ['end', 1, 'x'])]],
  ])('refuses %s', (_name, parts) => {
    expect(read(parts)).toBe('malformed')
  })

  it('reads notes of other processes between, without taking them for anything else', () => {
    const waiting = `~ waiting ${run}\n`
    const mixed = [waiting, ...lines.slice(0, 2), '~ other program\n', ...lines.slice(2), waiting]
    expect([read(mixed), notesIn(mixed)]).toEqual([read(lines), [`before waiting ${run}`, 'during other program', `after waiting ${run}`]])
    expect([read([waiting]), notesIn([waiting])]).toEqual(['missing', [`before waiting ${run}`]])
  })

  it('knows a script that said nothing at all from a run that was cut short', () => {
    const silent = (parts: readonly unknown[]): string | null => readChannel(Buffer.from(parts.map((message, sequence) => line(sequence, message)).join('')), nonce).silentProgram
    const program = start.with(2, 'program')
    expect([silent([program]), silent([program, messages[1]]), silent([start]), silent([])]).toEqual([run, null, null, null])
  })

  it('lets the key wait behind zeros for the runs that come before', () => {
    expect([waitingBytes(nonce, 0), waitingBytes(nonce, 2)]).toEqual([new Uint8Array(nonce), new Uint8Array([...new Uint8Array(64), ...nonce])])
  })

  it('refuses every report in which one byte is another', () => {
    const bytes = Buffer.from(lines.join(''))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(readChannel(changed, nonce).report).toBe('malformed')
      }),
    )
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(['missing', 'malformed']).toContain(readChannel(bytes, nonce).report)
      }),
    )
  })
})
