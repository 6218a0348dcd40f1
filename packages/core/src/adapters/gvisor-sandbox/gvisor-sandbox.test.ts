import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { describeKilledParent, describeSandboxContract } from '../../testing/sandbox-contract.ts'
import { createGvisorSandbox } from './gvisor-sandbox.ts'

await describeSandboxContract('gvisor', () => createGvisorSandbox({ environment: process.env, executables: { node: process.execPath } }))

describeKilledParent('gvisor', `import { createGvisorSandbox } from ${JSON.stringify(new URL('gvisor-sandbox.ts', import.meta.url).href)}
  const sandbox = await createGvisorSandbox({ environment: process.env })`)

describe('without runsc', () => {
  it('there is no sandbox', async () => {
    await expect(createGvisorSandbox({ environment: { PATH: '/nonexistent' } })).rejects.toMatchObject({ code: 'sandbox-unavailable' })
  })
})
