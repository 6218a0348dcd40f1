import { expect, it } from 'vitest'
import { killOften } from './kill-often.ts'
import { commandNames, prepareScenes } from './scenes.ts'

// `npm run kills -- --kills 500` is the long version.
it('kill -9 at any moment of run, edit, approve, apply, revert, prune and of a run that applies by itself loses nothing, does nothing twice, and lets the next command go on', { timeout: 240_000 }, async () => {
  await using scenes = await prepareScenes()
  expect(scenes.all.map(({ command }) => command)).toEqual(commandNames)
  const kills = await killOften(scenes, { kills: 14, seed: 1, side: 2, victims: 'group', keepProblems: false }, () => undefined)
  expect(kills.filter(({ problems }) => problems.length > 0)).toEqual([])
  expect(kills.filter(({ reached }) => reached !== 'ended by itself').length).toBeGreaterThan(3)
})
