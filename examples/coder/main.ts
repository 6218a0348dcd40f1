// The coder improves itself, offline: a scripted model stands in for a real one. With --model NAME (of Ollama) a real one is asked; --evaluations N says how long.
import { parseArgs, styleText } from 'node:util'
import { startScriptedModel } from '../../e2e/self/scripted-model.ts'
import { runRatchet } from '../run-ratchet.ts'
import { coderTarget } from './coder-target.ts'

/** A search that found nothing to offer, or something that a person has to look at, has not failed. */
const searched = [0, 4, 5]

async function step(title: string, args: readonly string[], fine: readonly number[] = [0]): Promise<void> {
  console.log(`\n${styleText(['bold', 'cyan'], `== ${title}`)}\n${styleText('dim', `$ ratchet ${args.join(' ')}`)}`)
  const { code } = await runRatchet(args, { echo: true })
  if (!fine.includes(code)) throw new Error(`ratchet ${args[0]} ended with exit code ${code}`)
}

const { values } = parseArgs({ options: { model: { type: 'string' }, evaluations: { type: 'string', default: '6' } } })
const name = values.model ?? null
await using model = name === null ? await startScriptedModel() : null
await using target = await coderTarget(model, (config) => (name === null ? config : config.replace('qwen3-coder', name)))
const at = ['--target', target.directory]

await step('The seed on its tasks', ['benchmark', 'suite', ...at])
await step('Search: each version writes its children', ['run', '--seed', '1', '--evaluations', values.evaluations, ...at], searched)
await step('What became of it', ['report', ...at])
await step('Verify: every link of the journal', ['verify', ...at])
if (model !== null) console.log(`\nThe scripted model was asked ${model.asked.work} times about tasks, ${model.asked.improve} times for changes of the agent, and saw ${model.leaks.length} hidden tests.`)
