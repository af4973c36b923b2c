export { googleMissing, startGoogle } from './google.ts'
export { localKmsMissing, startLocalKms } from './local-kms.ts'
export { motoMissing, startMoto } from './moto.ts'
export type { Service } from './service.ts'
