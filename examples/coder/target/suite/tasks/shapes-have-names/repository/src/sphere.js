/** The sides of a sphere. */
export const sides = 6
