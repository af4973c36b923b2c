import { acteon, detectFormat, isOjsEncoded, parseOjsPath, readOjsJob } from '../../../packages/formats/src/index.ts'
import { VECTORS } from '../../../packages/formats/test/ojs-vectors.ts'
import { KEY, samples } from '../../../packages/formats/test/samples.ts'
import { expect, expectCleanPrototype, type Target } from '../target.ts'

const LIMIT = 1 << 16

const opened = (value: unknown): string => JSON.stringify(value)

/** Readers of other systems' layouts. All of these authenticate: what opens says what was sealed. */
const readers: readonly Target[] = await Promise.all(
  samples.map(async ({ name, value, stored, reader }): Promise<Target> => {
    const layout = reader(KEY, LIMIT)
    return {
      name: `layout, ${name}`,
      samples: [await stored(), await stored()],
      run: async (input: unknown) => {
        const before = opened(input)
        const result = await layout.open(input, {})
        expect(opened(input) === before, 'the stored value is as it was')
        expect(opened(result) === opened(value), 'what opens was sealed')
      },
    }
  }),
)

const everything = [...(await Promise.all(samples.map(({ stored }) => stored()))), ...Object.values(VECTORS)]
const ojsKeys = { getKey: (id: string) => (id === 'key-1' ? KEY : undefined), getCurrentKeyId: () => 'key-1' }

export const targets: readonly Target[] = [
  ...readers,
  {
    name: 'layout, detected',
    samples: everything,
    run: (input: unknown) => {
      detectFormat(input)
      acteon({ keys: [{ kid: 'k', key: KEY }] }).detects(input)
      isOjsEncoded(input)
      expectCleanPrototype()
    },
  },
  {
    name: 'Open Job Spec, job',
    samples: Object.values(VECTORS),
    run: async (input: never) => {
      const before = opened(input)
      try {
        await readOjsJob(input, { keys: ojsKeys, maxBytes: LIMIT })
      } finally {
        expect(opened(input) === before, 'the job is as it was')
        expectCleanPrototype()
      }
    },
  },
  {
    name: 'Open Job Spec, path',
    samples: ['args[0]', 'args[0].card', 'args[1]["a.b"].c'],
    run: (input: string) => parseOjsPath(input),
  },
]
