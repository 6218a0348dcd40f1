import { existsSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { callEngine, type Engine } from './engine.ts'

/** On every container and image of ours: the directory of the sandbox it belongs to, which is there as long as its process lives. */
export const homeLabel = 'ratchet.home'

/** Containers and images of processes that were killed. Those of another process namespace are not ours to judge. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  await removeOf(engine, { list: ['ps', '--all', '--quiet', '--no-trunc'], inspect: 'container', remove: 'rm' })
  await removeOf(engine, { list: ['images', '--quiet', '--no-trunc'], inspect: 'image', remove: 'rmi' })
}

interface Kind {
  readonly list: readonly string[]
  readonly inspect: 'container' | 'image'
  readonly remove: 'rm' | 'rmi'
}

async function removeOf(engine: Engine, { list, inspect, remove }: Kind): Promise<void> {
  const ids = (await callEngine(engine, [...list, '--filter', `label=${homeLabel}`])).split('\n').filter((id) => id !== '')
  for (const id of new Set(ids)) {
    try {
      const home = await callEngine(engine, [inspect, 'inspect', '--format', `{{index .Config.Labels "${homeLabel}"}}`, id])
      if (isAbandoned(home)) await callEngine(engine, [remove, '--force', id])
    } catch (error) {
      // Its owner or another process was faster, or it is still in use: the next one tries again, and this one needs none of it.
      if (!(error instanceof SandboxError)) throw error
    }
  }
}

function isAbandoned(home: string): boolean {
  const namespace = /^ratchet-\d+-\d+-(\d+)-/.exec(path.basename(home))?.[1]
  return namespace === /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] && !existsSync(home)
}
