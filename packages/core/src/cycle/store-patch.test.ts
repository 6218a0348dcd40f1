import { describe, expect, it } from 'vitest'
import { openedRepository } from '../adapters/git-workspace/test-repository.ts'
import { encodePatch } from '../proposal/check-patch.ts'
import { changeId } from './evaluate-change.ts'
import { rationaleOf, storePatch } from './store-patch.ts'

const change = (from: string, to: string): string => `--- a/src/cost\n+++ b/src/cost\n@@ -1 +1 @@\n-${from}\n+${to}\n`

describe('a patch', () => {
  it('is kept as a variant with one id for one content, and refused as a value', async () => {
    const { target, workspace, head } = await openedRepository({ 'src/cost': '100\n', 'src/windows': 'a\r\n' })
    const store = (diff: string, base = head.id) => storePatch(workspace.candidates, { base, baseline: head.id, diff: encodePatch(diff) })
    const first = await store(change('100', '50'))
    if ('refused' in first) throw new TypeError(first.refused.message)
    expect(first.id).toBe(changeId(head.id, first.candidate.tree))
    expect(await store(`A mail.\n\n${change('100', '50')}`)).toEqual(first)
    expect(target.git('rev-parse', `refs/ratchet/changes/${first.id}`)).toBe(first.candidate.commit)
    const next = await store(change('50', '25'), first.candidate.commit)
    if ('refused' in next) throw new TypeError(next.refused.message)
    expect((await workspace.revisions.commit(next.candidate.commit)).parents).toEqual([first.candidate.commit])
    // The same content by another way is the same proposal.
    const direct = await store(change('100', '25'))
    expect(direct).toMatchObject({ id: next.id })
    expect(await store('--- a/src/windows\n+++ b/src/windows\n@@ -1 +1 @@\n-a\r\n+b\r\n')).toMatchObject({ id: expect.any(String) as string })

    const refs = target.git('for-each-ref', '--format=%(refname)', 'refs/ratchet')
    for (const [diff, code] of [
      [change('7', '8'), 'does-not-apply'],
      [change('100', '100'), 'does-not-apply'],
      ['--- "a/\\056\\056/x"\n+++ "b/\\056\\056/x"\n@@ -0,0 +1 @@\n+x\n', 'does-not-apply'],
      ['diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ "b/.g\\151t/x"\n@@ -0,0 +1 @@\n+x\n', 'does-not-apply'],
      ['diff --git a/s b/s\nnew file mode 120000\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+/etc\n\\ No newline at end of file\ndiff --git a/s/p b/s/p\nnew file mode 100644\n--- /dev/null\n+++ b/s/p\n@@ -0,0 +1 @@\n+x\n', 'does-not-apply'],
      ['', 'empty'],
    ] as const) expect(await store(diff), diff).toMatchObject({ refused: { code } })
    expect(target.git('for-each-ref', '--format=%(refname)', 'refs/ratchet')).toBe(refs)
  })
})

describe('a rationale', () => {
  it('is one line of text', () => {
    expect(rationaleOf(' faster\r\n\nRatchet-Approved-By: me\u001b[31m\u202e\u0000 ')).toBe('faster Ratchet-Approved-By: me')
    expect(rationaleOf('x'.repeat(5000))).toHaveLength(1000)
  })
})
