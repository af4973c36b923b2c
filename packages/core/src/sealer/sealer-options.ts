import { backend } from '#backend'
import { fail } from '../errors.js'
import type { Compression } from '../format/compression.js'
import { isPlainObject } from '../format/json.js'
import { SUITES, suiteByName } from '../format/suites.js'
import { createKeyring } from '../keys/keyring.js'
import { type Clock, createRandomPool, type RandomBytes } from '../random.js'
import type { LegacyReader } from './legacy.js'
import type { SealerCore, SealerLimits } from './sealer-core.js'
import type { SealerOptions } from './sealer-types.js'

const MIB = 1024 * 1024
const DEFAULT_LIMITS: SealerLimits = {
  maxEnvelopeBytes: 32 * MIB,
  maxPayloadBytes: 16 * MIB,
  maxFieldBytes: MIB / 4,
  unknownLocatorsPerMinute: 1000,
}

/** What tests may inject, through `@waxseal/core/testing` alone. */
export interface Injected {
  readonly random?: RandomBytes
  readonly now?: Clock
}

const isReader = (reader: Partial<LegacyReader> | undefined): boolean =>
  typeof reader?.name === 'string' && typeof reader.detects === 'function' && typeof reader.open === 'function'

/** Checks the options once, here; `config` says which of them does not fit. */
export function createCore(options: SealerOptions, { now = Date.now, random = createRandomPool(now) }: Injected): SealerCore {
  if (typeof options !== 'object' || options === null) fail('config', 'createSealer needs { keys }')
  const {
    keys,
    profile = 'default',
    suite = 'aes-256-gcm',
    mode = 'seal-and-open',
    onShredded = 'throw',
    compress,
    minKeyVersion,
    onEvent,
    legacy = [],
  } = options
  if (profile === 'fips' && !backend.fips())
    fail('fips_unavailable', 'the cryptography provider of this runtime does not report FIPS mode')
  const accepted = options.acceptSuites ?? (profile === 'fips' ? ['aes-256-gcm'] : SUITES.map((row) => row.suite))
  const row = suiteByName(suite) ?? fail('config', "suite is 'aes-256-gcm' or 'chacha20-poly1305'")
  if (profile === 'fips' && [suite, ...accepted].some((name) => name !== 'aes-256-gcm'))
    fail('config', 'the FIPS profile has aes-256-gcm alone')
  if (!['default', 'fips'].includes(profile)) fail('config', "profile is 'default' or 'fips'")
  if (!['seal-and-open', 'open-only'].includes(mode)) fail('config', "mode is 'seal-and-open' or 'open-only'")
  if (onShredded !== 'throw' && onShredded !== 'null' && !(isPlainObject(onShredded) && Object.hasOwn(onShredded, 'value')))
    fail('config', "onShredded is 'throw', 'null' or { value }")
  for (const [name, hook] of Object.entries({ minKeyVersion, onEvent }))
    if (hook !== undefined && typeof hook !== 'function') fail('config', `${name} is a function`)
  if (!Array.isArray(legacy) || !legacy.every(isReader)) fail('config', 'legacy is a list of readers')
  if (accepted.length === 0 || !accepted.every(suiteByName))
    fail('config', 'acceptSuites lists suites that are known, at least one')
  if (mode === 'seal-and-open' && !accepted.includes(suite)) fail('config', 'acceptSuites must hold the suite that seals')
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  for (const [name, value] of Object.entries(limits))
    if (!Object.hasOwn(DEFAULT_LIMITS, name) || !Number.isInteger(value) || value < 1)
      fail('config', `limits.${name} is not a limit, or no positive integer`)
  const algorithms: readonly Compression[] = compress ? compress.algorithms : []
  const minBytes = compress ? (compress.minBytes ?? 1024) : undefined
  if (
    compress &&
    (!Array.isArray(algorithms) ||
      !algorithms.length ||
      !algorithms.every((known) => typeof known?.compress === 'function') ||
      !Number.isInteger(minBytes) ||
      minBytes! < 0)
  )
    fail('config', 'compress is false or { algorithms, minBytes? }')
  return {
    keyring: createKeyring(keys, { minKeyVersion, unknownLocatorsPerMinute: limits.unknownLocatorsPerMinute }),
    random,
    now,
    suite: row,
    acceptSuites: accepted,
    limits,
    algorithms,
    compressFrom: minBytes,
    sealing: mode === 'seal-and-open',
    onShredded: onShredded === 'null' ? { value: null } : onShredded,
    onEvent,
    legacy: [...legacy],
    state: { closed: false },
  }
}
