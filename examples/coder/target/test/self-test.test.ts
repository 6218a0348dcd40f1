import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

test('it can still edit code', () => {
  const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('../check/self-test.ts', import.meta.url))], { encoding: 'utf8', timeout: 25_000 })
  assert.deepEqual([status, stdout], [0, 'it can still edit code\n'])
})
