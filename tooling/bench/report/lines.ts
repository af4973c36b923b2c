import { type Cost, find } from '../cost.ts'
import { BARE, BARE_RAW } from '../names.ts'

/** One line of `--json`. */
export interface Line {
  readonly name: string
  readonly value: number
  readonly unit: 'ratio' | 'µs' | 'MiB/s' | 'requests' | 'ms' | 'bytes' | 'objects'
  /** What the value should at most be, null where nothing is aimed at. */
  readonly goal: number | null
  /** False where a goal is missed. */
  readonly ok: boolean
}

const MIB = 1024 * 1024

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Ratios to `bare` on the same work first, then ratios to the raw key, then times and throughputs; `prefix` names the runtime. */
export function lines(all: readonly Cost[], prefix = ''): Line[] {
  const ratios = [BARE, BARE_RAW].flatMap((against) =>
    all.flatMap(({ work, by, goal = null, microseconds }): Line[] => {
      const base = find(all, work, against)
      if (!base || by === BARE || by === BARE_RAW) return []
      const value = rounded(microseconds / base.microseconds, 2)
      const aim = against === BARE ? goal : null
      return [{ name: `${prefix}${work}: ${by} / ${against}`, value, unit: 'ratio', goal: aim, ok: aim === null || value <= aim }]
    }),
  )
  const times = all.map(({ work, by, bytes, microseconds }): Line => {
    const [value, unit] = bytes
      ? ([rounded(bytes / MIB / (microseconds / 1e6), 0), 'MiB/s'] as const)
      : ([rounded(microseconds, 2), 'µs'] as const)
    return { name: `${prefix}${work}: ${by}`, value, unit, goal: null, ok: true }
  })
  return [...ratios, ...times]
}
