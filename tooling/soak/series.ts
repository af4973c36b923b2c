export const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN

/** The slope of the line of least squares through readings that were taken every so many milliseconds. */
export function slopePerMinute(list: readonly number[], everyMs: number): number {
  const middle = (list.length - 1) / 2
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  const covariance = list.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0)
  const variance = list.reduce((sum, _, at) => sum + (at - middle) ** 2, 0)
  return (covariance / variance / everyMs) * 60_000
}
