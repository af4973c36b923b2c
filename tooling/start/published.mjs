import { capture, install, pinnedNode, pnpm, root, run } from './steps.mjs'

const fail = (/** @type {string} */ what, /** @type {number} */ code) => {
  console.log(`FAIL ${what}\n0 passed, 1 failed, 0 skipped`)
  process.exitCode = code
}

const installed = await install()
const build =
  installed === 0
    ? await capture(...pnpm('exec', 'turbo', 'build', '--filter=./packages/*', '--output-logs=errors-only'))
    : undefined
if (!build) fail('install', installed)
else if (build.code !== 0) fail(`build\n${build.output}`, build.code)
else process.exitCode = await run(pinnedNode(), [`${root}tooling/published/run.ts`, ...process.argv.slice(2)])
