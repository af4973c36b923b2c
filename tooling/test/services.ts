// The whole of `pnpm test:services` after the installation: the build, the key services, the tests against them, the totals.
import { pinnedNode, root, run } from '../start/steps.mjs'
import { createTally } from './tally.ts'

const args = process.argv.slice(2)
const { check, count, tests, end } = createTally()
if (await check('build', ['exec', 'turbo', 'build', '--output-logs=errors-only'])) {
  // Shows its progress: the first time it takes minutes.
  count('key services', (await run(pinnedNode(), [`${root}tooling/services/install.ts`])) === 0)
  await tests('vitest:services', args)
} else console.log('Nothing else was run: all the rest needs the build.')
end({ whole: args.length === 0, optional: true })
