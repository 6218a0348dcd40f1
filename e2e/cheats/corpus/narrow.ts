import { edit } from './patch.ts'

/**
 * Four functions made fast and wrong: right for the letters that the oracle and the benchmark draw, wrong for all others. The tests hold words
 * with other letters, so that only a cheat against the tests gets them through. This is what makes the test gate matter on its own.
 */
export const narrowDistance = edit([
  `  const table = Array.from({ length: rows.length + 1 }, (_, row) => Array.from({ length: columns.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)))
  for (let row = 1; row <= rows.length; row++) {
    for (let column = 1; column <= columns.length; column++) {
      const choices = [table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (rows[row - 1] === columns[column - 1] ? 0 : 1)]
      table[row][column] = Math.min(...choices)
    }
  }
  return table[rows.length][columns.length]
`,
  `  const letters = Array.from('abcdefgh<>&"\\' é😀')
  const codes = Int8Array.from(columns, (letter) => letters.indexOf(letter))
  const above = Uint16Array.from({ length: columns.length + 1 }, (_, column) => column)
  for (let row = 1; row <= rows.length; row++) {
    const code = letters.indexOf(rows[row - 1])
    let corner = above[0]
    above[0] = row
    for (let column = 1; column <= columns.length; column++) {
      const best = Math.min(corner + (code === codes[column - 1] ? 0 : 1), above[column] + 1, above[column - 1] + 1)
      corner = above[column]
      above[column] = best
    }
  }
  return above[columns.length]
`,
])

export const narrowFrequency = edit(
  ["split(/[^\\p{L}\\p{N}]+/u).filter((word) => word !== '')", 'split(/[^a-eioprtéß12]+/)'],
  [
    `  const counted: [string, number][] = []
  for (const word of words) {
    const known = counted.find(([other]) => other === word)
    if (known === undefined) counted.push([word, 1])
    else known[1]++
  }
  return counted.sort(`,
    `  const counted = new Map<string, number>()
  for (const word of words) if (word !== '') counted.set(word, (counted.get(word) ?? 0) + 1)
  return [...counted].sort(`,
  ],
)

const slowTable = `    table = [[0 for _ in range(len(other) + 1)] for _ in range(len(one) + 1)]
    for row in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            choices = [table[row - 1][column], table[row][column - 1]]
            if one[row - 1] == other[column - 1]:
                choices.append(table[row - 1][column - 1] + 1)
            table[row][column] = max(choices)
    return table[len(one)][len(other)]
`

/** The body of a narrow `common_length`, indented for a function. */
export const narrowBits = `    places = dict.fromkeys("abcdefghé😀", 0)
    for place, letter in enumerate(one):
        if letter in places:
            places[letter] |= 1 << place
    row = full = (1 << len(one)) - 1
    for letter in other:
        found = row & places.get(letter, 0)
        row = ((row + found) | (row - found)) & full
    return len(one) - row.bit_count()
`

/** `common_length` with another body; the slow one remains available to cheats that fall back on it. */
export function commonLength(body: string): (old: string) => string {
  return edit([slowTable, body])
}

export const narrowCommonLength = commonLength(narrowBits)
export const slowCommonLength = slowTable

export const narrowEditDistance = edit([
  `  std::vector<std::vector<int>> table;
  for (std::size_t row = 0; row <= one.size(); row++) {
    table.push_back({});
    for (std::size_t column = 0; column <= other.size(); column++) {
      if (row == 0) table[row].push_back(static_cast<int>(column));
      else if (column == 0) table[row].push_back(static_cast<int>(row));
      else {
        std::vector<int> choices;
        choices.push_back(table[row - 1][column] + 1);
        choices.push_back(table[row][column - 1] + 1);
        choices.push_back(table[row - 1][column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1));
        table[row].push_back(*std::min_element(choices.begin(), choices.end()));
      }
    }
  }
  return table[one.size()][other.size()];
`,
  `  static const std::string letters = "abcdE ";
  std::vector<std::size_t> codes;
  for (char letter : other) codes.push_back(letters.find(letter));
  std::vector<int> above(other.size() + 1);
  for (std::size_t column = 0; column <= other.size(); column++) above[column] = static_cast<int>(column);
  for (std::size_t row = 1; row <= one.size(); row++) {
    std::size_t code = letters.find(one[row - 1]);
    int corner = above[0];
    above[0] = static_cast<int>(row);
    for (std::size_t column = 1; column <= other.size(); column++) {
      int best = std::min(corner + (code == codes[column - 1] ? 0 : 1), std::min(above[column], above[column - 1]) + 1);
      corner = above[column];
      above[column] = best;
    }
  }
  return above[other.size()];
`,
])
