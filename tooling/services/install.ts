// Puts every service that this machine can run into the cache, so that the tests need not wait for it.
import { googleMissing, installGoogle } from './google.ts'
import { installLocalKms, localKmsMissing } from './local-kms.ts'
import { installMoto, motoMissing } from './moto.ts'
import { installVault, vaultMissing } from './vault.ts'

const SERVICES = [
  { name: 'moto', missing: motoMissing, install: installMoto },
  { name: 'drongo', missing: googleMissing, install: installGoogle },
  { name: 'local-kms', missing: localKmsMissing, install: installLocalKms },
  { name: 'vault', missing: vaultMissing, install: installVault },
]

// One after the other: each fills the machine.
for (const { name, missing, install } of SERVICES) {
  const why = missing()
  if (why) {
    console.log(`${name}: left out, ${why}`)
    continue
  }
  try {
    await install()
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
