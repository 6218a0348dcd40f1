import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createConsole, StdoutError } from './console.ts'

function captured(fail = false): { readonly stdout: Writable; readonly text: () => string } {
  const chunks: string[] = []
  const stdout = new Writable({ write: (chunk: Buffer, _, done) => (fail ? done(new Error('full')) : (chunks.push(chunk.toString()), setImmediate(done))) })
  stdout.on('error', () => undefined)
  return { stdout, text: () => chunks.join('') }
}

describe('a list that is the one document', () => {
  it.each([[[]], [[{ a: [1, 'x\ny'] }]], [[{ a: 1 }, { b: null }, 'c']]])('is the document that the whole list would be: %j', async (items) => {
    const { stdout, text } = captured()
    const console = createConsole({ stdout, stderr: stdout }, true)
    await console.list((async function* () { yield* items })())
    expect(text()).toBe(`${JSON.stringify(items, null, 2)}\n`)
  })

  it('asks for no item before the one before it is written', async () => {
    const { stdout, text } = captured()
    const console = createConsole({ stdout, stderr: stdout }, true)
    const seen: number[] = []
    await console.list((async function* () { for (const at of [1, 2, 3]) { seen.push(text().length); yield at } })())
    expect(seen).toEqual([0, 5, 10])
  })

  it('is followed by no other document where it breaks off, and says so where nobody takes it', async () => {
    const { stdout, text } = captured()
    const console = createConsole({ stdout, stderr: stdout }, true)
    await expect(console.list((async function* () { yield 1; throw new Error('unreadable') })())).rejects.toThrow('unreadable')
    console.document({ error: 'unreadable' })
    expect(text()).toBe('[\n  1')
    const gone = captured(true)
    await expect(createConsole({ stdout: gone.stdout, stderr: stdout }, true).list((async function* () { yield 1 })())).rejects.toBeInstanceOf(StdoutError)
  })
})
