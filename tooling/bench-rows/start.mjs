// `pnpm bench:rows`: builds the adapters, then measures them on the pinned Node, on a PostgreSQL of its own.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/bench-rows...')
if (fresh !== 0) stop('The benchmarks could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/bench-rows^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages under test could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/bench-rows/main.ts`, ...process.argv.slice(2)])
