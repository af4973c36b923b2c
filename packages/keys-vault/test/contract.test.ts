import { keyProviderContract, keyServiceContract, keySourceContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { bench, kvOn, newVault, transitOn } from './bench.ts'

for (const flavor of ['vault', 'openbao'] as const) {
  for (const derived of [false, true]) {
    const vault = newVault({ flavor })
    const kind = derived ? 'derived' : 'plain'
    let other = 0
    vault.setPolicy(
      'transit',
      Object.fromEntries(['encrypt', 'decrypt', 'keys'].map((at) => [`transit/${at}/*`, ['update', 'read']])),
    )
    vault.createKey(kind, { derived })
    keyProviderContract({
      describe,
      it,
      harness: {
        name: `vaultTransit on ${flavor} with a ${kind} key`,
        create: () => transitOn(vault, { key: kind }),
        createOther: () => {
          const key = `${kind}-${++other}`
          vault.createKey(key, { derived })
          return transitOn(vault, { key })
        },
        remote: true,
      },
    })
  }
  keyServiceContract({
    describe,
    it,
    harness: {
      name: `vaultTransit on ${flavor}`,
      create: () => bench(flavor),
      can: ['destroy', 'rotate', 'expireCredentials', ...(flavor === 'openbao' ? ['disable' as const] : [])],
      destroyed: 'key_not_found',
    },
  })
  keySourceContract({ describe, it, harness: { name: `vaultKv on ${flavor}`, create: () => kvOn(newVault({ flavor })) } })
}
