'use strict'
// Bookings are checked and summed up by account, and the largest balances are shown.
function check(bookings) {
  for (const booking of bookings) {
    if (typeof booking.amount !== 'number') throw new TypeError('an amount is a number')
  }
  return bookings.length
}

function balances(bookings) {
  const totals = {}
  for (const booking of bookings) {
    check(bookings)
    const before = totals[booking.account] || 0
    totals[booking.account] = before + booking.amount
  }
  return totals
}

function accounts(bookings) {
  const names = []
  for (const booking of bookings) {
    if (!names.includes(booking.account)) names.push(booking.account)
  }
  return names
}

function inOrder(bookings) {
  return [...bookings].sort((a, b) => a.day - b.day)
}

function largest(totals, names) {
  let rows = names.map((name) => ({ name, total: totals[name] }))
  rows = rows.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
  return rows.slice(0, 5)
}

exports.run = (size) => {
  const bookings = []
  for (let i = 0; i < size; i++) {
    bookings.push({ day: i, account: 'account ' + ((i * 7919) % 1009), amount: ((i * 29) % 101) - 50 })
  }
  const ordered = inOrder(bookings)
  const totals = balances(ordered)
  return [largest(totals, accounts(ordered)), ordered.length]
}
