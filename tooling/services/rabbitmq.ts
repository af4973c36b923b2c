import { execFileSync } from 'node:child_process'
import { aptInstall, canAptInstall } from './apt.ts'
import { type DaemonService, freePort, startDaemon } from './daemon.ts'
import { findProgram } from './program.ts'

// Debian's program of the same name on the path insists on a user of its own.
const program = () => findProgram('rabbitmq-server', '/usr/lib/rabbitmq/bin')
const epmd = () => findProgram('epmd', '/usr/lib/erlang/erts-*/bin')

/** Why RabbitMQ cannot be started here, `undefined` where it can. */
export const rabbitmqMissing = (): string | undefined =>
  program() && epmd() ? undefined : 'no RabbitMQ (Debian: apt-get install rabbitmq-server)'

/** Why RabbitMQ cannot be installed here, `undefined` where it is there or can be. */
export const rabbitmqUninstallable = (): string | undefined => (canAptInstall() ? undefined : rabbitmqMissing())

export const installRabbitmq = async (): Promise<string> => {
  if (rabbitmqMissing()) {
    aptInstall('rabbitmq-server')
    // The package would start it whenever the machine starts.
    execFileSync('update-rc.d', ['rabbitmq-server', 'disable'], { stdio: 'ignore' })
  }
  const found = program()
  if (!found) throw new Error(rabbitmqMissing())
  return found
}

// Erlang would start its port mapper itself, and leave it running.
const START = `"$1" -address 127.0.0.1 & mapper=$!
"$2" & server=$!
trap 'kill "$server"' TERM
wait "$server"; wait "$server"
kill "$mapper"; wait "$mapper"`

/**
 * The machine's RabbitMQ as a node of its own, which keeps its files in `data`; guest may log in with the password guest.
 *
 * @example
 * const { port, stop } = await startRabbitmq()
 * const connection = await connect(`amqp://127.0.0.1:${port}`)
 */
export const startRabbitmq = async (): Promise<DaemonService> => {
  const [mapperPort, nodesPort] = [await freePort(), await freePort()]
  return startDaemon({
    name: 'rabbitmq',
    refusesRoot: true,
    start: (data, port) => {
      const settings = {
        ERL_EPMD_PORT: mapperPort,
        RABBITMQ_DIST_PORT: nodesPort,
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
        RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
        RABBITMQ_NODE_PORT: port,
        RABBITMQ_NODENAME: 'waxseal@localhost',
        RABBITMQ_CONF_ENV_FILE: '/dev/null',
        RABBITMQ_CONFIG_FILES: `${data}.conf`,
        RABBITMQ_ENABLED_PLUGINS_FILE: `${data}.plugins`,
        RABBITMQ_MNESIA_BASE: data,
        RABBITMQ_LOG_BASE: `${data}.log`,
        RABBITMQ_PID_FILE: `${data}.pid`,
        RABBITMQ_LOGS: '-',
      }
      const variables = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
      return ['env', ...variables, 'sh', '-c', START, 'sh', epmd() ?? 'epmd', program() ?? 'rabbitmq-server']
    },
    ready: /Server startup complete/,
    signal: 'TERM',
  })
}
