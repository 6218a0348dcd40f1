import { writeFile } from 'node:fs/promises'
import { done, refused, type Tool } from '../tool.ts'
import { placeOf, readText } from '../workspace.ts'

export const edit: Tool = {
  name: 'edit',
  description: 'Replaces a text in a file. The text must be in the file exactly once, as it is written there.',
  parameters: {
    path: { type: 'string', description: 'the file' },
    search: { type: 'string', description: 'the text to replace, with enough lines around it that it is there only once' },
    replace: { type: 'string', description: 'what comes in its place' },
  },
  use: async ({ path, search, replace }, root) => {
    const place = await placeOf(root, path)
    if (!place.ok) return place
    const text = await readText(place.file, place.name)
    if (!text.ok) return text
    const wanted = String(search)
    const parts = wanted === '' ? [] : text.text.split(wanted)
    if (parts.length === 0) return refused('the text to replace is empty')
    if (parts.length === 1) return refused(`the text to replace is not in ${place.name}`)
    if (parts.length > 2) return refused(`the text to replace is ${parts.length - 1} times in ${place.name}: take in more of the lines around it`)
    await writeFile(place.file, parts.join(String(replace)))
    return done(`edited ${place.name}`)
  },
}
