import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellWord } from './shell-word.ts'
import { testFolderGlobs } from './test-folder-globs.ts'

describe('folders of tests', () => {
  it.each([
    ['a folder', ['test/'], ['test/a.js'], ['test/**/*.{js,cjs,mjs}']],
    ['a folder of another name', ['--test-only', './checks'], ['checks/a-test.mjs'], ['--test-only', 'checks/**/{test,test-*,*[._-]test}.{js,cjs,mjs}']],
    ['a folder of TypeScript', ['test'], ['test/a.ts'], ['test/**/*.{ts,cts,mts}']],
    ['everything', ['.'], ['test/a.js'], []],
    ['a folder that is a module', ['test'], ['test/index.js', 'test/a.js'], ['test']],
    ['files and globs', ['test/a.js', 'test/*.js'], ['test/a.js'], ['test/a.js', 'test/*.js']],
    ['the value of an option', ['--test-name-pattern', 'test'], ['test/a.js'], ['--test-name-pattern', 'test']],
    ['a folder with the signs of globs', ['[id]/test'], ['[id]/test/a.js'], ['[id]/test']],
  ])('are written so that they run: %s', (_, args, paths, expected) => expect(testFolderGlobs(args, paths)).toEqual(expected))

  it.each([
    ['test/', ['test/a.js', 'test/deep/b.mjs']],
    ['checks', ['checks/a.test.js', 'checks/deep/test-b.cjs', 'checks/test.js', 'checks/other.txt']],
    ['my tests/test', ['my tests/test/a.js']],
  ])('hold what Node runs by the glob: %s', async (folder, paths) => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-globs-'))
    try {
      for (const file of paths) {
        await mkdir(path.dirname(path.join(directory, file)), { recursive: true })
        await writeFile(path.join(directory, file), file.endsWith('.mjs') ? "import test from 'node:test'\ntest('ran', () => {})\n" : "require('node:test')('ran', () => {})\n")
      }
      const words = testFolderGlobs([folder], paths).map((word) => shellWord(word))
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const { stdout } = spawnSync('/bin/sh', ['-c', `node --test --test-reporter=tap ${words.join(' ')}`], { cwd: directory, encoding: 'utf8', env })
      expect(/^# pass (\d+)$/m.exec(stdout)?.[1]).toBe(String(paths.filter((file) => file.endsWith('js')).length))
      expect(stdout).toMatch(/^# fail 0$/m)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
