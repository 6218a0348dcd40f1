// Every attempt to get out, against every tier of this machine, as one table.
//   node e2e/escape/table.ts [tier ...]      default: all local tiers
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { localTiers, openSandboxTier } from '../../packages/core/src/adapters/sandbox-tiers/open-sandbox-tier.ts'
import { SandboxError, type Tier } from '../../packages/core/src/sandbox/sandbox.ts'
import { attempts } from './attempts.ts'
import { layBait, runAttempt, type Finding } from './run-attempts.ts'

process.env['RATCHET_TEST_SECRET'] = 'secret'
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !localTiers.some((tier) => tier === name))
if (unknown !== undefined) throw new Error(`there is no tier ${unknown}; there are ${localTiers.join(', ')}`)
const signal = new AbortController().signal
const cacheDirectory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-escape-tiers-'))
const columns = new Map<Tier, readonly Finding[] | string>()
try {
  for (const tier of localTiers) if (wanted.length === 0 || wanted.includes(tier)) columns.set(tier, await columnOf(tier))
} finally {
  await rm(cacheDirectory, { recursive: true, force: true })
}

async function columnOf(tier: Tier): Promise<readonly Finding[] | string> {
  try {
    await using sandbox = await openSandboxTier(tier, { environment: process.env, executables: { node: process.execPath }, toolchains: [], cacheDirectory }, signal)
    await using stand = await layBait()
    const findings: Finding[] = []
    for (const attempt of attempts) {
      findings.push(await runAttempt(sandbox, attempt, stand, AbortSignal.timeout(120_000)))
      process.stderr.write(`\r${tier}: ${findings.length} of ${attempts.length}   `)
    }
    process.stderr.write('\n')
    return findings
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return error.message
  }
}

const names = [...columns.keys()]
console.log(`${'attempt'.padEnd(58)}${names.map((tier) => tier.padEnd(11)).join('')}`)
for (const [index, attempt] of attempts.entries()) {
  const cells = names.map((tier) => {
    const column = columns.get(tier)
    return (typeof column === 'object' ? (column[index]?.outcome ?? '') : 'absent').padEnd(11)
  })
  console.log(`${`${attempt.group}: ${attempt.name}`.padEnd(58)}${cells.join('')}`)
}
for (const [tier, column] of columns) {
  if (typeof column === 'string') {
    console.log(`${tier}: absent: ${column}`)
    continue
  }
  const count = (outcome: Finding['outcome']): number => column.filter((finding) => finding.outcome === outcome).length
  console.log(`${tier}: ${count('held')} held, ${count('escaped')} escaped, ${count('broken')} could not be tried`)
  for (const { attempt, outcome, detail } of column) if (outcome !== 'held') console.log(`  ${outcome}: ${attempt.name}: ${detail.split('\n')[0]?.slice(0, 160) ?? ''}`)
}
// Only the namespace tier promises that nothing gets through; the others are reported as they are.
process.exitCode = [...columns].some(([tier, column]) => tier === 'namespace' && typeof column === 'object' && column.some(({ outcome }) => outcome === 'escaped')) ? 1 : 0
