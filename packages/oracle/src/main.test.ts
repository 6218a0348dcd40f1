import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from './main.ts'

let home = ''
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-oracle-main-'))
  await writeFile(path.join(home, 'a.js'), 'exports.f = (x) => x\n')
  await writeFile(path.join(home, 'broken.json'), '{')
  await writeFile(path.join(home, 'turned.json'), JSON.stringify({ version: 1, language: 'javascript', module: 'a.js', function: 'f', parameters: [{ name: 'x', generator: { kind: 'integer', min: 2, max: 1 } }] }))
  await writeFile(path.join(home, 'grown.json'), JSON.stringify({ version: 1, language: 'javascript', module: 'a.js', function: 'f', parameters: [{ name: 'x', generator: { kind: 'string' } }], complexity: { parameter: 'text', sizes: [10] } }))
  await writeFile(path.join(home, 'outside.json'), JSON.stringify({ version: 1, language: 'javascript', module: '../a.js', function: 'f', parameters: [] }))
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function oracle(...args: readonly string[]): Promise<{ readonly code: unknown; readonly said: string }> {
  let said = ''
  const stream = { write: (text: string) => (said += text) }
  const process = { argv: ['node', 'ratchet-oracle', ...args.map((word) => word.replace('HOME', home))], env: { RATCHET_SEED: '1' }, stdout: stream, stderr: stream, exitCode: undefined as number | undefined }
  await main(process, new AbortController().signal)
  return { code: process.exitCode, said }
}

describe('a bad question', () => {
  it.each([
    ['no spec', ['run', 'HOME/none.json'], /none\.json/],
    ['a broken spec', ['run', 'HOME/broken.json'], /broken\.json/],
    ['bounds in the wrong order', ['run', 'HOME/turned.json'], /min must not be above max/],
    ['a module outside', ['run', 'HOME/outside.json'], /without \.\./],
    ['growth of a parameter that is none', ['run', 'HOME/grown.json'], /has no parameter text; choose one of x/],
    ['a seed that is none', ['run', 'HOME/turned.json', '--seed', 'x'], /min must not|no seed/],
    ['no module', ['infer', 'HOME', '--module', 'b.js', '--function', 'f', '--out', 'HOME/o.json'], /b\.js cannot be read/],
    ['a module of another place', ['infer', 'HOME', '--module', '../x.js', '--function', 'f', '--out', 'HOME/o.json'], /outside of the repository/],
    ['a count that is none', ['infer', 'HOME', '--module', 'a.js', '--function', 'f', '--cases', 'x', '--out', 'HOME/o.json'], /--cases x is no count/],
    ['too many seeds', ['compare', 'HOME/turned.json', '--baseline', 'HOME', '--candidate', 'HOME', '--seeds', '99999999999'], /is no count/],
    ['no seeds', ['compare', 'HOME/turned.json', '--baseline', 'HOME', '--candidate', 'HOME', '--seeds', '0'], /is no count/],
    ['a place that cannot be written', ['infer', 'HOME', '--module', 'a.js', '--function', 'f', '--out', 'HOME/no/o.json'], /ENOENT/],
    ['an unknown command', ['guess'], /guess|help/i],
  ])('is answered by status 2, never by 1, which says that two sides differ: %s', async (_, args, message) => {
    const { code, said } = await oracle(...args)
    expect([code, said]).toEqual([2, expect.stringMatching(message)])
  })
})
