// Writes the JSON Schema of ratchet.yaml for editors; with --check it only says whether the stored one is current.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { configJsonSchema } from '../packages/core/src/target/config-json-schema.ts'

const file = fileURLToPath(new URL('../schema/ratchet.schema.json', import.meta.url))
const shown = path.relative(process.cwd(), file)
const text = `${JSON.stringify(configJsonSchema({ annotated: false }), null, 2)}\n`

if (process.argv.includes('--check')) {
  if ((await stored()) !== text) {
    console.error(`${shown} does not fit the schema in packages/core/src/target/config.ts; run \`npm run schema\` and commit the result`)
    process.exitCode = 1
  }
} else {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
  console.log(`wrote ${shown}`)
}

async function stored(): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
