/** The sides of a hexagon. */
export const sides = 7
