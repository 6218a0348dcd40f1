import { ModelError } from '../../model/model-error.ts'

/** `{{name}}`, and `{{#name}} ... {{/name}}` for what stands only where the value is not empty. One pass: what a value holds is never read as a template. */
const token = /\{\{([#/]?)([a-z]+)\}\}\n?/g

/**
 * Fills a template. Unknown names and open sections are an error of whoever wrote it.
 *
 * @throws ModelError `template-invalid`
 */
export function renderTemplate(template: { readonly name: string; readonly text: string }, values: Readonly<Record<string, string>>): string {
  const parts: string[] = []
  const open: { readonly name: string; readonly shown: boolean }[] = []
  const isShown = (): boolean => open.every(({ shown }) => shown)
  let at = 0
  for (const match of template.text.matchAll(token)) {
    const [whole, sign, name = ''] = match
    if (isShown()) parts.push(template.text.slice(at, match.index))
    at = match.index + whole.length
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw invalid(template.name, `{{${sign}${name}}} is not known; there are ${Object.keys(values).join(', ')}`)
    if (sign === '#') open.push({ name, shown: value !== '' })
    else if (sign === '/') {
      if (open.pop()?.name !== name) throw invalid(template.name, `{{/${name}}} closes what is not open`)
    } else if (isShown()) parts.push(value, whole.endsWith('\n') ? '\n' : '')
  }
  if (open.length > 0) throw invalid(template.name, `{{#${open[0]?.name ?? ''}}} is not closed`)
  return [...parts, template.text.slice(at)].join('').trim()
}

function invalid(name: string, problem: string): ModelError {
  return new ModelError('template-invalid', `the prompt template ${name}: ${problem}`, { remedy: 'Correct the file in the folder that `models.prompts` names.' })
}
