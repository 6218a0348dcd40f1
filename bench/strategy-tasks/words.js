'use strict'
// Words of a text, counted, ranked and set in lines.
function isWord(text) {
  return new RegExp('^[a-z][a-z0-9]*$').test(text)
}

function words(text) {
  let list = []
  for (const part of text.split(' ')) {
    if (isWord(part)) list = list.concat([part])
  }
  return list
}

function counts(list) {
  const seen = []
  const rows = []
  for (const word of list) {
    if (!seen.includes(word)) {
      seen.push(word)
      rows.push({ word, count: list.filter((other) => other === word).length })
    }
  }
  return rows
}

function ranked(rows) {
  return rows.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
}

function lines(list, width) {
  const parts = []
  let length = 0
  for (let i = 0; i < list.length; i++) {
    if (length + list[i].length > width) {
      parts.push('\n')
      length = 0
    }
    parts.push(list[i] + ' ')
    length += list[i].length + 1
  }
  return parts.join('')
}

exports.run = (size) => {
  let text = ''
  for (let i = 0; i < size; i++) text += ['word', 'x', 'Big', 'thing', 'a1'][i % 5] + ((i * 17) % 97) + ' '
  const list = words(text)
  return [ranked(counts(list)).slice(0, 8), lines(list, 60).length]
}
exports.size = 700
