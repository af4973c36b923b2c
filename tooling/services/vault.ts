import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { goInstalled, goMissing, goModule, goProgram } from './go.ts'
import { launch, type Service } from './service.ts'

const VERSION = '1.21.4'
const SDK_SUM = 'h1:3gDqdKLhHY2ekmCEE9EeesoNpgsReq2bo/SpMqvBYdw='

/** A running Vault. */
export interface VaultService extends Service {
  /** The root token. */
  readonly token: string
  /** The one key that unseals it after `PUT /v1/sys/seal`: body `{ "key": unsealKey }` to `PUT /v1/sys/unseal`. */
  readonly unsealKey: string
}

const BUILD = { files: ['restore.go.txt'] }

/** Why Vault cannot be built here, `undefined` where it can. */
export const vaultUnbuildable = (): string | undefined => goMissing('vault')

/** Why Vault cannot be started here, `undefined` where it can. Building it takes minutes, so a test does not begin with that. */
export const vaultMissing = (): string | undefined => {
  const why =
    vaultUnbuildable() ?? (goInstalled('vault', VERSION, BUILD) ? undefined : 'it is not built (tooling/services/install.ts)')
  return why && `optional: ${why}`
}

// Vault's own go.mod takes `sdk` from a folder of its repository that was never published in that state. The nearest published
// version differs in two signatures, and transit and the identity store do not compile with it.
const prepare = async (folder: string): Promise<void> => {
  const sdk = join(folder, 'sdk')
  await goModule('github.com/hashicorp/vault/sdk@v0.21.0', SDK_SUM, sdk)
  const edit = (path: string, from: string, to: string): void => {
    const text = readFileSync(join(sdk, path), 'utf8')
    if (text.split(from).length !== 2) throw new Error(`Vault's sdk: ${path} has not one "${from}".`)
    writeFileSync(join(sdk, path), text.replace(from, to))
  }
  const activation = 'ActivationFunc func(context.Context, *logical.Request'
  edit('framework/backend.go', `${activation}, string) error`, `${activation}) error`)
  edit('helper/keysutil/lock_manager.go', ') RestorePolicy(', ') restorePolicy(')
  renameSync(join(folder, 'restore.go.txt'), join(sdk, 'helper/keysutil/restore.go'))
}

/** Builds Vault into the cache when it is not there (minutes, and gigabytes of Go's own caches); returns the path of the program. */
export const installVault = (): Promise<string> => goProgram('vault', VERSION, { ...BUILD, prepare })

/**
 * HashiCorp Vault's own core and HTTP interface, unsealed, in memory, with the secrets engines `transit` and `kv` and the login
 * method `approle`. Nothing is mounted yet.
 *
 * @example
 * const vault = await startVault()
 * await fetch(`${vault.url}/v1/sys/mounts/transit`, {
 *   method: 'POST',
 *   headers: { 'x-vault-token': vault.token },
 *   body: '{"type":"transit"}',
 * })
 * await vault.stop()
 */
export const startVault = async (): Promise<VaultService> => {
  const { line, ...service } = await launch(`Vault ${VERSION}`, await installVault(), [])
  const { token, unsealKey } = JSON.parse(line) as { token: string; unsealKey: string }
  return { ...service, token, unsealKey }
}
