// A target without anything to gain: the search must end with exit code 4 and no offer.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runRatchet } from '../run-ratchet.ts'
import { temporaryTarget } from '../temporary-target.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
await using target = await temporaryTarget([path.join(here, 'target')])
const { code } = await runRatchet(['run', '--target', target.directory, '--seed', '3'], { echo: true })
if (code !== 4) throw new Error(`exit code ${code}, expected 4: something was offered where nothing can be gained`)
