// `pnpm docs:build` and `pnpm docs:dev`: builds the packages, whose declarations are the API reference, then the site or shows it.
import { capture, install, pnpm, run, stop } from './steps.mjs'

const script = process.argv[2] === 'dev' ? 'dev' : 'check'
const fresh = await install()
if (fresh !== 0) stop('What makes the site could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=./packages/*', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages could not be built.`, build.code)

process.exitCode = await run(...pnpm('--filter', '@waxseal/docs', 'run', script))
