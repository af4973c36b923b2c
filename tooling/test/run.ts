// The whole of `pnpm test` after the installation: the checks, then one vitest run, then what was skipped, then the totals.
import { createTally } from './tally.ts'

const CHECKS: readonly { name: string; command: string[] }[] = [
  { name: 'lint and format', command: ['run', 'lint'] },
  { name: 'types', command: ['exec', 'turbo', 'typecheck', '--continue', '--output-logs=errors-only'] },
  { name: 'published packages', command: ['--filter', '@waxseal/packaging', 'run', 'check'] },
  { name: 'licences, dependencies, secrets', command: ['run', 'check:supply'] },
  { name: 'bundle size', command: ['--filter', '@waxseal/bundle', 'run', 'check'] },
]

const args = process.argv.slice(2)
const { check, tests, end } = createTally()
if (await check('build', ['exec', 'turbo', 'build', '--output-logs=errors-only'])) {
  for (const { name, command } of CHECKS) await check(name, command)
  await tests('vitest', args)
} else console.log('Nothing else was run: all the rest needs the build.')
end({ whole: args.length === 0, optional: false })
