import type { Authentication } from './caller.js'

const LOOPBACK_HOST = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/

const isLoopbackName = (url: string): boolean => URL.canParse(url) && LOOPBACK_HOST.test(new URL(url).hostname)

/**
 * Everybody on this machine, for development. The name by which the server was reached must be loopback's too, or a page from elsewhere
 * could reach it through a name that it lets point here.
 */
export const loopbackAuthentication: Authentication = (request, { remoteAddress }) => {
  // A host that does not say where a request comes from, or a proxy in between: then nobody knows.
  const isForwarded = ['forwarded', 'x-forwarded-for', 'via'].some((name) => request.headers.has(name))
  const local = remoteAddress !== undefined && LOOPBACK_ADDRESS.test(remoteAddress) && !isForwarded
  const names = [request.url, `http://${request.headers.get('host') ?? 'localhost'}`]
  return local && names.every(isLoopbackName) ? { id: 'loopback', groups: [] } : null
}
