import path from 'node:path'

const scripts = ['js', 'cjs', 'mjs'] as const
const typed = ['ts', 'cts', 'mts'] as const
/** What Node takes for a test outside of folders named `test`. */
const named = '{test,test-*,*[._-]test}'
const withValue = /^(?:-r|-C|--(?:import|require|loader|experimental-loader|env-file|env-file-if-exists|conditions|test-(?:name-pattern|skip-pattern|concurrency|timeout|shard|global-setup|isolation)))$/

/**
 * Arguments of `node --test` with their folders written as globs: up to version 20 Node looked for tests in a folder, since then it takes a folder for a module, and only the `index.js` in it runs. Words are not quoted yet.
 */
export function testFolderGlobs(args: readonly string[], paths: readonly string[]): readonly string[] {
  return args.flatMap((word, index) => {
    if (word.startsWith('-') || withValue.test(args[index - 1] ?? '')) return [word]
    const folder = path.posix.normalize(word).replace(/\/$/, '')
    // All that Node finds by itself.
    if (folder === '.') return []
    const within = paths.filter((each) => each.startsWith(`${folder}/`))
    // Node has no sign that takes a bracket for itself.
    if (within.length === 0 || /[*?[\]{}()!\\]/.test(folder) || within.some((each) => /^index\.(?:js|json|node)$/.test(each.slice(folder.length + 1)))) return [word]
    const isIn = (ending: string): boolean => within.some((each) => each.endsWith(`.${ending}`))
    const endings = scripts.some(isIn) ? scripts : typed
    const isTests = folder.split('/').includes('test')
    return [`${folder}/**/${isTests ? '*' : named}.{${endings.join(',')}}`]
  })
}
