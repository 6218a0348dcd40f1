import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { describeKilledParent, describeSandboxContract } from '../../testing/sandbox-contract.ts'
import { createContainerSandbox } from './container-sandbox.ts'

await describeSandboxContract('container', () => createContainerSandbox({ environment: process.env, executables: { node: process.execPath } }))

describeKilledParent('container', `import { createContainerSandbox } from ${JSON.stringify(new URL('container-sandbox.ts', import.meta.url).href)}
  const sandbox = await createContainerSandbox({ environment: process.env })`)

describe('without an engine that answers', () => {
  it('there is no sandbox, and the error says what to do', async () => {
    await expect(createContainerSandbox({ environment: { PATH: '/nonexistent' } })).rejects.toMatchObject({ code: 'sandbox-unavailable', remedy: expect.stringContaining('podman') })
  })
})
