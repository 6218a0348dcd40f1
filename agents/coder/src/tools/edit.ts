import { done, refused, type Tool, type ToolResult } from '../tool.ts'
import { placeOf, putText, readText } from '../workspace.ts'

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
    const brought = String(replace)
    const changed = replaced(text.text, wanted, brought)
    if (!changed.ok) return refused(`${changed.text}: ${place.name}`)
    await putText(place.file, changed.text)
    return done(`edited ${place.name}`)
  },
}

/** The whole text, changed; or why not. */
function replaced(text: string, search: string, replace: string): ToolResult {
  const parts = search === '' ? [] : text.split(search)
  if (parts.length === 0) return refused('the text to replace is empty')
  if (parts.length === 1) return refused('the text to replace is not in the file')
  if (parts.length > 2) return refused(`the text to replace is ${parts.length - 1} times in the file, take in more of the lines around it`)
  return done(parts.join(replace))
}
