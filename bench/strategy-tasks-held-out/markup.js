'use strict'
// A text with marks, cut into tokens, nested and printed again.
class Reader {
  constructor(text) {
    this.text = text
    this.kinds = ['*', '_', '[', ']', '\n']
  }

  next() {
    if (this.text === '') return null
    const first = this.text.charAt(0)
    if (this.kinds.includes(first)) {
      this.text = this.text.slice(1)
      return { kind: 'mark', value: first }
    }
    let word = ''
    while (this.text !== '' && !this.kinds.includes(this.text.charAt(0))) {
      word = word + this.text.charAt(0)
      this.text = this.text.slice(1)
    }
    return { kind: 'text', value: word }
  }
}

function tokens(text) {
  const reader = new Reader(text)
  let list = []
  for (let token = reader.next(); token !== null; token = reader.next()) {
    list = [...list, token]
  }
  return list
}

function depthOf(list, index) {
  return list.slice(0, index).filter((token) => token.value === '[').length - list.slice(0, index).filter((token) => token.value === ']').length
}

function depths(list) {
  const out = []
  for (let index = 0; index < list.length; index++) {
    out.push(depthOf(list, index))
  }
  return out
}

function printed(list) {
  const parts = []
  const open = []
  list.forEach((token) => {
    if (token.kind === 'text') {
      parts.push(token.value.split('').map((letter) => letter.toUpperCase()).join(''))
    } else if (open.indexOf(token.value) !== -1) {
      open.splice(open.indexOf(token.value), 1)
      parts.push('</' + token.value + '>')
    } else {
      open.push(token.value)
      parts.push('<' + token.value + '>')
    }
  })
  return parts.join('')
}

exports.run = (size) => {
  let text = ''
  for (let i = 0; i < size; i++) text += ['some *words* ', '[a _list_ of ', 'things]', 'line\n'][i % 4] + (i % 13)
  const list = tokens(text)
  const deep = depths(list)
  return [list.length, Math.max(...deep), deep.reduce((sum, depth) => sum + depth, 0), printed(list).length]
}
exports.size = 260
