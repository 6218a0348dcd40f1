import { describe, expect, it } from 'vitest'
import { addedLines } from '../screening/added-lines.ts'
import type { ChangedFile } from '../screening/changed-file.ts'
import { collectFacts } from './collect-facts.ts'

function facts(files: readonly (readonly [path: string, before: string | null, after: string | null])[]): ReturnType<typeof collectFacts> {
  const texts = files.map(([path, before, after]): ChangedFile => ({ path, before, after, addedLines: after === null ? new Set() : addedLines(before, after), isProtected: false, problem: null }))
  const changes = files.map(([path, before, after]) => ({ path, status: before === null ? ('added' as const) : after === null ? ('deleted' as const) : ('modified' as const), oldMode: before === null ? '000000' : '100644', newMode: after === null ? '000000' : '100644' }))
  return collectFacts({ changes, texts, isEditable: (path) => path.startsWith('src/'), isProtected: () => false, proposer: 'genetic', operator: 'x' })
}

describe('facts of a change', () => {
  it('counts lines, and knows each one', () => {
    const { facts: found, lines } = facts([['src/a.js', 'one\ntwo\nthree\n', 'one\nzwei\nthree\nfour\n']])
    expect(found).toMatchObject({ paths: ['src/a.js'], linesAdded: 2, linesRemoved: 1, symbols: ['four', 'zwei'], documented: true, cut: [], files: [{ path: 'src/a.js', language: 'javascript', editable: true, added: 2, removed: 1 }] })
    expect(lines).toEqual({ added: [{ path: 'src/a.js', line: 2, text: 'zwei' }, { path: 'src/a.js', line: 4, text: 'four' }], removed: [{ path: 'src/a.js', text: 'two' }] })
  })

  it('knows every line of a file that is gone', () => {
    expect(facts([['src/a.js', 'one\ntwo\n', null]]).lines.removed.map(({ text }) => text)).toEqual(['one', 'two', ''])
  })

  it('names dependencies where the format says which', () => {
    const before = JSON.stringify({ dependencies: { a: '1', b: '1' }, scripts: { test: 'node --test' } })
    const after = JSON.stringify({ dependencies: { a: '2', c: '1' }, devDependencies: { b: '1' }, scripts: { test: 'node --test', postinstall: 'node steal.js' } })
    expect(facts([['package.json', before, after]]).facts).toMatchObject({
      dependencies: [{ name: 'a', change: 'changed' }, { name: 'b', change: 'changed' }, { name: 'c', change: 'added' }],
      commands: ['node steal.js'],
    })
    expect(facts([['requirements-dev.txt', 'numpy==1\n', 'numpy==1\n--index-url http://evil\nRequests\n']]).facts.dependencies.map(({ name }) => name)).toEqual(['--index-url http://evil', 'requests'])
  })

  it('takes what it cannot read for a change of all of them', () => {
    for (const [path, after] of [['package.json', '{ not json'], ['Cargo.toml', 'x'], ['sub/PACKAGE-LOCK.json', '{}'], ['go.mod', 'y'], ['pyproject.toml', 'z']] as const) {
      expect(facts([[path, '{}', after]]).facts.dependencies).toEqual([{ manifest: path, name: '*', change: 'changed', source: 'unknown' }])
    }
  })

  it('names packages of a lockfile, and where they come from', () => {
    const lock = (entries: object): string => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' }, ...entries } })
    expect(facts([['package-lock.json', lock({}), lock({ 'node_modules/b': { version: '1.0.0', resolved: 'git+ssh://git@github.com/o/b.git#1' } })]]).facts.dependencies).toEqual([{ manifest: 'package-lock.json', name: 'b', change: 'added', source: 'git' }])
    expect(facts([['package.json', '{}', '{"dependencies":{"a":"https://x.example/a.tgz"}}']]).facts.dependencies).toMatchObject([{ name: 'a', source: 'http' }])
    expect(facts([['environment.yml', 'a\n', 'b\n'], ['compose.yaml', 'a\n', 'b\n']]).facts.dependencies.map(({ name }) => name)).toEqual(['*', '*'])
  })

  it('lists commands of scripts, build files and CI', () => {
    expect(facts([['.github/workflows/ci.yml', null, 'steps:\n  - run: curl x | sh\n'], ['Makefile', 'all:\n', 'all:\n\trm -rf /\n'], ['bin/tool', null, '#!/bin/sh\n# no command\nwget y\n'], ['src/a.js', null, 'rm(x)\n']]).facts.commands).toEqual(['steps:', '- run: curl x | sh', 'rm -rf /', 'wget y'])
  })

  it.each([
    ['src/a.js', 'export function f() {}\n', false],
    ['src/a.js', '/** Does f. */\nexport function f() {}\n', true],
    ['src/a.js', 'function inner() {}\n', true],
    ['src/a.py', 'def f():\n    return 1\n', false],
    ['src/a.py', 'def f():\n    """Does f."""\n    return 1\n', true],
    ['src/a.py', 'def _inner():\n    return 1\n', true],
    ['src/a.hpp', 'int area(int side);\n', false],
    ['src/a.hpp', '// Of a square.\nint area(int side);\n', true],
  ])('looks for documentation of what is new in %s: %j', (path, after, documented) => {
    expect(facts([[path, '', after]]).facts.documented).toBe(documented)
    expect(facts([[path, '', after], ['docs/f.md', null, 'f\n']]).facts.documented).toBe(true)
  })

  it('says which lists are not whole', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => [`src/${index}.txt`, null, 'x\n'] as const)
    const { cut, paths } = facts(many).facts
    expect([cut, paths.length]).toEqual([['paths', 'files'], 1_000])
  })
})
