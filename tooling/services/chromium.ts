import { aptInstall, canAptInstall } from './apt.ts'
import { findProgram } from './program.ts'

const program = () => process.env.CHROMIUM ?? findProgram('chromium') ?? findProgram('google-chrome')

/** Why no page can be opened here, `undefined` where one can. */
export const chromiumMissing = (): string | undefined =>
  program() ? undefined : 'no Chromium (Debian: apt-get install chromium, or CHROMIUM=path)'

/** Why Chromium cannot be installed here, `undefined` where it is there or can be. */
export const chromiumUninstallable = (): string | undefined => (canAptInstall() ? undefined : chromiumMissing())

/**
 * The path of the machine's Chromium, for whatever drives it; installed where it is not there.
 *
 * @example
 * const browser = await chromium.launch({ executablePath: await installChromium() })
 */
export const installChromium = async (): Promise<string> => {
  if (chromiumMissing()) aptInstall('chromium')
  const found = program()
  if (!found) throw new Error(chromiumMissing())
  return found
}
