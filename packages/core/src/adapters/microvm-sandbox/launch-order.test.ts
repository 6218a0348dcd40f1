import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Launch } from '../../sandbox/sandbox.ts'
import { launchOrder, type Surroundings } from './launch-order.ts'

const limits: Launch['limits'] = { memoryBytes: 1, cpuMs: 1500, wallMs: 3, processes: 4, diskBytes: 5, outputBytes: 6 }
const launch: Launch = { command: 'true', tree: '/tree', access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }
const surroundings: Surroundings = { environment: { PATH: '/bin' }, links: [['usr/bin', '/bin']], shown: [{ share: 0, target: '/usr' }] }

function fieldsOf(order: Buffer): readonly string[] {
  expect(order.readUInt32BE(0)).toBe(order.length - 4)
  const fields: string[] = []
  for (let at = 4; at < order.length; ) {
    const length = order.readUInt32BE(at)
    fields.push(order.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return fields
}

describe('an order', () => {
  it('says all that the guest has to know', () => {
    const [now, , ...rest] = fieldsOf(launchOrder({ ...launch, readOnly: ['a/b/c', 'd'], collect: 'out', channel: Buffer.from('hi'), environment: { A: 'b' } }, surroundings, new Date(5000)))
    expect(now).toBe('5')
    expect(rest).toEqual([
      'true', 'throw-away', '1', '4', '3', '5', 'out', '+hi', '/work',
      '4', 'PATH', '/bin', 'A', 'b', '2', 'usr/bin', '/bin', '2', '0', '/usr', '2', 'a', 'a/b', '2', 'a/b/c', 'd',
    ])
  })

  it('protects nothing in a tree that is kept, and tells no channel from an empty one', () => {
    const kept = fieldsOf(launchOrder({ ...launch, access: 'kept', readOnly: ['a/b'] }, surroundings, new Date(0)))
    expect(kept.slice(-2)).toEqual(['0', '0'])
    expect([kept[9], fieldsOf(launchOrder({ ...launch, channel: new Uint8Array() }, surroundings, new Date(0)))[9]]).toEqual(['', '+'])
  })

  it('holds whatever bytes a command and its environment are made of, each in its own field', () => {
    const odd = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(odd, odd, (command, value) => {
        const fields = fieldsOf(launchOrder({ ...launch, command, environment: { A: value } }, surroundings, new Date(0)))
        expect([fields[2], fields[15]]).toEqual([command, value])
      }),
    )
  })

  it('brings other randomness each time', () => {
    const one = (): string | undefined => launchOrder(launch, surroundings, new Date(0)).toString('hex')
    expect(one()).not.toBe(one())
  })
})
