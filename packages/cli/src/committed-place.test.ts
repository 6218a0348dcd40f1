import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { committedPlace } from './committed-place.ts'

let home: string
beforeAll(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'ratchet-place-')))
  await mkdir(path.join(home, 'repo/deep/suite/tasks'), { recursive: true })
  await mkdir(path.join(home, 'elsewhere'))
  await symlink(path.join(home, 'repo'), path.join(home, 'link'))
  await symlink(path.join(home, 'repo/deep/suite'), path.join(home, 'suite'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const placed = (place: string, root = path.join(home, 'repo')): Promise<string | null> =>
  committedPlace(place, { root, isCommitted: (name) => ['deep/suite/tasks/a/task.yaml'].some((file) => file === name || file.startsWith(`${name}/`)) })

it('knows a committed place by every name: from the root, absolute, relative to where one stands, by links', async () => {
  const relative = path.relative(process.cwd(), path.join(home, 'repo/deep/suite'))
  const names = ['deep/suite', './deep/suite/', 'deep/other/../suite', path.join(home, 'repo/deep/suite'), `${home}/repo/x/../deep/suite//`, relative, path.join(home, 'link/deep/suite'), path.join(home, 'suite')]
  for (const name of names) expect(await placed(name), name).toBe('deep/suite')
  expect(await placed(path.join(home, 'repo/deep/suite'), path.join(home, 'link'))).toBe('deep/suite')
})

it('takes no other place for one', async () => {
  for (const name of ['suite', path.join(home, 'elsewhere'), path.join(home, 'nowhere'), '../suite', home, path.join(home, 'repo')]) expect(await placed(name), name).toBeNull()
})
