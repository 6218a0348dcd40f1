import { execFileSync } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadArchive, unpackArchive } from './unpack-archive.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-unpack-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** A header of our own making, with whatever a hostile machine would put there. */
function entry(name: string, type: string, options: { readonly link?: string; readonly content?: string; readonly size?: number } = {}): Buffer {
  const content = Buffer.from(options.content ?? '')
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${(options.size ?? content.length).toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(options.link ?? '', 157)
  header.write('ustar\0', 257)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

describe('unpacking what a machine sent', () => {
  it('takes what tar makes of a tree', async () => {
    const [from, to] = [path.join(home, 'from'), path.join(home, 'to')]
    await mkdir(path.join(from, 'a/b/empty'), { recursive: true })
    await mkdir(to)
    const long = `${'x'.repeat(120)}/${'y'.repeat(120)} 漢`
    await mkdir(path.join(from, path.dirname(long)))
    await writeFile(path.join(from, long), 'long')
    await writeFile(path.join(from, 'a/run'), 'x'.repeat(1000), { mode: 0o755 })
    await symlink('../../outside', path.join(from, 'a/link'))
    await unpackArchive(execFileSync('tar', ['--format=pax', '-cf', '-', '-C', from, '.'], { maxBuffer: 2 ** 24 }), to)
    expect([await readFile(path.join(to, long), 'utf8'), await readFile(path.join(to, 'a/run'), 'utf8')]).toEqual(['long', 'x'.repeat(1000)])
    expect([(await lstat(path.join(to, 'a/run'))).mode & 0o777, (await lstat(path.join(to, 'a/link'))).isSymbolicLink(), await readdir(path.join(to, 'a/b'))]).toEqual([0o755, true, ['empty']])
  })

  it.each([
    ['a name that leads out', [entry('../out', '0', { content: 'x' })]],
    ['an absolute name', [entry('/tmp/out', '0', { content: 'x' })]],
    ['a hard link', [entry('hard', '1', { link: '/etc/passwd' })]],
    ['a device', [entry('device', '3')]],
    ['a pipe', [entry('pipe', '6')]],
    ['a length beyond the archive', [entry('long', '0', { size: 10_000 })]],
    ['a wrong sum', [Buffer.concat([Buffer.from('y'), entry('xx', '0').subarray(1)])]],
    ['a path in a record', [entry('x', 'x', { content: '18 path=../outside\n'.replace('18', '19') }), entry('fine', '0')]],
    ['a link behind a link', [entry('a', '2', { link: '/tmp' }), entry('a/b', '2', { link: 'x' })]],
  ])('refuses %s', async (_, parts) => {
    const to = path.join(home, 'to')
    await mkdir(to)
    await expect(unpackArchive(Buffer.concat([...parts, Buffer.alloc(1024)]), to)).rejects.toBeInstanceOf(BadArchive)
    expect(await readdir(home)).toEqual(['to'])
  })

  it('writes nothing through a link, in whatever order they come', async () => {
    const [to, outside] = [path.join(home, 'to'), path.join(home, 'outside')]
    await mkdir(to)
    await mkdir(outside)
    await unpackArchive(Buffer.concat([entry('a', '2', { link: outside }), entry('b/c', '0', { content: 'x' }), Buffer.alloc(1024)]), to)
    await expect(unpackArchive(Buffer.concat([entry('d', '2', { link: outside }), entry('d/c', '0', { content: 'x' }), Buffer.alloc(1024)]), to)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await readdir(outside)).toEqual([])
  })

  it('does nothing but throw or write inside, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ name: fc.string({ maxLength: 30 }), type: fc.constantFrom('0', '5', '2', 'x', 'g', '1', 'L'), content: fc.string({ maxLength: 60 }) }), { maxLength: 4 }), async (entries) => {
        const to = await mkdtemp(path.join(home, 'p'))
        await unpackArchive(Buffer.concat(entries.map(({ name, type, content }) => entry(name, type, { content, link: content }))), to).catch(() => null)
      }),
      { numRuns: 60 },
    )
    expect((await readdir(home)).every((name) => name.startsWith('p'))).toBe(true)
  })
})
