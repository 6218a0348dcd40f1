import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readTasks } from './read-tasks.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ratchet-tasks-'))
  await writeFile(path.join(folder, 'shown.txt'), 'one\n two \n\none\n')
  // What lies in a tree is never taken for the list that the commit has.
  await writeFile(path.join(folder, 'held.txt'), 'planted\n')
})
afterAll(() => rm(folder, { recursive: true }))

type Entry = { readonly path: string; readonly mode?: string; readonly text: string }

/** Of a commit with these files: blobs of one text are one blob, as git has it. */
function read(entries: readonly Entry[], { run = 'node answer.js', heldOut = 'held.txt', thorough = true }: { readonly run?: string; readonly heldOut?: string; readonly thorough?: boolean } = {}): Promise<readonly string[]> {
  const revisions = { entries: async () => entries.map(({ path: name, mode = '100644', text }) => ({ path: name, mode, id: text })), blobs: async (ids: readonly string[]) => ids.map((id) => Buffer.from(id)) }
  return readTasks({ run, tasks: 'shown.txt', heldOut }, { tree: { path: folder, mounts: [], readOnly: [] }, lists: { revisions, trusted: 'a'.repeat(40) } }, thorough)
}
const held: Entry = { path: 'held.txt', text: 'three\r\nfour\nthree\n' }

it('takes held-out examples from the commit and never from a tree, and only where a change is judged as a whole', async () => {
  expect(await read([held])).toEqual(['three', 'four'])
  expect(await read([{ ...held, mode: '100755' }], { heldOut: './held.txt' })).toEqual(['three', 'four'])
  expect(await read([held], { thorough: false })).toEqual(['one', 'two'])
})

it('refuses a list that a command could read all the same: a link, a copy by another name, one that is not in the commit', async () => {
  await expect(read([{ ...held, mode: '120000' }])).rejects.toMatchObject({ code: 'setup-failed', message: expect.stringContaining('is a link') })
  await expect(read([held, { ...held, path: 'src/cases.txt' }])).rejects.toThrow('src/cases.txt holds the same')
  await expect(read([])).rejects.toThrow('has no such file')
  await expect(read([{ path: 'held.txt', text: '\n' }])).rejects.toThrow('holds 0 tasks')
})

it('refuses a command that would look for the list, and an example in both', async () => {
  for (const run of ['node answer.js held.txt', 'node answer.js --list=./held.txt', "sh -c 'cat held.txt'", 'node answer.js <held.txt']) await expect(read([held], { run })).rejects.toThrow('lies in no tree')
  expect(await read([held], { run: 'node answer.js held.txt.js unheld.txt' })).toHaveLength(2)
  await expect(read([{ ...held, text: 'three\ntwo\n' }])).rejects.toThrow('"two" is held out')
})

it('reads no held-out example where nothing reads commits', async () => {
  const places = { tree: { path: folder, mounts: [], readOnly: [] }, lists: undefined }
  await expect(readTasks({ run: 'x', tasks: 'shown.txt', heldOut: 'held.txt' }, places)).rejects.toMatchObject({ code: 'setup-failed' })
  expect(await readTasks({ run: 'x', tasks: 3, heldOut: undefined }, places)).toEqual(['0', '1', '2'])
})
