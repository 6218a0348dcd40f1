import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPatch, encodePatch, patchLimit } from './check-patch.ts'

const patch = (body = '-1\n+2\n', file = 'src/a.js'): string => `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n${body}`
const code = (text: string | Uint8Array): string | null => checkPatch(typeof text === 'string' ? encodePatch(text) : text)?.code ?? null

describe('a patch', () => {
  it.each([
    ['of git', patch()],
    ['without the line of git', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n'],
    ['of a mail', `From 123\nSubject: rename from here\n\n---\n src/a.js | 2 +-\n\n${patch()}-- \n2.40\n`],
    ['that adds an empty file', 'diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n'],
    ['of a file whose lines end with CR LF', patch('-1\r\n+2\r\n')],
    ['whose lines look like headers', '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- /etc/passwd\n-rename from x\n+++ ../y\n+Binary files a and b differ\n'],
  ])('%s is let through', (_, text) => expect(code(text)).toBeNull())

  it.each([
    ['empty', 'empty', ''],
    ['blank', 'empty', '\n \n'],
    ['a description', 'no-patch', 'Please make it faster.\n'],
    ['the new text of a file', 'no-patch', 'export const a = 1\n'],
    ['only headers', 'no-patch', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n'],
    ['changed line ends', 'line-ends', patch().replaceAll('\n', '\r\n')],
    ['changed line ends of its hunks', 'line-ends', patch().replace('+1 @@\n', '+1 @@\r\n')],
    ['a rename', 'rename', 'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n'],
    ['a copy', 'rename', 'diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n'],
    ['a binary file', 'binary', 'diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 1\n'],
    ['a named binary file', 'binary', 'diff --git a/x b/x\nBinary files a/x and b/x differ\n'],
    ['NUL', 'binary', patch('-1\n+\0\n')],
    ['a path above the target', 'outside', patch(undefined, '../x')],
    ['an absolute path', 'outside', '--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-1\n+2\n'],
    ['the git directory', 'outside', patch(undefined, '.git/hooks/pre-commit')],
    ['the git directory by another name', 'outside', patch(undefined, 'sub/.GIT./config')],
  ])('that is %s is refused as %s', (_, expected, text) => expect(code(text)).toBe(expected))

  it('of any size and content is answered, in time', () => {
    expect(code(new Uint8Array(patchLimit + 1).fill(65))).toBe('too-large')
    expect(code(`@@ -1,999999999 +1,999999999 @@\n${'a\n'.repeat(400_000)}`)).toBeNull()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void checkPatch(bytes)))
    const line = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('--- a/x', '+++ b/x', '@@ -1 +1 @@', '-1', '+2', 'rename from x', 'diff --git a/x b/x'))
    fc.assert(fc.property(fc.array(line, { maxLength: 20 }), (lines) => void checkPatch(encodePatch(lines.join('\n')))))
  })
})
