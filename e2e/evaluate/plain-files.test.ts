import { execFileSync } from 'node:child_process'
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, shellTarget, type Outcome, type Target } from '../target.ts'

const models = 'models: { use: { own: { provider: openai, model: some, url: "http://127.0.0.1:9" } } }\n'

/** Nobody ever writes to the pipe, and the device never ends: a command that read them would never answer, and would hold the journal of its target meanwhile. */
describe('a file that a command is given', { timeout: 30_000 }, () => {
  let target: Target
  const beside = (name: string): string => path.join(target.directory, '..', name)
  const odd = (): readonly (readonly [file: string, why: string])[] => [[beside('pipe'), 'is no plain file'], ['/dev/zero', 'is no plain file'], [beside('folder'), 'is no plain file'], [beside('link'), 'is no plain file']]
  const pipeAt = (...names: readonly string[]): void => void execFileSync('mkfifo', names)
  const refused = (why: string): object => ({ code: 2, stdout: '', stderr: expect.stringContaining(why) as string })

  beforeAll(async () => {
    target = await makeTarget({ ...shellTarget, 'ratchet.yaml': null, 'src/cost': '100\n' })
    await target.commit({ 'src/cost': '50\n' })
    await mkdir(beside('folder'))
    pipeAt(beside('pipe'))
    execFileSync('ln', ['-s', 'pipe', beside('link')])
  })
  afterAll(() => target[Symbol.asyncDispose]())

  it.each<[string, (file: string) => Promise<Outcome>]>([
    ['a patch to evaluate', (file) => target.ratchet('evaluate', file)],
    ['a patch to propose', (file) => target.ratchet('propose', file)],
    ['a configuration', (file) => target.ratchet('evaluate', 'HEAD', '--config', file)],
    ['a constitution', (file) => target.ratchet('constitution', 'check', file)],
  ])('has to be a plain file: %s', async (_, command) => {
    for (const [file, why] of odd()) expect(await command(file)).toEqual(refused(why))
  })

  it('has a size that people could have written', async () => {
    await writeFile(beside('huge'), '')
    await truncate(beside('huge'), 65 * 1024 * 1024)
    for (const args of [['evaluate', beside('huge')], ['evaluate', 'HEAD', '--config', beside('huge')], ['constitution', 'check', beside('huge')]]) expect(await target.ratchet(...args)).toEqual(refused('is longer than'))
    expect(await target.ratchet('propose', beside('huge'))).toEqual(refused('more than 1048576 bytes'))
  })

  it('or that lies in the working tree, or with the user, has to be a plain file as well', async () => {
    pipeAt(path.join(target.directory, 'ratchet.yaml'))
    for (const args of [['evaluate', 'HEAD'], ['constitution', 'check']]) expect(await target.ratchet(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('ratchet.yaml is no plain file') as string })
    await rm(path.join(target.directory, 'ratchet.yaml'))
    await target.write({ 'constitution.yaml': 'version: 1\n' })
    pipeAt(path.join(target.directory, 'constitution.yaml.sig'))
    expect(await target.ratchet('constitution', 'check')).toEqual(refused('constitution.yaml.sig is no plain file'))
    await target.commit({ 'ratchet.yaml': `${String(shellTarget['ratchet.yaml'])}${models}`, 'constitution.yaml': null, 'constitution.yaml.sig': null })
    await mkdir(path.join(target.configHome, 'ratchet'), { recursive: true })
    pipeAt(path.join(target.configHome, 'ratchet/prices.json'))
    expect(await target.ratchet('models')).toEqual(refused('prices.json is no plain file'))
  })
})
