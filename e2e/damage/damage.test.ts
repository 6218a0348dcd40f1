import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOf, makeTarget, ratchet, shellTarget, type Target, type Verdict } from '../target.ts'

let prepared: Target
beforeAll(async () => {
  prepared = await makeTarget(shellTarget)
  await prepared.commit({ 'src/cost': '50\n' })
  expect((await prepared.ratchet('evaluate', 'HEAD')).code).toBe(0)
})
afterAll(() => prepared[Symbol.asyncDispose]())

/** A target whose last commit is judged. */
const judged = (): Promise<Target> => copyOf(prepared)

const journalOf = (target: Target): string => path.join(target.directory, '.ratchet/journal.sqlite')

describe('a damaged journal', () => {
  it.each([
    ['a changed body', "update events set body = replace(body, '\"accepted\"', '\"rejected\"') where sequence = (select max(sequence) from events where kind = 'decision-made')"],
    ['a dropped event', 'delete from events where sequence = 2'],
    ['a changed time', "update events set at = '2001-01-01T00:00:00.000Z' where sequence = 1"],
    ['two events swapped', 'update events set sequence = case sequence when 1 then -2 when 2 then -1 end where sequence in (1, 2); update events set sequence = -sequence where sequence < 0'],
  ])('with %s is found by verify, with the place', async (_name, sql) => {
    await using target = await judged()
    const database = new DatabaseSync(journalOf(target))
    for (const { name } of database.prepare("select name from sqlite_master where type = 'trigger'").all() as { name: string }[]) database.exec(`drop trigger "${name}"`)
    database.exec(sql)
    database.close()
    const { code, document } = await target.json<{ readonly ok: boolean; readonly brokenAt: number }>('verify')
    expect([code, document.ok]).toEqual([1, false])
    expect(document.brokenAt).toBeGreaterThan(0)
  })

  it('that is no database is refused and left as it is', async () => {
    await using target = await judged()
    await writeFile(journalOf(target), 'not a database, but long enough to be read as one'.repeat(100))
    const { code, stderr } = await target.ratchet('evaluate', 'HEAD')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/journal/i)])
    expect(await readFile(journalOf(target), 'utf8')).toContain('not a database')
  })
})

describe('an unusable place', () => {
  it('that cannot be written gives a clear error', async () => {
    await using target = await makeTarget(shellTarget)
    // Root may write anywhere; a file where the directory should be stops root as well.
    await writeFile(path.join(target.directory, '.ratchet'), '')
    const { code, stderr } = await target.ratchet('evaluate', 'HEAD')
    expect([code, stderr]).toEqual([1, expect.stringContaining('.ratchet')])
  })

  it('that is not a repository, or empty, or has no commit is refused', async () => {
    await using target = await makeTarget({})
    const unborn = await target.ratchet('run')
    expect([unborn.code, unborn.stderr]).toEqual([2, expect.stringMatching(/commit/)])
    const outside = path.join(target.directory, '../outside')
    await mkdir(outside)
    const none = await ratchet(['status', '--target', outside])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('not a git repository')])
    const missing = await ratchet(['status', '--target', path.join(outside, 'nowhere')])
    expect(missing.code).toBe(2)
  })

  it('on a detached HEAD judges, and refuses to apply without a branch', async () => {
    await using target = await judged()
    await target.commit({ 'src/cost': '20\n' })
    const { document } = await target.json<Verdict>('evaluate', 'HEAD')
    await target.git('checkout', '--quiet', '--detach', 'HEAD~1')
    const { code, stderr } = await target.ratchet('apply', document.id)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--branch')])
  })

  it('in a shallow clone without the baseline says how to deepen it', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n' })
    const clone = path.join(target.directory, '../clone')
    await target.git('clone', '--quiet', '--depth', '1', `file://${target.directory}`, clone)
    const { code, stderr } = await ratchet(['evaluate', 'HEAD', '--target', clone])
    expect([code, stderr]).toEqual([2, expect.stringContaining('unshallow')])
  })

  it('with a dirty submodule is refused', async () => {
    await using inner = await makeTarget({ 'file.txt': 'x\n' })
    await using target = await makeTarget(shellTarget)
    await target.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.directory, 'inner')
    await target.commit({}, 'add submodule')
    await target.commit({ 'src/cost': '50\n' })
    expect((await target.ratchet('evaluate', 'HEAD')).code).toBe(0)
    await writeFile(path.join(target.directory, 'inner/file.txt'), 'changed\n')
    const { code, stderr } = await target.ratchet('evaluate', 'HEAD')
    expect([code, stderr]).toEqual([2, expect.stringContaining('inner')])
  })

  it('with hooks, filters and drivers of its own runs none of them', async () => {
    await using target = await makeTarget({ ...shellTarget, '.gitattributes': '*.txt filter=evil diff=evil merge=evil\n', 'src/a.txt': 'text\n' })
    const marker = path.join(target.directory, '../ran')
    const touch = `touch '${marker}'; cat`
    for (const key of ['filter.evil.clean', 'filter.evil.smudge', 'diff.evil.textconv', 'core.fsmonitor', 'merge.evil.driver', 'diff.external']) await target.git('config', key, touch)
    for (const hook of ['pre-commit', 'post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc']) {
      const file = path.join(target.directory, '.git/hooks', hook)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, `#!/bin/sh\ntouch '${marker}'\n`)
      await chmod(file, 0o755)
    }
    const run = async (...args: string[]): Promise<string> => target.git('-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'filter.evil.clean=cat', '-c', 'filter.evil.smudge=cat', ...args)
    await run('checkout', '--quiet', '-b', 'idea')
    await target.write({ 'src/cost': '50\n', 'src/a.txt': 'other\n' })
    await run('commit', '--quiet', '--all', '--message', 'better')
    await run('checkout', '--quiet', 'main')
    await rm(marker, { force: true })
    const { code, document } = await target.json<Verdict>('evaluate', 'idea')
    expect(code).toBe(0)
    expect((await target.ratchet('show', document.id, '--diff')).code).toBe(0)
    expect((await target.ratchet('apply', document.id)).code).toBe(0)
    expect((await target.ratchet('revert', document.id)).code).toBe(0)
    expect(await readdir(path.dirname(marker))).not.toContain('ran')
  })
})
