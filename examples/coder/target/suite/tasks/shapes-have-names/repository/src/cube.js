/** The sides of a cube. */
export const sides = 4
