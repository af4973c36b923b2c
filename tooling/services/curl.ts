import { aptInstall, canAptInstall } from './apt.ts'
import { findProgram } from './program.ts'

const program = () => findProgram('curl')

/** Why curl cannot be run here, `undefined` where it can. */
export const curlMissing = (): string | undefined => (program() ? undefined : 'no curl (Debian: apt-get install curl)')

/** Why curl cannot be installed here, `undefined` where it is there or can be. */
export const curlUninstallable = (): string | undefined => (canAptInstall() ? undefined : curlMissing())

/** The path of the machine's curl, installed where it is not there. */
export const installCurl = async (): Promise<string> => {
  if (curlMissing()) aptInstall('curl')
  const found = program()
  if (!found) throw new Error(curlMissing())
  return found
}
