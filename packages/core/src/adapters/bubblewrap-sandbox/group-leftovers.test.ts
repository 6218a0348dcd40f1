import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { usableHierarchies } from './group-hierarchies.ts'
import { killMembers, ownGroupPrefix, removeGroupDirectory, removeLeftovers } from './group-leftovers.ts'

const hierarchy = usableHierarchies()[0]
/** Started once, ended and reaped: a process that there was. */
const gonePid = spawnSync('true').pid

describe('killing what a group holds', () => {
  it('minds neither members that ended meanwhile, nor unseen ones, nor a group that is gone', () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-group-'))
    try {
      const list = path.join(home, 'cgroup.procs')
      // 0 would be this process's own group: the test itself is what would be killed.
      writeFileSync(list, `${gonePid}\n0\n`)
      killMembers(list)
      killMembers(path.join(home, 'nowhere'))
      expect(removeGroupDirectory(path.join(home, 'nowhere'))).toBe(true)
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})

describe.skipIf(hierarchy === undefined)('groups left behind (skipped where control groups are not writable)', () => {
  const at = (name: string): string => path.join(hierarchy?.parent ?? '', name)
  const own = ownGroupPrefix()
  const withPid = (pid: number): string => own.replace(`-${process.pid}-`, `-${pid}-`)

  it('are ended and removed; those of a living process and of other namespaces stay', async () => {
    const [stale, living, foreign] = [`${withPid(gonePid)}test`, `${own}test`, `${withPid(gonePid).replace(/ns\d+/, 'ns1')}test`]
    const sleeper = spawn('sleep', ['60'])
    const ended = once(sleeper, 'exit')
    for (const name of [stale, living, foreign]) mkdirSync(at(name))
    try {
      writeFileSync(path.join(at(stale), 'cgroup.procs'), String(sleeper.pid))
      removeLeftovers(at(''))
      expect(await ended).toEqual([null, 'SIGKILL'])
      // Busy the first time, while the process was ending.
      removeLeftovers(at(''))
      expect([stale, living, foreign].map((name) => existsSync(at(name)))).toEqual([false, true, true])
    } finally {
      sleeper.kill('SIGKILL')
      for (const name of [living, foreign]) rmdirSync(at(name))
    }
  })
})
