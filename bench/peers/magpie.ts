// Ratchet beside Magpie: evaluations and wall time to the same gain on the same small JavaScript programs, with the same test and benchmark commands, taking turns over several seeds.
// What counts is decided by neither: every best-so-far program of both is measured again and compared with the baseline on other inputs.
//   node bench/peers/magpie.ts --magpie CLONE [--seeds 5] [--evaluations 16] [--magpie-evaluations 160] [--lookahead 1] [--targets triangle,ledger] [--out runs.jsonl] [--python python3]
// A run that stands in the file named by --out is not made again.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { checkProgram, type Checked } from './independent-check.ts'
import { searchWithMagpie } from './magpie-search.ts'
import type { PeerName, PeerRun } from './peer-run.ts'
import { peerTarget, targetNames, type TargetName } from './peer-target.ts'
import { searchWithRatchet } from './ratchet-search.ts'
import { summary, type CheckedRun } from './gain-summary.ts'

const measuredCommit = '3b3b4ebb35fdbf65902954e937b901bfe7159cb9'
const { values } = parseArgs({
  options: {
    magpie: { type: 'string', default: '' },
    seeds: { type: 'string', default: '5' },
    evaluations: { type: 'string', default: '16' },
    'magpie-evaluations': { type: 'string', default: '160' },
    lookahead: { type: 'string', default: '1' },
    targets: { type: 'string', default: targetNames.join(',') },
    out: { type: 'string', default: '' },
    python: { type: 'string', default: 'python3' },
  },
})
if (!existsSync(path.join(values.magpie, 'magpie/algos/local_search.py'))) {
  console.error(`--magpie must name a clone of Magpie (MIT; Python 3.11 or later, standard library only):
  git clone https://github.com/bloa/magpie && git -C magpie checkout ${measuredCommit}`)
  process.exit(2)
}
const targets = values.targets.split(',').map((name) => targetNames.find((known) => known === name) ?? refuse(name))
const budgets = { ratchet: Number(values.evaluations), magpie: Number(values['magpie-evaluations']) }

const runs: PeerRun[] = values.out !== '' && existsSync(values.out) ? readFileSync(values.out, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as PeerRun) : []
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  for (const target of targets) {
    for (const peer of seed % 2 === 0 ? (['ratchet', 'magpie'] as const) : (['magpie', 'ratchet'] as const)) {
      if (runs.some((run) => run.peer === peer && run.target === target && run.seed === seed)) continue
      const run = await search(peer, target, seed)
      runs.push(run)
      if (values.out !== '') appendFileSync(values.out, `${JSON.stringify(run)}\n`)
      console.error(`seed ${seed}, ${target}, ${peer}: ${run.found.length} times better in ${run.evaluations} evaluations and ${(run.ms / 1000).toFixed(1)} s`)
    }
  }
}
const checked = await checkAll(runs)
const loads = runs.map(({ load }) => load).sort((a, b) => a - b)
console.log(`${os.availableParallelism()} cores, load ${loads[0]?.toFixed(1)} to ${loads.at(-1)?.toFixed(1)} (median ${loads[Math.floor(loads.length / 2)]?.toFixed(1)}); node ${process.version}, ${execFileSync(values.python, ['--version'], { encoding: 'utf8' }).trim()}`)
for (const name of targets) console.log(summary(name, checked.filter(({ run }) => run.target === name), budgets))

function refuse(name: string): never {
  throw new RangeError(`no target is named ${name}; there are ${targetNames.join(', ')}`)
}

async function search(peer: PeerName, name: TargetName, seed: number): Promise<PeerRun> {
  await using target = await peerTarget(name)
  switch (peer) {
    case 'ratchet':
      return await searchWithRatchet(target, { seed, evaluations: budgets.ratchet, lookahead: Number(values.lookahead) })
    case 'magpie':
      return await searchWithMagpie(target, { checkout: values.magpie, python: values.python, seed, evaluations: budgets.magpie })
  }
}

/** Each text once, however many runs came upon it. */
async function checkAll(all: readonly PeerRun[]): Promise<readonly CheckedRun[]> {
  const known = new Map<string, Checked>()
  const done: CheckedRun[] = []
  for (const run of all.filter(({ target }) => targets.includes(target))) {
    await using target = await peerTarget(run.target)
    const look = async (text: string): Promise<Checked> => {
      const key = `${run.target}\n${text}`
      const checked = known.get(key) ?? (await checkProgram(target, text))
      known.set(key, checked)
      return checked
    }
    const found = []
    for (const { text, ...at } of run.found) found.push({ ...at, ...(await look(text)) })
    done.push({ run, found, handed: run.handed === null ? null : await look(run.handed) })
  }
  return done
}
