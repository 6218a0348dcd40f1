import { done, type Tool } from '../tool.ts'
import { placeOf, readText } from '../workspace.ts'

const mostCharacters = 12_000

export const read: Tool = {
  name: 'read',
  description: 'Shows a text file.',
  parameters: { path: { type: 'string', description: 'the file' } },
  use: async ({ path }, root) => {
    const place = await placeOf(root, path)
    if (!place.ok) return place
    const text = await readText(place.file, place.name)
    if (!text.ok) return text
    if (text.text === '') return done('[the file is empty]')
    const left = text.text.length - mostCharacters
    return done(left > 0 ? `${text.text.slice(0, mostCharacters)}\n[${left} more characters are not shown]` : text.text)
  },
}
