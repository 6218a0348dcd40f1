import { readFile } from 'node:fs/promises'

export const templateNames = ['system', 'improve', 'repair', 'crossover', 'retry', 'angles', 'format-search-replace', 'format-unified-diff', 'format-whole-file', 'format-tools', 'judge', 'weakness', 'self', 'agent'] as const
export type TemplateName = (typeof templateNames)[number]

export type PromptTemplates = Readonly<Record<TemplateName, string>>

/** Ratchet's own templates, each replaced by what `override` gives for `<name>.md`. */
export async function readTemplates(override: (file: string) => Promise<string | null> = async () => null): Promise<PromptTemplates> {
  const entries = await Promise.all(templateNames.map(async (name) => [name, (await override(`${name}.md`)) ?? (await readFile(new URL(`./templates/${name}.md`, import.meta.url), 'utf8'))] as const))
  return Object.fromEntries(entries) as PromptTemplates
}
