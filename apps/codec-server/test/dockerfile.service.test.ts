import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { buildImage, type Image, makeReadOnly, runImage } from './dockerfile.js'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const isRoot = process.getuid?.() === 0
/** nobody, nogroup */
const NOBODY = { uid: 65_534, gid: 65_534 }
const BUILD_TIMEOUT_MS = 900_000

/** What a build needs to reach the registry from here; nothing else of this environment. */
const NETWORK = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'npm_config_registry']

const into = mkdtempSync(join(tmpdir(), 'waxseal-image-'))
afterAll(() => rmSync(into, { recursive: true, force: true }))

/** An own, empty folder that whoever builds or runs may write to. */
function newFolder(name: string, user: { readonly uid: number; readonly gid: number } | undefined): string {
  const folder = join(into, name)
  mkdirSync(folder)
  if (isRoot && user) chownSync(folder, user.uid, user.gid)
  return folder
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

describe('the Dockerfile, its steps run without Docker by a user without rights', () => {
  let image: Image
  // The Node of the image is this one.
  const bin = newFolder('bin', undefined)
  copyFileSync(process.execPath, join(bin, 'node'))
  chmodSync(into, 0o755)
  const path = [bin, '/usr/local/bin', '/usr/bin', '/bin'].join(':')

  it(
    'builds from an empty folder',
    async () => {
      const network = Object.fromEntries(NETWORK.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
      image = await buildImage({
        dockerfile: join(repository, 'apps/codec-server/Dockerfile'),
        context: repository,
        into,
        env: { ...network, PATH: path, HOME: newFolder('home', NOBODY) },
        user: isRoot ? NOBODY : undefined,
      })
      expect(image.user).toEqual({ uid: 1000, gid: 1000 })
    },
    BUILD_TIMEOUT_MS,
  )

  it('serves, where nothing but the folder of the trail can be written, is healthy, and ends in order', async () => {
    makeReadOnly(image.root)
    const port = await freePort()
    const env = {
      PATH: path,
      HOME: newFolder('nothing', undefined),
      WAXSEAL_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      WAXSEAL_AUDIT_KEY: randomBytes(32).toString('base64'),
      WAXSEAL_AUDIT_FILE: join(newFolder('trail', image.user), 'audit.jsonl'),
      WAXSEAL_HOST: '0.0.0.0',
      WAXSEAL_TLS_PROXY: 'true',
      WAXSEAL_PORT: String(port),
      WAXSEAL_JWT_ISSUER: 'https://id.example.com',
      WAXSEAL_JWT_AUDIENCE: 'codec',
      WAXSEAL_JWT_JWKS: 'https://id.example.com/jwks.json',
      WAXSEAL_POLICY: '[{"who":["*"],"give":"masked"}]',
    }
    const server = runImage(image, image.entrypoint, env, isRoot)
    const said = text(server.stderr!)
    const health = () => fetch(`http://127.0.0.1:${port}/health`).then((response) => response.text())
    await expect.poll(() => health().catch(() => ''), { timeout: 20_000 }).toBe('{"status":"ok"}')
    const [healthy] = await once(runImage(image, image.healthcheck, env, isRoot), 'close')
    expect(healthy).toBe(0)

    server.kill('SIGTERM')
    const [code] = await once(server, 'close')
    expect([code, await said]).toEqual([0, expect.stringContaining('"stopped"')])
    const [afterwards] = await once(runImage(image, image.healthcheck, env, isRoot), 'close')
    expect(afterwards).toBe(1)
  })
})
