import { WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'

/** What the plain variables are for: the usual server. Anything more needs a configuration file. */
const PLAIN = [
  'WAXSEAL_KEYS_URI',
  'WAXSEAL_HOST',
  'WAXSEAL_PORT',
  'WAXSEAL_TLS_CERT',
  'WAXSEAL_TLS_KEY_FILE',
  'WAXSEAL_TLS_PROXY',
  'WAXSEAL_METRICS_HOST',
  'WAXSEAL_METRICS_PORT',
  'WAXSEAL_AUTH',
  'WAXSEAL_JWT_ISSUER',
  'WAXSEAL_JWT_AUDIENCE',
  'WAXSEAL_JWT_JWKS',
  'WAXSEAL_JWT_ALGORITHMS',
  'WAXSEAL_CORS_ORIGINS',
  'WAXSEAL_POLICY',
  'WAXSEAL_TEMPORAL_APP',
  'WAXSEAL_INSPECTOR',
  'WAXSEAL_AUDIT_FILE',
  'WAXSEAL_LOG',
] as const

/** Those that are set. */
export const plainVariables = (env: Environment): readonly string[] => PLAIN.filter((name) => env[name] !== undefined)

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

/** The configuration that the plain variables say, still to be checked. `config` names the variable that is missing or cannot be read. */
export function configOfEnvironment(env: Environment): unknown {
  const needed = (name: (typeof PLAIN)[number], why: string) => env[name] || config(`${name} is missing: ${why}`)
  const list = (name: (typeof PLAIN)[number]) =>
    env[name]
      ?.split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '')
  const number = (name: (typeof PLAIN)[number]) => {
    if (env[name] === undefined) return undefined
    return /^\d{1,5}$/.test(env[name]) ? Number(env[name]) : config(`${name} is the number of a port`)
  }

  function auth(): unknown {
    if (env.WAXSEAL_AUTH !== undefined) return env.WAXSEAL_AUTH
    const why = 'callers are told by JWT; on your own machine, WAXSEAL_AUTH=none-on-loopback lets everybody in'
    return {
      jwt: {
        issuer: needed('WAXSEAL_JWT_ISSUER', why),
        audience: needed('WAXSEAL_JWT_AUDIENCE', why),
        jwks: needed('WAXSEAL_JWT_JWKS', why),
        algorithms: list('WAXSEAL_JWT_ALGORITHMS'),
      },
    }
  }

  function policy(): unknown {
    const text = needed('WAXSEAL_POLICY', 'a list of rules, as JSON, says who may see what')
    try {
      return JSON.parse(text)
    } catch {
      return config('WAXSEAL_POLICY is no JSON')
    }
  }

  function audit(): unknown {
    const key = { id: 'a1', secret: env.WAXSEAL_AUDIT_KEY_FILE ? `file:${env.WAXSEAL_AUDIT_KEY_FILE}` : 'env:WAXSEAL_AUDIT_KEY' }
    const path = needed('WAXSEAL_AUDIT_FILE', 'it says where calls are recorded, or - for standard output')
    return path === '-' ? { to: 'stdout', key } : { to: 'file', path, key }
  }

  const flag = (name: (typeof PLAIN)[number]) => {
    if (!['true', 'false', undefined].includes(env[name])) config(`${name} is true or false`)
    return env[name] === 'true'
  }

  const { WAXSEAL_TLS_CERT: cert, WAXSEAL_TLS_KEY_FILE: key } = env
  const metricsPort = number('WAXSEAL_METRICS_PORT')
  const origins = list('WAXSEAL_CORS_ORIGINS')
  return {
    keys: env.WAXSEAL_KEYS_URI ?? 'env://WAXSEAL_KEYS',
    audit: audit(),
    codecServer: {
      listen: {
        host: env.WAXSEAL_HOST,
        port: number('WAXSEAL_PORT'),
        tls: cert === undefined && key === undefined ? undefined : { cert, key: key && `file:${key}` },
        tlsProxy: flag('WAXSEAL_TLS_PROXY'),
        metrics: metricsPort === undefined ? undefined : { host: env.WAXSEAL_METRICS_HOST, port: metricsPort },
      },
      auth: auth(),
      policy: policy(),
      temporal: env.WAXSEAL_TEMPORAL_APP ? { app: env.WAXSEAL_TEMPORAL_APP } : undefined,
      inspector: flag('WAXSEAL_INSPECTOR'),
      cors: origins && { origins },
      log: env.WAXSEAL_LOG,
    },
  }
}
