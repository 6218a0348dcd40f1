export const level = 12
