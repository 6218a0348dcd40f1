import path from 'node:path'
import { done, refused, type Tool } from '../tool.ts'
import { walk } from '../walk.ts'
import { placeOf, readText } from '../workspace.ts'

const mostHits = 50
const mostOfLine = 200

export const search: Tool = {
  name: 'search',
  description: 'Finds the lines that hold a text, in all files below a directory.',
  parameters: { text: { type: 'string', description: 'what to look for, as it is written' }, path: { type: 'string', description: 'the directory; the whole working directory where it is left out', optional: true } },
  use: async ({ text, path: folder }, root) => {
    const place = await placeOf(root, folder ?? '.')
    if (!place.ok) return place
    if (typeof text !== 'string' || text === '') return refused('the text is empty')
    const hits: string[] = []
    try {
      for await (const file of walk(root, place.name)) {
        const content = await readText(path.join(root, file), file)
        if (!content.ok || !content.text.includes(text)) continue
        for (const [index, line] of content.text.split('\n').entries()) {
          if (!line.includes(text)) continue
          if (hits.length === mostHits) return done(`${hits.join('\n')}\n[there are more lines]`)
          hits.push(`${file}:${index + 1}: ${line.slice(0, mostOfLine)}`)
        }
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTDIR' || code === 'ENOENT') return refused(`there is no directory ${place.name}`)
      throw error
    }
    return done(hits.length === 0 ? '[no line holds it]' : hits.join('\n'))
  },
}
