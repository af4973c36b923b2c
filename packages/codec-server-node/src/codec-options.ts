import type { CodecServerOptions, OjsOptions } from '@waxseal/codec-server'
import { type CodecServerConfig, readKey } from '@waxseal/config'
import type { Environment } from '@waxseal/core/keys'
import { createDetector } from '@waxseal/pii'
import { authenticationsOf } from './authentications.js'

type Resources = Pick<CodecServerOptions, 'sealer' | 'trail' | 'onEvent' | 'inspector'>

/** The options of the server that a configuration describes. */
export async function codecOptions(
  config: CodecServerConfig,
  resources: Resources,
  env: Environment,
): Promise<CodecServerOptions> {
  const { policy, surfaces, temporal, cors, limits, reason, detector } = config
  return {
    ...resources,
    auth: await authenticationsOf(config.auth, env),
    policy,
    surfaces,
    temporal,
    cors,
    limits,
    reason,
    detector: detector === true ? createDetector() : detector || undefined,
    scope: scopeOf(config.scope),
    ojs: ojsOf(config.ojs, env),
  }
}

/** A text with names in braces is a scope where the context has them all; else there is none. */
function scopeOf(scope: CodecServerConfig['scope']): CodecServerOptions['scope'] {
  if (typeof scope !== 'string') return scope
  return (context) => {
    let complete = true
    const named = scope.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
      complete &&= Object.hasOwn(context, name)
      return context[name] ?? ''
    })
    return complete ? named : undefined
  }
}

function ojsOf(ojs: CodecServerConfig['ojs'], env: Environment): OjsOptions | false | undefined {
  if (!ojs) return ojs
  if (!ojs.keys) return { dialect: ojs.dialect }
  const keys = new Map(ojs.keys.map(({ id, secret }) => [id, readKey(secret, env)]))
  const keyIds = [...keys.keys()]
  return {
    dialect: ojs.dialect,
    keyIds,
    keys: { getKey: (id) => keys.get(id)?.slice(), getCurrentKeyId: () => keyIds[0]! },
  }
}
