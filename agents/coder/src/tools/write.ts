import { done, type Tool } from '../tool.ts'
import { placeOf, putText } from '../workspace.ts'

export const write: Tool = {
  name: 'write',
  description: 'Writes a whole file: a new one, or instead of what is there.',
  parameters: { path: { type: 'string', description: 'the file' }, content: { type: 'string', description: 'all of it' } },
  use: async ({ path, content }, root) => {
    const place = await placeOf(root, path)
    if (!place.ok) return place
    await putText(place.file, String(content))
    return done(`wrote ${place.name}`)
  },
}
