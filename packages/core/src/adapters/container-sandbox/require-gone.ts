import { setTimeout as sleep } from 'node:timers/promises'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { callEngine, type Engine } from './engine.ts'

const patienceMs = 15_000

/** Makes sure that a container is gone, and with it everything that ran in it. */
export async function requireGone(engine: Engine, name: string): Promise<void> {
  const started = performance.now()
  while (await isThere(engine, name)) {
    if (performance.now() - started > patienceMs) throw new SandboxError('sandbox-teardown-failed', `the container ${name} cannot be removed`, { remedy: `Remove it: ${engine.name} rm --force ${name}` })
    await removeContainer(engine, name)
    await sleep(50)
  }
}

async function isThere(engine: Engine, name: string): Promise<boolean> {
  try {
    return (await callEngine(engine, ['ps', '--all', '--quiet', '--filter', `name=^${name}$`])) !== ''
  } catch (error) {
    throw new SandboxError('sandbox-teardown-failed', `whether the container ${name} is gone cannot be seen`, { cause: error, remedy: `Look for it: ${engine.name} ps --all` })
  }
}

/** That it could not be removed shows in its being there still. */
async function removeContainer(engine: Engine, name: string): Promise<void> {
  try {
    await callEngine(engine, ['rm', '--force', ...(engine.name === 'podman' ? ['--time', '0'] : []), name])
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
  }
}
