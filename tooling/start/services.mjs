import { install, pinnedNode, root, run } from './steps.mjs'

const code = await install('!@waxseal/runtimes', '!@waxseal/consumer-tools')
if (code === 0) {
  process.exitCode = await run(pinnedNode(), [`${root}tooling/test/services.ts`, ...process.argv.slice(2)])
} else {
  console.log('FAIL install\n0 passed, 1 failed, 0 skipped')
  process.exitCode = code
}
