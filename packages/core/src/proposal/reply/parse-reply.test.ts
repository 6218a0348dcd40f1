import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelReply } from '../../model/model-request.ts'
import { applyEdits, editedFiles } from '../apply-edits.ts'
import type { SourceFile } from '../proposer.ts'
import { parseReply } from './parse-reply.ts'
import { replyProblems } from './reply-problem.ts'

const code = 'function f(a) {\n  const b = a + 1\n  return b\n}\n\nfunction g(a) {\n  const b = a + 2\n  return b\n}\n'
const sources = new Map<string, SourceFile>([
  ['src/a.js', { path: 'src/a.js', text: code }],
  ['src/b.js', { path: 'src/b.js', text: 'export const x = 1\r\nexport const y = 2\r\n' }],
  ['src/last.js', { path: 'src/last.js', text: 'one\ntwo' }],
])
const reply = (text: string, change: Partial<ModelReply> = {}) => ({ text, toolCalls: [], finish: 'stop' as const, ...change })

function after(text: string, path = 'src/a.js', change: Partial<ModelReply> = {}): string {
  const parsed = parseReply(reply(text, change), sources)
  if (parsed.kind === 'unusable') return `${parsed.problem}: ${parsed.detail}`
  return applyEdits(sources.get(path)?.text ?? '', parsed.edits.filter((edit) => edit.path === path))
}

const changed = code.replace('a + 1', '1 + a')
const block = (search: string, replace: string) => `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE`

describe('a reply', () => {
  it.each([
    ['blocks', `I turn it round.\n\nFILE src/a.js\n${block('  const b = a + 1', '  const b = 1 + a')}\n`],
    ['blocks in a fence', `### \`src/a.js\`\n\`\`\`js\n${block('  const b = a + 1', '  const b = 1 + a')}\n\`\`\`\nDone.`],
    ['a block with the name inside the fence', `\`\`\`\nsrc/a.js\n${block('  const b = a + 1', '  const b = 1 + a')}\n\`\`\``],
    ['blocks with other indentation', `FILE: src/a.js\n${block('const b = a + 1', 'const b = 1 + a')}`],
    ['blocks with empty lines round them', `FILE src/a.js\n${block('\n  const b = a + 1\n', '\n  const b = 1 + a\n')}`],
    ['blocks with line ends of Windows', `FILE src/a.js\n${block('  const b = a + 1', '  const b = 1 + a')}`.replaceAll('\n', '\r\n')],
    ['a unified diff', '--- a/src/a.js\n+++ b/src/a.js\n@@ -1,3 +1,3 @@\n function f(a) {\n-  const b = a + 1\n+  const b = 1 + a\n   return b\n'],
    ['a diff with wrong numbers, in a fence', '```diff\ndiff --git a/src/a.js b/src/a.js\nindex 123..456 100644\n--- a/src/a.js\n+++ b/src/a.js\n@@ -7,99 +1 @@ function f\n-  const b = a + 1\n+  const b = 1 + a\n```\nThat is all.'],
    ['a diff without numbers', '--- src/a.js\n+++ src/a.js\n@@\n-  const b = a + 1\n+  const b = 1 + a\n'],
    ['a whole file', `src/a.js\n\`\`\`js\n${changed}\`\`\`\n`],
    ['a whole file named by its fence', `\`\`\`js src/a.js\n${changed}\`\`\``],
  ])('in the form of %s is read', (_, text) => {
    expect(after(text)).toBe(changed)
  })

  it('may change several places and files, each a part of its own, with line ends as the file has them', () => {
    const text = `FILE src/a.js\n${block('  const b = a + 1', '  const b = 1')}\n${block('  const b = a + 2', '  const b = 2')}\nFILE src/b.js\n${block('export const y = 2', 'export const y = 3\nexport const z = 4')}`
    const parsed = parseReply(reply(text), sources)
    expect(parsed).toMatchObject({ kind: 'edits', edits: [{ part: 0 }, { part: 1 }, { part: 2 }] })
    expect(after(text, 'src/b.js')).toBe('export const x = 1\r\nexport const y = 3\r\nexport const z = 4\r\n')
  })

  it('keeps a last line without an end as it is', () => {
    expect(after(`FILE src/last.js\n${block('two', 'TWO')}`, 'src/last.js')).toBe('one\nTWO')
    expect(after('FILE src/last.js\n```\none\nTWO\n```', 'src/last.js')).toBe('one\nTWO')
  })

  it('takes the place that a hunk names where several are alike', () => {
    expect(after('--- a/src/a.js\n+++ b/src/a.js\n@@ -8 +8 @@\n-  return b\n+  return -b\n')).toBe(code.replace(/return b\n\}\n$/, 'return -b\n}\n'))
  })

  it('may come as calls of tools', () => {
    const toolCalls = [{ id: '1', name: 'replace_in_file', input: JSON.stringify({ path: './src/a.js', search: '  const b = a + 1\n', replace: '  const b = 1 + a\n' }) }, { id: '2', name: 'explain', input: '{"rationale":"turned"}' }]
    expect(after('', 'src/a.js', { toolCalls, finish: 'tool-calls' })).toBe(changed)
    expect(parseReply(reply('', { toolCalls }), sources)).toMatchObject({ rationale: 'turned' })
    expect(after('', 'src/a.js', { toolCalls: [{ id: '1', name: 'write_file', input: JSON.stringify({ path: 'src/a.js', content: changed }) }] })).toBe(changed)
  })

  it.each([
    ['empty', '', {}],
    ['filtered', 'x', { finish: 'content-filter' }],
    ['truncated', `FILE src/a.js\n${block('  const b = a + 1', 'x')}`, { finish: 'length' }],
    ['huge', 'x'.repeat(1024 * 1024 + 1), {}],
    ['no-edits', 'I am sorry, but I cannot help with that.', {}],
    ['malformed', 'FILE src/a.js\n<<<<<<< SEARCH\n  const b = a + 1\n=======\n', {}],
    ['malformed', block('a', 'b'), {}],
    ['malformed', '', { toolCalls: [{ id: '1', name: 'replace_in_file', input: '{"path":' }] }],
    ['malformed', '', { toolCalls: [{ id: '1', name: 'run_shell', input: '{"cmd":"rm"}' }] }],
    ['truncated', 'FILE src/a.js\n```js\nfunction f', {}],
    ['unknown-file', `FILE ../../etc/passwd\n${block('root', 'x')}`, {}],
    ['unknown-file', `FILE test/a.test.js\n${block('root', 'x')}`, {}],
    ['unknown-file', '--- a/src/a.js\n+++ /dev/null\n@@ -1 +0,0 @@\n-function f(a) {\n', {}],
    ['not-found', `FILE src/a.js\n${block('nowhere', 'x')}`, {}],
    ['ambiguous', `FILE src/a.js\n${block('  return b', 'x')}`, {}],
    ['overlap', `FILE src/a.js\n${block('  const b = a + 1', 'x')}\n${block('  const b = a + 1', 'y')}`, {}],
    ['redacted', `FILE src/a.js\n${block('  const b = a + 1', '  const b = "[redacted: key]"')}`, {}],
    ['no-change', `FILE src/a.js\n${block('  const b = a + 1', '  const b = a + 1')}`, {}],
  ] as const)('that is %s is refused for it', (problem, text, change) => {
    expect(parseReply(reply(text, change as Partial<ModelReply>), sources)).toMatchObject({ kind: 'unusable', problem })
  })
})

/** Pieces of which replies are made, and of which attacks on a parser are. */
const piece = fc.oneof(
  fc.constantFrom('<<<<<<< SEARCH', '=======', '>>>>>>> REPLACE', '```', '````', '```diff', '~~~', 'FILE src/a.js', '--- a/src/a.js', '+++ b/src/a.js', '@@ -1,3 +1,3 @@', '@@', '-  return b', '+  return c', '   return b', '  const b = a + 1', '', ' ', '\\ No newline at end of file', '**src/b.js**', 'src/a.js', '\0', '\uD800', '[redacted: key]', code, '# '.repeat(50), '`'.repeat(40), 'a/'.repeat(200), '- - - - '.repeat(40)),
  fc.string({ maxLength: 60 }),
  fc.stringMatching(/^[-+ <>=@`~#*.\w/]{0,40}$/),
)

describe('replies that are made to take long', () => {
  const parse = (text: string, change: Partial<ModelReply> = {}) => parseReply(reply(text, change), sources)
  const fill = (part: string): string => part.repeat(Math.floor((1024 * 1024) / part.length))
  it.each<[string, string]>([
    ['fences that nothing closes', fill('```x\n')],
    ['fences that nothing closes, behind an edit', `FILE src/a.js\n${block('  const b = a + 1', '  const b = a')}\n${fill('```x\n').slice(1000)}`],
    ['fences of every length', fill(Array.from({ length: 18 }, (_, length) => `${'~'.repeat(20 - length)}x\n${'`'.repeat(20 - length)}x\n`).join(''))],
    ['a fence with blanks', `\`\`\`${' '.repeat(1_000_000)}\``],
    ['hunks', `--- a/src/a.js\n+++ b/src/a.js\n${fill('@@\n').slice(100)}`],
    ['lines of a hunk that are empty', `--- a/src/a.js\n+++ b/src/a.js\n@@\n${fill('\n').slice(100)}`],
  ])('%s are read in no time', (_, text) => {
    const started = performance.now()
    parse(text)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('of more places than one idea has, by whatever way they come, are refused', () => {
    const edit = (index: number) => ({ id: String(index), name: 'replace_in_file', input: JSON.stringify({ path: 'src/a.js', search: 'x', replace: 'y' }) })
    const huge = { kind: 'unusable', problem: 'huge' }
    expect(parse('', { toolCalls: Array.from({ length: 201 }, (_, index) => edit(index)) })).toMatchObject(huge)
    expect(parse(`--- a/src/a.js\n+++ b/src/a.js\n${'@@\n-x\n+y\n'.repeat(201)}`)).toMatchObject(huge)
  })
})

describe('malformed replies', () => {
  it('are refused or read, ten thousand of them: no crash, no hang, and nothing outside the files', () => {
    const started = performance.now()
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('\n', '\r\n', '', '\r'), fc.constantFrom('stop', 'tool-calls', 'length'), fc.array(fc.record({ id: fc.string(), name: fc.constantFrom('replace_in_file', 'write_file', 'apply_patch', 'explain', 'x'), input: fc.oneof(fc.json(), fc.string(), fc.record({ path: fc.constantFrom('src/a.js', 'x'), search: fc.string(), replace: fc.string(), content: fc.string(), patch: fc.string() }).map((value) => JSON.stringify(value))) }), { maxLength: 2 }), (pieces, end, finish, toolCalls) => {
        const parsed = parseReply({ text: pieces.join(end), toolCalls, finish }, sources)
        if (parsed.kind === 'unusable') expect(replyProblems).toContain(parsed.problem)
        // Whatever is read can be applied.
        else expect(editedFiles([...sources.values()], parsed.edits).length).toBeGreaterThan(0)
      }),
      { numRuns: 10_000 },
    )
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  it.each([
    ['search lines that nearly match everywhere', `FILE big.js\n${block(`${'a\n'.repeat(20_000)}b`, 'x')}`],
    ['openings without end', '<<<<<<< SEARCH\n=======\n'.repeat(20_000)],
    ['fences without end', '```js big.js\n'.repeat(40_000)],
    ['fences of growing length', Array.from({ length: 20 }, (_, k) => '`'.repeat(3 + k)).join('\n').repeat(1_000)],
    ['blanks', `${' '.repeat(500_000)}x`],
    ['a line of one mark', '*'.repeat(900_000)],
    ['names that nearly are some', `${'a'.repeat(250)} `.repeat(3_000)],
    ['hunks', `--- a/big.js\n+++ b/big.js\n${'@@ -1 +1 @@\n'.repeat(50_000)}`],
    ['a whole other file', `FILE big.js\n\`\`\`\n${Array.from({ length: 40_000 }, (_, k) => `line ${k}`).join('\n')}\n\`\`\``],
  ])('of a megabyte take less than a second: %s', (_, text) => {
    const big = new Map([['big.js', { path: 'big.js', text: 'a\n'.repeat(100_000) }]])
    const started = performance.now()
    parseReply(reply(text.slice(0, 1_000_000)), big)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
