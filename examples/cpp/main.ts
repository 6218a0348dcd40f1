// Judges two patches to a C++ library: one is faster and right, the other passes the tests and is wrong.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runRatchet } from '../run-ratchet.ts'
import { temporaryTarget } from '../temporary-target.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
await using target = await temporaryTarget([path.join(here, 'target')])
for (const { patch, expected } of [
  { patch: 'faster.patch', expected: 0 },
  { patch: 'wrong.patch', expected: 3 },
]) {
  console.log(`\n$ ratchet evaluate ${patch}`)
  const { code } = await runRatchet(['evaluate', path.join(here, 'patches', patch), '--target', target.directory], { echo: true })
  if (code !== expected) throw new Error(`${patch}: exit code ${code}, expected ${expected}`)
}
