import type { AppRole, KubernetesRole } from './auth.js'
import { type KvMount, kvMount } from './kv-secret.js'
import type { PolicyRules } from './policy.js'
import { type TransitMount, transitMount } from './transit-key.js'

export type Mount = KvMount | TransitMount

/** What a namespace has for itself alone. */
export interface Namespace {
  /** Without slashes around; empty for the root namespace. */
  readonly name: string
  /** By path, with a slash at the end. */
  readonly mounts: Map<string, Mount>
  readonly policies: Map<string, PolicyRules>
  readonly appRoles: AppRole[]
  readonly kubernetesRoles: Map<string, KubernetesRole>
}

export function newNamespace(name: string): Namespace {
  return { name, mounts: new Map(), policies: new Map(), appRoles: [], kubernetesRoles: new Map() }
}

export function newMount(type: Mount['type']): Mount {
  return type === 'kv' ? kvMount() : transitMount()
}

export const trimSlashes = (path: string): string => path.replace(/^\/+|\/+$/g, '')

/** The mount that a path lies in, with the longest path where several fit, and the rest of the path. */
export function findMount(
  mounts: ReadonlyMap<string, Mount>,
  path: string,
): { readonly at: string; readonly mount: Mount; readonly rest: string } | undefined {
  const at = [...mounts.keys()].filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length)[0]
  return at === undefined ? undefined : { at, mount: mounts.get(at)!, rest: path.slice(at.length) }
}
