import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** Folders that hold what others wrote or machines made. */
const passedOver = new Set(['.git', 'node_modules', '__pycache__', '.venv'])

/** Every file below a folder, relative to `root`, in an order that is the same on every machine: the same work then asks the model the same. Links are not followed. */
export async function* walk(root: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true })
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const name = path.join(folder, entry.name)
    if (entry.isFile()) yield name
    else if (entry.isDirectory() && !passedOver.has(entry.name)) yield* walk(root, name)
  }
}
