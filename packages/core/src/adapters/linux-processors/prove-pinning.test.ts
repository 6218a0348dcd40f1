import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { provePinning } from './prove-pinning.ts'

/** A PATH that holds `cat` and a taskset that is this script, or none. */
async function withTaskset<Result>(script: string | null, use: (environment: { readonly PATH: string }) => Promise<Result>): Promise<Result> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-taskset-'))
  try {
    await mkdir(path.join(home, 'bin'))
    await symlink('/bin/cat', path.join(home, 'bin/cat'))
    if (script !== null) await writeFile(path.join(home, 'bin/taskset'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return await use({ PATH: path.join(home, 'bin') })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

describe('keeping a program to one processor', () => {
  it('works with the taskset of util-linux', async () => {
    expect(await provePinning(process.env)).toMatchObject({ works: true })
  })

  it.each([
    ['no taskset is there', null, /^not found$/],
    ['the taskset that is there does not know the option', "echo 'taskset: unrecognized option: cpu-list' >&2; exit 1", /unrecognized option/],
    ['the taskset that is there does nothing', 'shift 2; echo "Cpus_allowed_list:\t0-4095"', /ran on 0-4095/],
  ])('does not where %s', async (_, script, detail) => {
    const found = await withTaskset(script, (environment) => provePinning(environment))
    expect(found).toMatchObject({ works: false, detail: expect.stringMatching(detail), remedy: expect.stringContaining('apt-get install util-linux') })
  })
})
