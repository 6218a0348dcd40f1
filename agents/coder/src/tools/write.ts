import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { done, type Tool } from '../tool.ts'
import { placeOf } from '../workspace.ts'

export const write: Tool = {
  name: 'write',
  description: 'Writes a whole file: a new one, or instead of what is there.',
  parameters: { path: { type: 'string', description: 'the file' }, content: { type: 'string', description: 'all of it' } },
  use: async ({ path, content }, root) => {
    const place = await placeOf(root, path)
    if (!place.ok) return place
    await mkdir(dirname(place.file), { recursive: true })
    await writeFile(place.file, String(content))
    return done(`wrote ${place.name}`)
  },
}
