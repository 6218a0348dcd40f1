import { addedText, type ChangedFile } from '../screening/changed-file.ts'

/** Files whose lines are commands, or hold them. */
const shell = /\.(?:sh|bash|zsh|fish|ps1|bat|cmd)$|(?:^|\/)(?:makefile|gnumakefile|justfile|dockerfile[^/]*|containerfile|procfile|jenkinsfile[^/]*)$|\.mk$/i
const pipelines = /(?:^|\/)(?:\.github\/workflows\/|\.gitlab-ci|\.circleci\/|azure-pipelines|\.travis|bitbucket-pipelines|\.husky\/|\.buildkite\/)/i

/** Added lines that somebody's machine may run as commands: shell scripts, build files, CI, npm scripts. */
export function addedCommands(files: readonly ChangedFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (/(?:^|\/)package\.json$/i.test(file.path)) return scriptsAdded(file)
    const startsAsShell = /^#!.*\b(?:ba|z|da|k|fi)?sh\b/.test(file.after ?? '')
    if (!shell.test(file.path) && !pipelines.test(file.path) && !startsAsShell) return []
    return addedText(file).map(({ text }) => text.trim()).filter((text) => text !== '' && !text.startsWith('#'))
  })
}

function scriptsAdded({ before, after }: ChangedFile): readonly string[] {
  const [old, now] = [scriptsOf(before), scriptsOf(after)]
  return [...now].filter(([name, command]) => old.get(name) !== command).map(([, command]) => command)
}

function scriptsOf(text: string | null): ReadonlyMap<string, string> {
  if (text === null) return new Map()
  try {
    const manifest = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, unknown>> } | null
    return new Map(Object.entries(manifest?.scripts ?? {}).map(([name, command]) => [name, String(command)]))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Whatever it is, it is no JSON: all of it may be read as commands by somebody.
    return new Map([['', text.slice(0, 1000)]])
  }
}
