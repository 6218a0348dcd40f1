import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { readArguments } from '../src/tool.ts'
import { tools } from '../src/tools.ts'

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'coder-')))
test.after(() => rmSync(root, { recursive: true }))

async function use(name: string, given: object) {
  const tool = tools.find((tool) => tool.name === name)
  assert.ok(tool !== undefined, name)
  const read = readArguments(tool, JSON.stringify(given))
  if (typeof read === 'string') throw new assert.AssertionError({ message: read })
  return tool.use(read, root, new AbortController().signal)
}
const put = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(root, name), content)

test('the tools that every version has', () => {
  for (const name of ['read', 'list', 'search', 'edit', 'write', 'run']) assert.ok(tools.some((tool) => tool.name === name), name)
})

test('an edit changes what it names and nothing else', async () => {
  put('a.txt', 'one\ntwo\nthree\n')
  assert.equal((await use('edit', { path: 'a.txt', search: 'two\n', replace: '2 $& 2\n' })).ok, true)
  assert.equal(readFileSync(path.join(root, 'a.txt'), 'utf8'), 'one\n2 $& 2\nthree\n')
})

test('an edit that is not sure where changes nothing', async () => {
  put('b.txt', 'same\nsame\n')
  assert.equal((await use('edit', { path: 'b.txt', search: 'same', replace: 'x' })).ok, false)
  assert.equal((await use('edit', { path: 'b.txt', search: 'nowhere', replace: 'x' })).ok, false)
  assert.equal(readFileSync(path.join(root, 'b.txt'), 'utf8'), 'same\nsame\n')
})

test('nothing leads out of the working directory', async () => {
  symlinkSync('/etc', path.join(root, 'etc'))
  for (const name of ['../x', '/etc/passwd', 'etc/passwd']) {
    assert.equal((await use('read', { path: name })).ok, false, name)
    assert.equal((await use('write', { path: name, content: '' })).ok, false, name)
  }
})

test('binary files are not shown and not edited', async () => {
  put('c.bin', Buffer.from([0, 1, 2]))
  assert.equal((await use('read', { path: 'c.bin' })).ok, false)
  assert.equal((await use('edit', { path: 'c.bin', search: '\u0001', replace: '' })).ok, false)
})

test('a command that fails says so, and one that hangs in the background ends', async () => {
  assert.match((await use('run', { command: 'echo seen; exit 3' })).text, /exit 3[^]*seen/)
  assert.equal((await use('run', { command: 'sleep 60 & echo started' })).text, 'started\n')
})
