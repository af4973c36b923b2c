import { WaxsealError } from '@waxseal/core'
import type { Operation } from './dialects/dialect.js'
import { createNativeDialect } from './dialects/native.js'
import { createOjsDialect, type OjsOptions } from './dialects/ojs.js'
import { createOjsGoDialect } from './dialects/ojs-go.js'
import { createTemporalDialect, type TemporalOptions } from './dialects/temporal.js'
import type { Inspector, ServerFacts } from './inspector/inspector.js'
import type { Opener } from './opening/opener.js'

/** What a path stands for. Only its last segments count, so that a server can be mounted anywhere and named by namespace. */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly operation: Operation
  /** The form in which refusals are told. */
  readonly errors: 'plain' | 'coded'
  /** Whether it may be called without a reason even where one is required. Default: no. */
  readonly isFree?: boolean | undefined
}

export interface Routes {
  /** By the path at which each stands where the server is mounted nowhere else. */
  readonly all: ReadonlyMap<string, Route>
  find(path: string): Route | undefined
  /** Whether what is at no path is told as Go's reference server tells it. */
  readonly isGo: boolean
  /** The namespace that a path names, where paths do. */
  namespaceOf(path: string): string | undefined
}

export interface RoutesOptions {
  readonly opener: Opener
  readonly temporal: TemporalOptions
  readonly ojs: OjsOptions | false
  readonly maxPayloads: number
  readonly inspector?: Inspector | undefined
  readonly facts: ServerFacts
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')

export function createRoutes({ opener, temporal, ojs: given, maxPayloads, inspector, facts }: RoutesOptions): Routes {
  const ojs = given || {}
  const isGo = ojs.dialect === 'go'
  if (isGo && !ojs.keys) throw new WaxsealError('config', 'the Go dialect of OJS needs keys')
  const post = (name: string, dialect: string, run: Operation['run'], errors: Route['errors'] = 'coded'): Route => ({
    method: 'POST',
    operation: { name, dialect, run },
    errors,
  })
  const temporals = createTemporalDialect(opener, temporal, maxPayloads)
  const native = createNativeDialect(opener, maxPayloads)
  const goOjs = isGo ? createOjsGoDialect(opener, { ...ojs, keys: ojs.keys! }, maxPayloads) : undefined
  const specOjs = createOjsDialect(opener, ojs, maxPayloads)

  const byLast: Readonly<Record<string, Route>> = {
    decode: post('decode', 'temporal', temporals.decode),
    encode: post('encode', 'temporal', temporals.encode),
    open: post('open', 'native', native.open),
    inspect: post('inspect', 'native', native.inspect),
  }
  const codec: Readonly<Record<string, Route>> = goOjs
    ? {
        decode: post('decode', 'ojs-go', goOjs.decode, 'plain'),
        encode: post('encode', 'ojs-go', goOjs.encode, 'plain'),
        keys: { method: 'GET', operation: { name: 'keys', dialect: 'ojs-go', run: goOjs.keys }, errors: 'plain' },
      }
    : { decode: post('decode', 'ojs', specOjs.decode), encode: post('encode', 'ojs', specOjs.encode) }

  // Beneath the page, so that whatever guards its path guards what it calls.
  const inspectors: Readonly<Record<string, Route>> = inspector
    ? {
        ...byLast,
        ...Object.fromEntries(
          Object.entries(inspector.operations(facts)).map(([name, { method, ...operation }]) => [
            name,
            { method, operation, errors: 'coded', isFree: name === 'whoami' } as const,
          ]),
        ),
      }
    : {}
  const tableOf = (before: string | undefined) =>
    given && before === 'codec' ? codec : inspector && before === 'inspector' ? inspectors : byLast

  const all = new Map([
    ...Object.entries(byLast).map(([name, route]) => [`/${name}`, route] as const),
    ...(given ? Object.entries(codec).map(([name, route]) => [`/codec/${name}`, route] as const) : []),
    ...Object.entries(inspectors)
      .filter(([name]) => !Object.hasOwn(byLast, name))
      .map(([name, route]) => [`/inspector/${name}`, route] as const),
  ])

  return {
    all,
    isGo,
    find(path) {
      const segments = segmentsOf(path)
      const [last, before] = [segments.at(-1) ?? '', segments.at(-2)]
      const table = tableOf(before)
      return Object.hasOwn(table, last) ? table[last] : undefined
    },
    namespaceOf(path) {
      const segment = temporal.namespaceInPath ? segmentsOf(path).at(-2) : undefined
      if (tableOf(segment) === inspectors) return undefined
      try {
        return segment === undefined ? undefined : decodeURIComponent(segment)
      } catch {
        throw new WaxsealError('malformed', 'the path is not encoded as it should be')
      }
    },
  }
}
