import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { PreparedTree } from '../../evaluation/prepared-tree.ts'
import { readTexts } from './run-covered.ts'

it('reads texts of plain files of the tree alone, whatever a build has put in their place', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-covered-'))
  try {
    const tree = path.join(home, 'tree')
    mkdirSync(path.join(tree, 'src'), { recursive: true })
    mkdirSync(path.join(home, 'outside'))
    writeFileSync(path.join(home, 'outside/secret.js'), 'secret')
    writeFileSync(path.join(tree, 'src/a.js'), 'text')
    symlinkSync('../../outside/secret.js', path.join(tree, 'src/link.js'))
    symlinkSync('../outside', path.join(tree, 'lib'))
    mkdirSync(path.join(tree, 'src/folder.js'))
    execFileSync('mkfifo', [path.join(tree, 'src/pipe.js')])
    writeFileSync(path.join(tree, 'src/large.js'), Buffer.alloc(5_000_000, 'x'))
    const files = ['src/a.js', 'src/link.js', 'lib/secret.js', 'src/folder.js', 'src/pipe.js', 'src/large.js', 'src/gone.js', 'src/a.js/b.js']
    expect([...(await readTexts({ tree: { path: tree } } as unknown as PreparedTree, files))]).toEqual([['src/a.js', 'text']])
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
