import { install, pinnedNode, root, run } from './steps.mjs'

// The runtimes and the tools of consumers are heavy; `pnpm test:runtimes` and `pnpm test:published` install them.
const code = await install('!@waxseal/runtimes', '!@waxseal/consumer-tools')
if (code === 0) {
  process.exitCode = await run(pinnedNode(), [`${root}tooling/test/run.ts`, ...process.argv.slice(2)])
} else {
  console.log('FAIL install\n0 passed, 1 failed, 0 skipped')
  process.exitCode = code
}
