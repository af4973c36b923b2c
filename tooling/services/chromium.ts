import { aptInstall, canAptInstall } from './apt.ts'
import { findProgram } from './program.ts'

/** The machine's Chromium, or the program that `CHROMIUM` names. */
export const chromiumProgram = (): string | undefined =>
  process.env.CHROMIUM || findProgram('chromium') || findProgram('chromium-browser') || findProgram('google-chrome')

/** Why there is no Chromium here, `undefined` where there is one. */
export const chromiumMissing = (): string | undefined =>
  chromiumProgram() ? undefined : 'no Chromium (Debian: apt-get install chromium; or name one in CHROMIUM)'

/** Why Chromium cannot be installed here, `undefined` where it is there or can be. */
export const chromiumUninstallable = (): string | undefined => (canAptInstall() ? undefined : chromiumMissing())

export const installChromium = async (): Promise<string> => {
  if (chromiumMissing()) aptInstall('chromium')
  const found = chromiumProgram()
  if (!found) throw new Error(chromiumMissing())
  return found
}
