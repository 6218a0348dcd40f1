import { expect, it } from 'vitest'
import type { RevisionReader } from '../workspace/workspace.ts'
import { readTexts } from './read-texts.ts'

const contents: Readonly<Record<string, Uint8Array | null>> = {
  'a.js': Buffer.from('\ufeffconst name = "\u00e9"\n'),
  'latin1.py': Buffer.from('name = "\u00e9"\n', 'latin1'),
  'data.bin': Buffer.from([0x61, 0x00]),
  'large.js': null,
}

it('reads what a mutant can be written back as, byte by byte', async () => {
  const blobs: RevisionReader['blobs'] = async (ids) => ids.map((id) => contents[id] ?? null)
  const entries = Object.keys(contents).map((path) => ({ path, id: path, mode: '100644' }))
  const texts = await readTexts({ blobs } as RevisionReader, entries, 1024)
  expect([...texts].map(([path, text]) => [path, Buffer.from(text)])).toEqual([['a.js', contents['a.js']]])
})
