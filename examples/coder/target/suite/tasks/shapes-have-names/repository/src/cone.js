/** The sides of a cone. */
export const sides = 4
