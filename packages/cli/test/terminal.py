"""Runs a command at a terminal of its own and types into it: argv[1] is a JSON list of [pattern of what has to be shown, what is typed then, or null: the terminal is closed]."""
import codecs, fcntl, json, os, pty, re, struct, sys, termios

steps = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])

decode = codecs.getincrementaldecoder('utf8')('replace').decode
seen, since = '', 0
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += decode(data)
    found = steps and re.search(steps[0][0], seen[since:])
    if found:
        since += found.end()
        typed = steps.pop(0)[1]
        if typed is None:
            os.close(fd)
            break
        os.write(fd, typed.encode())
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({'shown': seen, 'code': code}, sys.stdout)
