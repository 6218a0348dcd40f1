import { lstatSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { changeId } from '@ratchet/core'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOf, makeTarget, shellTarget, startRatchet, type Files, type Target, type Verdict } from '../target.ts'

interface Offered {
  readonly target: Target
  readonly id: string
  readonly base: string
}

/** A target with a judged, accepted, not yet applied change of `src/cost` that HEAD does not contain. */
async function judged(files: Files = {}): Promise<Offered> {
  const target = await makeTarget({ ...shellTarget, 'notes.txt': 'one\ntwo\nthree\nfour\nfive\n', ...files })
  const base = await target.git('rev-parse', 'HEAD')
  await target.git('checkout', '--quiet', '-b', 'idea')
  await target.commit({ 'src/cost': '50\n' }, 'halve the cost')
  await target.git('checkout', '--quiet', 'main')
  const { document } = await target.json<Verdict>('evaluate', 'idea')
  expect(document.verdict).toBe('accepted')
  return { target, id: document.id, base }
}

let prepared: Offered
beforeAll(async () => void (prepared = await judged()), 120_000)
afterAll(() => prepared.target[Symbol.asyncDispose]())

/** A copy of it, for each test. */
async function offered(): Promise<Offered> {
  return { ...prepared, target: await copyOf(prepared.target) }
}

describe('ratchet apply and revert', () => {
  it('makes one commit with trailers, and revert makes its inverse', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    expect((await target.ratchet('apply', id.slice(0, 6))).code).toBe(0)
    expect(await target.git('rev-parse', 'HEAD^')).toBe(base)
    expect(await target.git('show', 'HEAD:src/cost')).toBe('50')
    expect(await target.git('status', '--porcelain')).toBe('')
    const message = await target.git('log', '-1', '--format=%B')
    expect(message).toContain(`Ratchet-Proposal: ${id}`)
    expect(message).toMatch(/Ratchet-Verdict: accepted\nRatchet-Effect: cost 2\.000x/)
    expect((await target.ratchet('apply', id)).code).toBe(2)
    expect((await target.ratchet('revert', id)).code).toBe(0)
    expect(await target.git('diff', base, 'HEAD')).toBe('')
    expect(await target.git('rev-list', '--count', 'HEAD')).toBe('3')
    expect((await target.ratchet('revert', id)).code).toBe(2)
    expect((await target.ratchet('verify')).code).toBe(0)
  })

  it('refuses what was not accepted and what does not exist', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/answer': 'echo 1\n' })
    const { document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect((await target.ratchet('apply', document.id)).code).toBe(2)
    const unknown = await target.ratchet('apply', 'feedbeef')
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('feedbeef')])
  })

  it('refuses what other judges accepted than those of today, and says how to judge it again', async () => {
    const { 'ratchet.yaml': configuration, ...files } = shellTarget
    await using target = await makeTarget({ ...files, '.gitignore': 'ratchet.yaml\n' })
    await target.write({ 'ratchet.yaml': String(configuration) })
    await target.git('checkout', '--quiet', '-b', 'idea')
    await target.commit({ 'src/cost': '50\n' }, 'halve the cost')
    await target.git('checkout', '--quiet', 'main')
    const { document } = await target.json<Verdict>('evaluate', 'idea')
    expect(document.verdict).toBe('accepted')
    await target.write({ 'ratchet.yaml': String(configuration).replace('cases: 4', 'cases: 8') })
    const { document: status } = await target.json<{ readonly outdated: readonly string[] }>('status')
    expect(status.outdated).toEqual([document.id])
    const { code, stderr } = await target.ratchet('apply', document.id)
    expect([code, stderr]).toEqual([2, expect.stringContaining('ratchet evaluate')])
    await target.write({ 'ratchet.yaml': String(configuration) })
    expect((await target.ratchet('apply', document.id)).code).toBe(0)
  })

  it('never touches a dirty working tree', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    await target.write({ 'notes.txt': 'edited\n' })
    const { code, stderr } = await target.ratchet('apply', id)
    expect([code, stderr]).toEqual([2, expect.stringContaining('notes.txt')])
    expect(await target.git('rev-parse', 'HEAD')).toBe(base)
    expect(await target.git('diff', '--name-only')).toBe('notes.txt')
  })

  it('applies to a named branch without touching the checked-out one', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    await target.write({ 'notes.txt': 'edited\n' })
    expect((await target.ratchet('apply', id, '--branch', 'ratchet/faster')).code).toBe(0)
    expect(await target.git('rev-parse', 'ratchet/faster^')).toBe(base)
    expect(await target.git('rev-parse', 'HEAD')).toBe(base)
    expect(await target.git('diff', '--name-only')).toBe('notes.txt')
  })

  it('on a branch that moved elsewhere, judges again, merges and applies', async () => {
    const { target, id } = await offered()
    await using _ = target
    const moved = await target.commit({ 'notes.txt': 'one\ntwo\n3\nfour\nfive\n' })
    const { code, stdout } = await target.ratchet('apply', id)
    expect([code, stdout]).toEqual([0, expect.stringContaining('judged again')])
    expect(await target.git('rev-parse', 'HEAD^')).toBe(moved)
    expect(await target.git('show', 'HEAD:src/cost')).toBe('50')
    expect(await target.git('show', 'HEAD:notes.txt')).toContain('3')
  })

  it('leaves an agent\'s change an agent\'s, merged, brought again or edited by a person', async () => {
    await using target = await makeTarget({ ...shellTarget, 'notes.txt': 'one\n' })
    await target.git('checkout', '--quiet', '-b', 'idea')
    const commit = await target.commit({ 'src/cost': '50\n' }, 'halve the cost')
    await target.git('checkout', '--quiet', 'main')
    const [baseline, tree] = [await target.git('rev-parse', 'main'), await target.git('rev-parse', 'idea^{tree}')]
    const id = changeId(baseline, tree)
    await target.ratchet('status')
    {
      await using journal = await openSqliteJournal({ directory: path.join(target.directory, '.ratchet'), mode: 'write', clock: () => new Date() })
      await journal.append([{ kind: 'proposal-made', body: { run: null, step: 0, proposal: { id, proposer: 'agent', parent: baseline, edits: [], operator: 'commit', rationale: 'r' }, commit, tree, baseline, editsDigest: id } }])
    }
    expect((await target.json<Verdict>('evaluate', 'idea')).document).toMatchObject({ id, verdict: 'accepted' })
    await target.commit({ 'notes.txt': 'two\n' })
    expect((await target.ratchet('apply', id)).code).toBe(0)
    // Onto the commit before, and on top of it.
    await target.git('checkout', '--quiet', '-b', 'older', baseline)
    const older = await target.commit({ 'more.txt': 'more\n' })
    await target.ratchet('evaluate', 'idea', '--baseline', older)
    await target.write({ '../patch': '--- a/src/cost\n+++ b/src/cost\n@@ -1 +1 @@\n-50\n+40\n' })
    await target.ratchet('edit', id, '--patch', path.join(target.directory, '../patch'), '--on-top', '--reason', 'mine')
    const { document } = await target.json<readonly { readonly proposer: string }[]>('proposals', '--all')
    expect(document.map(({ proposer }) => proposer)).toEqual(['agent', 'agent', 'agent', 'agent'])
    expect((await target.ratchet('verify')).code).toBe(0)
  })

  it('on a branch that moved, does not get around a no that was said to the merged change', async () => {
    const { target, id } = await offered()
    await using _ = target
    const moved = await target.commit({ 'notes.txt': 'one\ntwo\n3\nfour\nfive\n' })
    const merged = await target.git('commit-tree', await target.git('merge-tree', '--write-tree', 'main', 'idea'), '-p', 'main', '-m', 'merged')
    const { document } = await target.json<Verdict>('evaluate', merged, '--baseline', 'main')
    expect(document.verdict).toBe('accepted')
    expect((await target.ratchet('reject', document.id, '--reason', 'no')).code).toBe(0)
    expect(await target.ratchet('apply', id)).toMatchObject({ code: 3, stdout: expect.stringContaining('rejected by') as string })
    expect(await target.git('rev-parse', 'HEAD')).toBe(moved)
    // Whoever said it may take it back.
    expect((await target.ratchet('approve', document.id, '--reason', 'yes after all', '--yes')).code).toBe(0)
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect((await target.ratchet('verify')).code).toBe(0)
  })

  it('on a branch that moved so that it conflicts, refuses', async () => {
    const { target, id } = await offered()
    await using _ = target
    const moved = await target.commit({ 'src/cost': '90\n' })
    expect((await target.ratchet('apply', id)).code).toBe(3)
    expect(await target.git('rev-parse', 'HEAD')).toBe(moved)
  })

  it('on a branch that moved so that it no longer passes, refuses', async () => {
    const { target, id } = await offered()
    await using _ = target
    const moved = await target.commit({ 'check/bench.sh': '#!/bin/sh\ncat src/cost >/dev/null; echo 100\n' })
    const { code, stdout } = await target.ratchet('apply', id)
    expect([code, stdout]).toEqual([3, expect.stringContaining('did not pass again')])
    expect(await target.git('rev-parse', 'HEAD')).toBe(moved)
    // Asking again and again must not pay: the second judgement of the same merge is a second trial.
    await target.ratchet('apply', id)
    const { document } = await target.json<readonly { readonly kind: string; readonly body: { readonly purpose?: string; readonly trial?: number; readonly alpha?: number } }[]>('log')
    const trials = document.filter((event) => event.kind === 'decision-made').slice(-2)
    expect(trials.map((event) => event.body.trial)).toEqual([1, 2])
    expect(trials[1]?.body.alpha).toBeLessThan(trials[0]?.body.alpha ?? 0)
  })

  it('reverts beneath later changes, and refuses when they overlap', async () => {
    const { target, id } = await offered()
    await using _ = target
    await target.ratchet('apply', id)
    await target.commit({ 'notes.txt': 'later\n' })
    expect((await target.json('revert', id)).document).toMatchObject({ kind: 'reverted', tests: 'passed' })
    expect(await target.git('show', 'HEAD:src/cost')).toBe('100')
    expect(await target.git('show', 'HEAD:notes.txt')).toBe('later')
    expect((await target.ratchet('apply', id)).code).toBe(0)
    await target.commit({ 'src/cost': '30\n' })
    expect((await target.ratchet('revert', id)).code).toBe(3)
    expect(await target.git('show', 'HEAD:src/cost')).toBe('30')
  })

  it('reverts beneath a later change only if the tests pass without it, unless it is told not to look', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    await target.ratchet('apply', id)
    // What came later rests on the change: this test passes with the cost of 50 only.
    const passing = String(shellTarget['check/test.sh']).replace('exit ${bad:-0}', 'if [ "$(cat src/cost)" -lt 60 ]; then echo "ok 3 - cheap"; else echo "not ok 3 - cheap"; bad=1; fi\nexit ${bad:-0}').replace('1..2', '1..3')
    const resting = await target.commit({ 'check/test.sh': passing })
    const { code, stdout } = await target.ratchet('revert', id)
    expect([code, stdout]).toEqual([3, expect.stringMatching(/tests fail.*\n.*--without-tests/) as string])
    expect(await target.git('rev-parse', 'HEAD')).toBe(resting)
    const forced = await target.json<{ readonly kind: string; readonly tests: string }>('revert', id, '--without-tests')
    expect(forced.document).toMatchObject({ kind: 'reverted', tests: 'not-run' })
    expect(await target.git('diff', '--name-only', base, 'HEAD')).toBe('check/test.sh')
    expect((await target.ratchet('verify')).code).toBe(0)
  })

  it('reverts beneath later changes with which the tests fail anyway: it is the way out of trouble', async () => {
    const { target, id } = await offered()
    await using _ = target
    await target.ratchet('apply', id)
    const broken = await target.commit({ 'src/answer': 'echo 1\n' })
    const { document } = await target.json<{ readonly kind: string; readonly tests: string }>('revert', id)
    expect(document).toMatchObject({ kind: 'reverted', tests: 'failing-before' })
    expect(await target.git('rev-parse', 'HEAD^')).toBe(broken)
  })

  it('reverts several at once, the latest first, where one alone overlaps with the other; all or none', async () => {
    const { target, id: first, base } = await offered()
    await using _ = target
    await target.ratchet('apply', first)
    await target.git('checkout', '--quiet', '-b', 'more')
    await target.commit({ 'src/cost': '25\n' }, 'quarter the cost')
    await target.git('checkout', '--quiet', 'main')
    const second = (await target.json<Verdict>('evaluate', 'more')).document.id
    expect((await target.ratchet('apply', second)).code).toBe(0)
    const tip = await target.git('rev-parse', 'HEAD')
    const alone = await target.ratchet('revert', first)
    expect([alone.code, alone.stdout]).toEqual([3, expect.stringContaining('together with it')])
    // One of them is not there at all: nothing is moved.
    expect((await target.ratchet('revert', second, 'feedbeef')).code).toBe(2)
    expect(await target.git('rev-parse', 'HEAD')).toBe(tip)
    // A branch that left from between them and came back makes the earlier one look nearer.
    const between = await target.git('rev-parse', 'HEAD^')
    await target.commit({ 'notes.txt': 'first\n' })
    await target.commit({ 'notes.txt': 'second\n' })
    await target.git('checkout', '--quiet', '-b', 'side', between)
    await target.commit({ 'aside.txt': 'x\n' })
    await target.git('checkout', '--quiet', 'main')
    await target.git('merge', '--quiet', '--no-edit', 'side')
    const both = await target.json<{ readonly kind: string }>('revert', first, second)
    expect(both.document).toMatchObject({ kind: 'reverted' })
    expect(await target.git('diff', '--name-only', base, 'HEAD')).toBe('aside.txt\nnotes.txt')
    await target.git('reset', '--quiet', '--hard', tip)
    // Undone by hand, the journal still says reverted: judged and applied anew.
    await target.git('reset', '--quiet', '--hard', base)
    for (const id of [first, second]) expect((await target.ratchet('apply', id)).code).toBe(0)
    const { document, code } = await target.json<{ readonly kind: string; readonly proposals: readonly string[]; readonly tests: string }>('revert', first, second, first)
    expect([code, document]).toEqual([0, expect.objectContaining({ kind: 'reverted', proposals: [first, second], tests: 'not-run' })])
    expect(await target.git('diff', base, 'HEAD')).toBe('')
    expect(await target.git('rev-list', '--count', `${base}..HEAD`)).toBe('4')
    expect((await target.ratchet('verify')).code).toBe(0)
    expect((await target.ratchet('apply', first)).code).toBe(0)
  })

  it('does not revert what stands on several branches in one go', async () => {
    const { target, id: first } = await offered()
    await using _ = target
    await target.ratchet('apply', first, '--branch', 'one')
    await target.git('checkout', '--quiet', '-b', 'more')
    await target.commit({ 'src/cost': '25\n' }, 'quarter the cost')
    await target.git('checkout', '--quiet', 'main')
    const second = (await target.json<Verdict>('evaluate', 'more')).document.id
    await target.ratchet('apply', second, '--branch', 'two')
    const { code, stderr } = await target.ratchet('revert', first, second)
    expect([code, stderr]).toEqual([2, expect.stringContaining('one branch at a time')])
  })

  it('keeps names with spaces, newlines and other scripts, binary and CRLF files byte for byte', async () => {
    const odd = { 'src/a b\nc é 漢.txt': 'x\r\ny\r\n', 'src/binary.bin': Uint8Array.from({ length: 512 }, (_, index) => index % 256), '.gitattributes': '* text=auto\n' }
    const { target, id, base } = await judged(odd)
    await using _ = target
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect(await target.git('status', '--porcelain')).toBe('')
    expect(await target.git('diff', '--name-only', base, 'HEAD')).toBe('src/cost')
  })
})

describe('ratchet apply and revert, with somebody else at the branch', () => {
  it('after the commit was taken back by hand: nothing to revert, and it can be applied again', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    expect((await target.ratchet('apply', id)).code).toBe(0)
    await target.git('reset', '--quiet', '--hard', base)
    expect(await target.ratchet('revert', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('no longer holds') as string })
    expect(await target.git('rev-parse', 'HEAD')).toBe(base)
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect(await target.git('show', 'HEAD:src/cost')).toBe('50')
  })

  it('after the commit was reverted by hand: no empty commit, and it can be applied again', async () => {
    const { target, id } = await offered()
    await using _ = target
    expect((await target.ratchet('apply', id)).code).toBe(0)
    await target.git('revert', '--no-edit', 'HEAD')
    const undone = await target.git('rev-parse', 'HEAD')
    expect(await target.ratchet('revert', id)).toMatchObject({ code: 3, stdout: expect.stringContaining('nothing to undo') as string })
    expect(await target.git('rev-parse', 'HEAD')).toBe(undone)
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect(await target.git('show', 'HEAD:src/cost')).toBe('50')
    expect((await target.ratchet('apply', id)).code).toBe(2)
  })

  it('after the branch it was last applied to is gone: reverts where it still stands', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect((await target.ratchet('apply', id, '--branch', 'gone')).code).toBe(0)
    await target.git('branch', '--quiet', '-D', 'gone')
    expect((await target.ratchet('revert', id)).code).toBe(0)
    expect(await target.git('diff', base, 'main')).toBe('')
    expect((await target.ratchet('apply', id, '--branch', 'gone')).code).toBe(0)
  })

  it('with the index locked: fails and leaves nothing that another command would carry out', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    await target.write({ '.git/index.lock': '' })
    expect((await target.ratchet('apply', id)).code).toBe(1)
    await target.write({ '.git/index.lock': null })
    expect((await target.ratchet('evaluate', 'idea')).code).toBe(0)
    expect(await target.git('rev-parse', 'main')).toBe(base)
    expect((await target.ratchet('apply', id)).code).toBe(0)
    await target.write({ '.git/index.lock': '' })
    expect((await target.ratchet('revert', id)).code).toBe(1)
    await target.write({ '.git/index.lock': null })
    expect((await target.ratchet('revert', id)).code).toBe(0)
    expect((await target.ratchet('verify')).code).toBe(0)
  })
})

describe('ratchet apply, killed at any moment', () => {
  it('leaves the branch before or after, and the next command settles it', async () => {
    const { target, id, base } = await offered()
    await using _ = target
    const seen = new Set<string>()
    // Where it writes, from the moment that it may; what comes before is its own start.
    for (const delay of [0, 20, 40, 60, 80, 110, 150, 200]) {
      const writer = path.join(target.directory, '.ratchet/writer.lock.pid')
      const changed = (): bigint | undefined => lstatSync(writer, { bigint: true, throwIfNoEntry: false })?.mtimeNs
      const before = changed()
      const { child, outcome } = startRatchet(['apply', id, '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } })
      while (child.exitCode === null && changed() === before) await sleep(2)
      await sleep(delay)
      child.kill('SIGKILL')
      await outcome
      const killedAt = await target.git('rev-parse', 'main')
      if (killedAt !== base) expect(await target.git('rev-parse', 'main^')).toBe(base)
      const next = await target.ratchet('apply', id)
      expect([0, 2]).toContain(next.code)
      expect(await target.git('show', 'main:src/cost')).toBe('50')
      expect(await target.git('status', '--porcelain')).toBe('')
      expect(await target.git('rev-list', '--count', `${base}..main`)).toBe('1')
      expect((await target.ratchet('verify')).code).toBe(0)
      seen.add(killedAt === base ? 'before' : 'after')
      expect((await target.ratchet('revert', id)).code).toBe(0)
      await target.git('reset', '--quiet', '--hard', base)
    }
    expect(seen.size).toBeGreaterThan(0)
  }, 180_000)
})
