// How many proposals are drawn from an example's baseline until the one that is known to help, over many seeds. Nothing is evaluated: what else may help counts as a miss.
//   node bench/draws-to-gain.ts [seeds]     default: 200
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { createPathScope, editsDigest, seededRandom } from '../packages/core/src/index.ts'
import { loadConfig } from '../packages/core/src/adapters/config-file/load-config.ts'
import { createGeneticProposer } from '../packages/core/src/adapters/genetic-proposer/genetic-proposer.ts'

const seeds = Number(process.argv[2] ?? 200)
const examples = path.join(path.dirname(fileURLToPath(import.meta.url)), '../examples')
/** Operator, and a part of its rationale: what `first-gain.ts` saw accepted. */
const known: Readonly<Record<string, readonly [operator: string, part: string]>> = { 'search-python': ['membership-to-set', 'stop in other'], 'search-cpp': ['membership-to-set', 'register_'] }

for (const [example, [operator, part]] of Object.entries(known)) {
  const directory = path.join(examples, example, 'target')
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name))).sort()
  const { config } = await loadConfig({ path: 'ratchet.yaml', text: readFileSync(path.join(directory, 'ratchet.yaml'), 'utf8') })
  const scope = createPathScope(config, names)
  const sources = names.filter((name) => scope.isEditable(name)).map((name) => ({ path: name, text: readFileSync(path.join(directory, name), 'utf8') }))
  const counts: number[] = []
  const proposer = createGeneticProposer()
  for (let seed = 1; seed <= seeds; seed++) {
    const tried = new Set<string>()
    for (let step = 0; ; step++) {
      const draft = await proposer.propose({ parent: 'baseline', sources, opportunities: [], random: seededRandom(seed, 'proposal', step), tried }, new AbortController().signal)
      if (draft === null) throw new Error(`${example}: ${operator} is not among what can be proposed`)
      tried.add(editsDigest('baseline', draft.edits))
      if (draft.operator === operator && draft.rationale.includes(part)) break
    }
    counts.push(tried.size)
  }
  counts.sort((a, b) => a - b)
  const share = (portion: number): number => counts[Math.floor(counts.length * portion)] as number
  console.log(`${example}: ${sources.length} files; median ${share(0.5)}, p90 ${share(0.9)}, most ${counts.at(-1)}; within 12: ${((100 * counts.filter((count) => count <= 12).length) / counts.length).toFixed(1)} %`)
}
