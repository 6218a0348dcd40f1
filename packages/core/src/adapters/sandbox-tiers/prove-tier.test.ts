import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox, Tier } from '../../sandbox/sandbox.ts'
import { proveTier, type ProveOptions } from './prove-tier.ts'

let home: string
beforeEach(async () => void (home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-prove-'))))
afterEach(() => rm(home, { recursive: true, force: true }))

interface Counted extends Sandbox {
  readonly probes: () => number
}

function sandbox({ tier = 'namespace', holds = true }: { readonly tier?: Tier; readonly holds?: boolean } = {}): Counted {
  let probes = 0
  return {
    tier,
    probes: () => probes,
    launch: () => Promise.reject(new Error('not asked for')),
    probe: async () => {
      probes++
      return { tier, available: holds, accounting: 'cgroup-v2', treeMode: 'overlay', checks: [{ name: 'starts', ok: true, detail: 'a command runs' }, { name: 'no network', ok: holds, detail: holds ? 'none' : 'eth0 is there' }] }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

const noon = new Date('2026-05-05T12:00:00.000Z')
const options = (more: Partial<ProveOptions> = {}): ProveOptions => ({ directory: path.join(home, 'tests'), environment: { PATH: '/usr/bin' }, clock: () => noon, ...more })
const never = new AbortController().signal

describe('a tier', () => {
  it('is tried once, and says what held', async () => {
    const one = sandbox()
    expect((await proveTier(one, options(), never)).selfTest).toEqual({ testedAt: noon.toISOString(), checks: 2 })
    const again = sandbox()
    const proven = await proveTier(again, options({ clock: () => new Date(noon.getTime() + 1000) }), never)
    expect(proven.selfTest).toEqual({ testedAt: noon.toISOString(), checks: 2 })
    expect([one.probes(), again.probes()]).toEqual([1, 0])
  })

  it.each([
    ['with other programs', { environment: { PATH: '/opt/bin:/usr/bin' } }],
    ['a day later', { clock: () => new Date(noon.getTime() + 25 * 3600 * 1000) }],
    ['when the clock was set back', { clock: () => new Date(noon.getTime() - 1000) }],
  ] satisfies readonly [string, Partial<ProveOptions>][])('is tried again %s', async (_, other) => {
    await proveTier(sandbox(), options(), never)
    const again = sandbox()
    await proveTier(again, options(other), never)
    expect(again.probes()).toBe(1)
  })

  it('is tried again where the record is of another tier, or no record', async () => {
    await proveTier(sandbox({ tier: 'container' }), options(), never)
    const file = path.join(home, 'tests/namespace.json')
    for (const text of ['', '{', '{"subject":"x","testedAt":"2026-05-05T11:00:00.000Z","checks":2}', '[]']) {
      await writeFile(file, text)
      const again = sandbox()
      await proveTier(again, options(), never)
      expect(again.probes()).toBe(1)
    }
  })

  it('that fails is refused by the name of the check, and not remembered', async () => {
    await expect(proveTier(sandbox({ holds: false }), options(), never)).rejects.toMatchObject({ code: 'sandbox-unavailable', message: 'tier namespace does not pass its self-test here: no network: eth0 is there' })
    await expect(readdir(path.join(home, 'tests'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('of a cloud is tried every time', async () => {
    const cloud = sandbox({ tier: 'e2b' })
    await proveTier(cloud, options(), never)
    await proveTier(cloud, options(), never)
    expect(cloud.probes()).toBe(2)
  })

  it('works where nothing can be written down', async () => {
    await writeFile(path.join(home, 'tests'), 'a file')
    const one = sandbox()
    await proveTier(one, options(), never)
    await proveTier(one, options(), never)
    expect(one.probes()).toBe(2)
  })
})
