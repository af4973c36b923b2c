import { pnpm, root } from '../../start/steps.mjs'
import { execute } from '../execute.ts'
import { type Consumer, expectOutput } from '../place.ts'

const NEXT = ['next@16.4.6', 'react@19.2.0', 'react-dom@19.2.0']

/** A route of the edge runtime, built by Next and asked once. */
export const next: Consumer = {
  name: 'Next, edge route',
  check: async (place) => {
    // Next is large: taken from the store of this repository once it is there.
    const [asked, where] = pnpm('store', 'path')
    const store = await execute(asked, where, { cwd: root, env: { ...(process.env as Record<string, string>) } })
    const [file, args] = pnpm('add', '--store-dir', store, ...NEXT, '@waxseal/core')
    await place.run(file, args)
    place.examples('serve-next.mjs')
    place.example('seal.mjs', 'app/seal/seal.mjs')
    place.example('layout.js', 'app/layout.js')
    place.example('route.js', 'app/seal/route.js')
    const env = { NEXT_TELEMETRY_DISABLED: '1' }
    await place.run('node', ['node_modules/next/dist/bin/next', 'build'], { env })
    return expectOutput((await place.run('node', ['serve-next.mjs'], { env })).split('\n').at(-1) ?? '')
  },
}
