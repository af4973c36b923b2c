import { LibSodiumEncryptionService } from '@inngest/middleware-encryption/strategies/libSodium'
import type { Peer } from '../contender.ts'

/** The service that Inngest's encryption middleware has by default: XSalsa20-Poly1305 of libsodium in WebAssembly. */
export const inngest: Peer = async (secret) => {
  const service = new LibSodiumEncryptionService(Buffer.from(secret).toString('base64url'))
  return {
    by: 'Inngest, libsodium',
    seal: (value) => service.encrypt(value),
    open: (sealed: string) => service.decrypt(sealed),
  }
}
