import { execFileSync } from 'node:child_process'
import { program } from './waxseal.js'

// What is to be typed comes as one argument, a key a line; each is typed when nothing more is shown behind a question.
const TERMINAL = `
import fcntl, os, pty, select, struct, sys, termios
keys = [key.encode().decode('unicode_escape').encode() for key in sys.argv[1].split('\\n')]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
seen = b''
while True:
    ready, _, _ = select.select([fd], [], [], 0.4)
    if ready:
        try: data = os.read(fd, 4096)
        except OSError: break
        if not data: break
        seen += data
    elif keys and (b'?' in seen or b'to go on' in seen):
        os.write(fd, keys.pop(0))
print(seen.decode('utf8', 'replace'))
print('EXIT', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

/** What a person sees at a terminal who types these keys (as escapes of Python), and the exit code behind it. */
export const typed = (
  keys: readonly string[],
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env?: Record<string, string> },
): string =>
  execFileSync('python3', ['-c', TERMINAL, keys.join('\n'), process.execPath, program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 25_000,
  })
