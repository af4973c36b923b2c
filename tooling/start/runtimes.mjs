import { capture, install, pinnedNode, pnpm, root, run, stop } from './steps.mjs'

const installed = await install()
if (installed !== 0) stop('The runtimes could not be installed.', installed)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=./packages/*', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/conformance-run/run.ts`, ...process.argv.slice(2)])
