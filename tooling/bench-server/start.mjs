// `pnpm bench:server`: builds the codec server, then measures it on the pinned Node beside a server like that of Temporal's samples.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/bench-server...')
if (fresh !== 0) stop('The benchmarks could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/bench-server^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages under test could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/bench-server/main.ts`, ...process.argv.slice(2)])
