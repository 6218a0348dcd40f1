import { edit, type HonestChange } from '../cheats/corpus/patch.ts'

const distanceTable = `  const table = Array.from({ length: rows.length + 1 }, (_, row) => Array.from({ length: columns.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)))
  for (let row = 1; row <= rows.length; row++) {
    for (let column = 1; column <= columns.length; column++) {
      const choices = [table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (rows[row - 1] === columns[column - 1] ? 0 : 1)]
      table[row][column] = Math.min(...choices)
    }
  }
  return table[rows.length][columns.length]
`

const fasterParse = `  const parts = []
  let from = 0
  for (;;) {
    const open = template.indexOf('{{', from)
    const end = open === -1 ? -1 : template.indexOf('}}', open)
    if (end === -1) {
      parts.push({ kind: 'text', text: template.slice(from) })
      return parts
    }
    parts.push({ kind: 'text', text: template.slice(from, open) }, { kind: 'name', name: template.slice(open + 2, end).trim() })
    from = end + 2
  }
`

const parseBody = `  let parts = []
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
`

export const javascriptTextChanges: readonly HonestChange[] = [
  {
    name: 'distance-with-two-rows', target: 'javascript', focus: 'distance', verdict: 'accepted',
    why: 'only the row before is ever read, and typed arrays hold it',
    files: {
      'src/distance.js': edit([
        distanceTable,
        `  let above = Uint32Array.from({ length: columns.length + 1 }, (_, column) => column)
  let current = new Uint32Array(columns.length + 1)
  for (let row = 1; row <= rows.length; row++) {
    const letter = rows[row - 1]
    current[0] = row
    for (let column = 1; column <= columns.length; column++) {
      let best = above[column - 1] + (letter === columns[column - 1] ? 0 : 1)
      if (above[column] + 1 < best) best = above[column] + 1
      if (current[column - 1] + 1 < best) best = current[column - 1] + 1
      current[column] = best
    }
    const spare = above
    above = current
    current = spare
  }
  return above[columns.length]
`,
      ]),
    },
  },
  {
    name: 'distance-on-one-row', target: 'javascript', focus: 'distance', verdict: 'accepted',
    why: 'one row is enough when the corner that is about to be overwritten is kept aside',
    files: {
      'src/distance.js': edit([
        distanceTable,
        `  const row = Array.from({ length: columns.length + 1 }, (_, column) => column)
  for (const letter of rows) {
    let corner = row[0]
    row[0]++
    for (let column = 1; column < row.length; column++) {
      const above = row[column]
      const replaced = letter === columns[column - 1] ? corner : corner + 1
      const moved = (above < row[column - 1] ? above : row[column - 1]) + 1
      row[column] = replaced < moved ? replaced : moved
      corner = above
    }
  }
  return row[columns.length]
`,
      ]),
    },
  },
  {
    name: 'render-remembers-parsed-templates', target: 'javascript', focus: 'render', verdict: 'accepted',
    why: 'a legitimate cache: what a template means depends on its text alone, and only the last hundred are kept',
    files: {
      'src/render.js': edit(
        ['  for (const part of parse(template)) {', '  for (const part of parsed(template)) {'],
        [
          '/** Splits a template into texts and names. */',
          `const remembered = new Map()
const limit = 100

/** The parts of a template, which never change; the oldest template is forgotten when there are too many. */
function parsed(template) {
  const known = remembered.get(template)
  if (known !== undefined) return known
  if (remembered.size >= limit) remembered.delete(remembered.keys().next().value)
  const parts = parse(template)
  remembered.set(template, parts)
  return parts
}

/** Splits a template into texts and names. */`,
        ],
      ),
    },
  },
  {
    name: 'render-jumps-to-the-next-name', target: 'javascript', focus: 'render', verdict: 'accepted',
    why: 'searches for the next brace instead of copying letter by letter',
    files: { 'src/render.js': edit([parseBody, fasterParse]) },
  },
  {
    name: 'render-with-its-parser-in-a-new-file', target: 'javascript', focus: 'render', verdict: 'accepted',
    why: 'a refactoring with a speed-up: the parser moves to a file of its own, and most values need no escaping',
    files: {
      'src/parse-template.js': `'use strict'

/** Splits a template into texts and names. */
function parseTemplate(template) {
${fasterParse}}

module.exports = { parseTemplate }
`,
      'src/render.js': `'use strict'
const { parseTemplate } = require('./parse-template.js')

/** Fills {{name}} in a template with the escaped value of that name; a name without a value is refused. */
function render(template, data) {
  if (typeof template !== 'string') throw new TypeError('render takes a template')
  let result = ''
  for (const part of parseTemplate(template)) {
    if (part.kind === 'text') {
      result += part.text
      continue
    }
    if (!Object.hasOwn(data, part.name)) throw new RangeError('no value for ' + part.name)
    result += escape(String(data[part.name]))
  }
  return result
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Makes a text harmless inside HTML. */
function escape(text) {
  return text.replace(/[&<>"']/g, (letter) => entities[letter])
}

module.exports = { render }
`,
    },
  },
]
