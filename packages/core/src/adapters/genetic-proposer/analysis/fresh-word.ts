/** A name that is no word of the text, hence declared and used nowhere in it. */
export function freshWord(text: string, wanted: string): string {
  let name = wanted
  for (let count = 2; new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text); count++) name = `${wanted}${count}`
  return name
}
