import { done, refused, type Tool } from '../tool.ts'
import { walk } from '../walk.ts'
import { placeOf } from '../workspace.ts'

const mostFiles = 200

export const list: Tool = {
  name: 'list',
  description: 'Lists the files below a directory.',
  parameters: { path: { type: 'string', description: 'the directory; the whole working directory where it is left out', optional: true } },
  use: async ({ path }, root) => {
    const place = await placeOf(root, path ?? '.')
    if (!place.ok) return place
    const files: string[] = []
    try {
      for await (const file of walk(root, place.name)) {
        if (files.length === mostFiles) return done(`${files.join('\n')}\n[there are more files]`)
        files.push(file)
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTDIR' || code === 'ENOENT') return refused(`there is no directory ${place.name}`)
      throw error
    }
    return done(files.length === 0 ? '[no files]' : files.join('\n'))
  },
}
