'use strict'
// Bookings of accounts, balances by day and what looks odd in them.
class Ledger {
  constructor() {
    this.bookings = []
    this.accounts = []
  }

  book(account, day, amount) {
    if (this.accounts.indexOf(account) === -1) this.accounts.push(account)
    this.bookings = this.bookings.concat([{ account, day, amount }])
  }

  balance(account, day) {
    return this.bookings.filter((booking) => booking.account === account).filter((booking) => booking.day <= day).map((booking) => booking.amount).reduce((sum, amount) => sum + amount, 0)
  }

  lastDay() {
    return [...this.bookings].sort((a, b) => a.day - b.day)[this.bookings.length - 1].day
  }

  table() {
    const rows = []
    for (let day = 0; day <= this.lastDay(); day += 5) {
      const row = {}
      for (const account of this.accounts) row[account] = this.balance(account, day)
      rows.push(row)
    }
    return rows
  }
}

function odd(bookings) {
  const found = []
  for (const booking of bookings) {
    const same = bookings.filter((other) => other.account === booking.account && other.amount === booking.amount && other.day === booking.day)
    if (same.length > 1) found.push(JSON.stringify(booking))
  }
  return found.filter((text, index) => found.indexOf(text) === index)
}

function digits(rows) {
  const texts = rows.map((row) => JSON.stringify(JSON.parse(JSON.stringify(row))))
  let length = 0
  for (let i = 0; i < texts.length; i++) {
    length += texts[i].split('').filter((letter) => ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].includes(letter)).length
  }
  return length
}

exports.run = (size) => {
  const ledger = new Ledger()
  for (let i = 0; i < size; i++) ledger.book('account ' + ((i * 7) % 23), (i * 13) % 60, ((i * 37) % 19) - 9)
  const rows = ledger.table()
  return [rows.length, odd(ledger.bookings).length, digits(rows), ledger.lastDay()]
}
exports.size = 600
