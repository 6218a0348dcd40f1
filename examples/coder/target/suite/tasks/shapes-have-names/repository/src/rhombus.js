/** The sides of a rhombus. */
export const sides = 7
