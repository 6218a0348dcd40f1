export function timeOf(minutes) {
  return `${Math.floor(minutes / 60)}:${minutes % 60}`
}
