import { perMillion } from '../kms-calls.ts'
import type { Results } from '../results.ts'
import { type Line, rounded } from './lines.ts'

/** What is counted rather than timed, and cold starts, for `--json`. */
export function otherLines({ kms, cold = [], allocations }: Results): Line[] {
  const line = (name: string, value: number, unit: Line['unit']): Line => ({
    name,
    value: rounded(value, 1),
    unit,
    goal: null,
    ok: true,
  })
  return [
    ...kms.map((calls) =>
      line(`requests to a key service per million jobs: ${calls.scopes} scopes`, perMillion(calls), 'requests'),
    ),
    ...cold.map(({ worker, milliseconds }) => line(`workerd, first answer: ${worker}`, milliseconds, 'ms')),
    ...allocations.flatMap(({ work, by, heapBytes, objects }) => [
      line(`allocated on the heap, ${work}: ${by}`, heapBytes, 'bytes'),
      line(`allocated on the heap, ${work}: ${by}`, objects, 'objects'),
    ]),
  ]
}
