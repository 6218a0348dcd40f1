'use strict'

/** Fills {{name}} in a template with the escaped value of that name; a name without a value is refused. */
function render(template, data) {
  if (typeof template !== 'string') throw new TypeError('render takes a template')
  let result = ''
  for (const part of parse(template)) {
    if (part.kind === 'text') {
      result += part.text
      continue
    }
    if (!Object.hasOwn(data, part.name)) throw new RangeError(`no value for ${part.name}`)
    result += escape(String(data[part.name]))
  }
  return result
}

/** Splits a template into texts and names. */
function parse(template) {
  let parts = []
  let text = ''
  let index = 0
  while (index < template.length) {
    const end = template.startsWith('{{', index) ? template.indexOf('}}', index) : -1
    if (end === -1) {
      text += template[index++]
      continue
    }
    parts = [...parts, { kind: 'text', text }, { kind: 'name', name: template.slice(index + 2, end).trim() }]
    text = ''
    index = end + 2
  }
  return [...parts, { kind: 'text', text }]
}

/** Makes a text harmless inside HTML. */
function escape(text) {
  return Array.from(text, (letter) => {
    if (letter === '&') return '&amp;'
    if (letter === '<') return '&lt;'
    if (letter === '>') return '&gt;'
    if (letter === '"') return '&quot;'
    if (letter === "'") return '&#39;'
    return letter
  }).join('')
}

module.exports = { render }
