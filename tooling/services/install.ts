// Puts every service that this machine can run into the cache, so that the tests need not wait for it.
import { adkSecureSessionsMissing, installAdkSecureSessions } from './adk-secure-sessions.ts'
import { chromiumUninstallable, installChromium } from './chromium.ts'
import { curlUninstallable, installCurl } from './curl.ts'
import { googleMissing, installGoogle } from './google.ts'
import { installLocalKms, localKmsMissing } from './local-kms.ts'
import { installMariadb, mariadbUninstallable } from './mariadb.ts'
import { installMoto, motoMissing } from './moto.ts'
import { installNats, natsMissing } from './nats.ts'
import { installPostgres, postgresUninstallable } from './postgres.ts'
import { installRabbitmq, rabbitmqUninstallable } from './rabbitmq.ts'
import { installReader, readerMissing } from './reader.ts'
import { installRedis, redisUninstallable } from './redis.ts'
import { installSchemathesis, schemathesisMissing } from './schemathesis.ts'
import { installShells, shellsUninstallable } from './shells.ts'
import { installTemporal, temporalUnbuildable } from './temporal.ts'
import { installTemporalUi, temporalUiUnbuildable } from './temporal-ui.ts'
import { installVault, vaultUnbuildable } from './vault.ts'

const SERVICES: readonly { name: string; missing(): string | undefined; install(): Promise<string>; optional?: boolean }[] = [
  { name: 'moto', missing: motoMissing, install: installMoto },
  { name: 'drongo', missing: googleMissing, install: installGoogle },
  { name: 'local-kms', missing: localKmsMissing, install: installLocalKms },
  { name: 'postgres', missing: postgresUninstallable, install: installPostgres },
  { name: 'mariadb', missing: mariadbUninstallable, install: installMariadb },
  { name: 'redis', missing: redisUninstallable, install: installRedis },
  { name: 'rabbitmq', missing: rabbitmqUninstallable, install: installRabbitmq },
  { name: 'nats', missing: natsMissing, install: installNats },
  { name: 'chromium', missing: chromiumUninstallable, install: installChromium },
  { name: 'curl', missing: curlUninstallable, install: installCurl },
  { name: 'shells', missing: shellsUninstallable, install: installShells },
  { name: 'schemathesis', missing: schemathesisMissing, install: installSchemathesis },
  { name: 'reader', missing: readerMissing, install: installReader },
  { name: 'adk-secure-sessions', missing: adkSecureSessionsMissing, install: installAdkSecureSessions, optional: true },
  { name: 'temporal', missing: temporalUnbuildable, install: installTemporal },
  { name: 'temporal-ui', missing: temporalUiUnbuildable, install: installTemporalUi },
  // Minutes of building, and thousands of modules: where that fails, its suite says that it is not there.
  { name: 'vault', missing: vaultUnbuildable, install: installVault, optional: true },
]

// One after the other: each fills the machine.
for (const { name, missing, install, optional = false } of SERVICES) {
  const why = missing()
  if (why) {
    console.log(`${name}: left out, ${why}`)
    continue
  }
  try {
    await install()
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`)
    if (!optional) process.exitCode = 1
  }
}
