import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A registry on loopback that keeps what is published to it in memory. */
export interface Registry {
  /** Ends in a slash. */
  readonly url: string
  /** `name@version` of all that was published to it, sorted. */
  published(): string[]
  close(): void
}

interface Document {
  name: string
  versions: Record<string, Record<string, unknown>>
  'dist-tags': Record<string, string>
  time: Record<string, string>
}

interface Upload extends Document {
  _attachments: Record<string, { data: string }>
}

// npm, pnpm and Deno refuse, or can be told to refuse, what is younger than a day.
const LONG_AGO = '2020-01-01T00:00:00.000Z'

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/**
 * Starts a registry that takes what npm and pnpm publish and hands it out again. Names outside `scope` come from `upstream`, names
 * in it never do, so that a consumer gets what was just built or nothing.
 */
export const startRegistry = async (upstream: string, scope: string): Promise<Registry> => {
  const documents = new Map<string, Document>()
  const tarballs = new Map<string, Buffer>()
  let url = ''

  const publish = (upload: Upload, response: ServerResponse): void => {
    const document = documents.get(upload.name) ?? {
      name: upload.name,
      versions: {},
      'dist-tags': {},
      time: { created: LONG_AGO },
    }
    const taken = Object.keys(upload.versions).find((version) => document.versions[version])
    if (taken) {
      sendJson(response, 409, { error: `${upload.name}@${taken} is there already` })
      return
    }
    const [attachment] = Object.values(upload._attachments)
    const tarball = Buffer.from(attachment?.data ?? '', 'base64')
    for (const [version, manifest] of Object.entries(upload.versions)) {
      const path = `${upload.name}/-/${version}.tgz`
      tarballs.set(path, tarball)
      const dist = {
        integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
        shasum: createHash('sha1').update(tarball).digest('hex'),
        tarball: url + path,
      }
      document.versions[version] = { ...manifest, dist }
      document.time[version] = LONG_AGO
    }
    Object.assign(document['dist-tags'], upload['dist-tags'])
    documents.set(upload.name, document)
    sendJson(response, 201, { ok: true })
  }

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await fetch(new URL(request.url?.slice(1) ?? '', upstream), {
      headers: { accept: request.headers.accept ?? '*/*' },
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(new URL(request.url ?? '/', url).pathname).slice(1)
    if (request.method === 'PUT') return publish(JSON.parse(String(await readBody(request))) as Upload, response)
    const tarball = tarballs.get(path)
    if (tarball) return void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball)
    const document = documents.get(path)
    if (document) return sendJson(response, 200, document)
    // `-/…` is whoami, ping, audits: nothing that an installation needs.
    if (path.startsWith(`${scope}/`) || path.startsWith('-/')) return sendJson(response, 404, { error: 'Not found' })
    await pass(request, response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => sendJson(response, 502, { error: String(error) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  return {
    url,
    published: () =>
      [...documents.values()]
        .flatMap(({ name, versions }) => Object.keys(versions).map((version) => `${name}@${version}`))
        .sort(),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
