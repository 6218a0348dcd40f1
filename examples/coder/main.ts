// The coder improves itself, offline: a scripted model stands in for a real one. With --model NAME (of Ollama) a real one is asked.
import process from 'node:process'
import { styleText } from 'node:util'
import { startScriptedModel } from '../../e2e/self/scripted-model.ts'
import { runRatchet } from '../run-ratchet.ts'
import { coderTarget } from './coder-target.ts'

async function step(title: string, args: readonly string[]): Promise<void> {
  console.log(`\n${styleText(['bold', 'cyan'], `== ${title}`)}\n${styleText('dim', `$ ratchet ${args.join(' ')}`)}`)
  const { code } = await runRatchet(args, { echo: true })
  if (code !== 0) throw new Error(`ratchet ${args[0]} ended with exit code ${code}`)
}

const flag = process.argv.indexOf('--model')
const name = flag < 0 ? null : (process.argv[flag + 1] ?? null)
await using model = name === null ? await startScriptedModel() : null
await using target = await coderTarget(model, (config) => (name === null ? config : config.replace('qwen3-coder', name)))
const at = ['--target', target.directory]

await step('The seed on its tasks', ['benchmark', 'suite', ...at])
await step('Search: each version writes its children', ['run', '--seed', '1', ...at])
await step('What became of it', ['report', ...at])
await step('Verify: every link of the journal', ['verify', ...at])
if (model !== null) console.log(`\nThe scripted model was asked ${model.asked.work} times about tasks, ${model.asked.improve} times for changes of the agent, and saw ${model.leaks.length} hidden tests.`)
