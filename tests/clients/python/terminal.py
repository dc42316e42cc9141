"""Runs a program on a terminal of its own and plays somebody who sits there.

    terminal.py SCRIPT PROGRAM ARGUMENTS...

SCRIPT is JSON: a list of steps, each with `says` (what has to be shown first), `waits` (for so many seconds, while
something happens elsewhere), `resize` (rows and columns) and `types` (what is typed then). Everything that was shown is printed at the end, and the exit code is the program's.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 60


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Sitting:
    """Somebody at a terminal."""

    def __init__(self, child, terminal):
        self.child, self.terminal = child, terminal
        self.shown, self.read = b"", 0

    def more(self, end):
        """Reads what is shown; false once nothing comes any more."""
        ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            os.kill(self.child, signal.SIGKILL)
            raise SystemExit(f"nothing more was shown than: {self.rest()!r}")
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # the program has closed its side
            data = b""
        self.shown += data
        return bool(data)

    def rest(self):
        return self.shown[self.read :][-2000:]

    def until(self, text):
        end = time.monotonic() + PATIENCE
        while (at := self.shown.find(text, self.read)) < 0:
            if not self.more(end):
                raise SystemExit(f"`{text.decode()}` was not shown, only: {self.rest()!r}")
        self.read = at + len(text)

    def play(self, steps):
        for step in steps:
            if "says" in step:
                self.until(step["says"].encode())
            time.sleep(step.get("waits", 0))
            if "resize" in step:
                resize(self.terminal, *step["resize"])
            if "types" in step:
                # Whoever asks for a secret throws away what was typed before the question.
                time.sleep(0.3)
                os.write(self.terminal, step["types"].encode())
        end = time.monotonic() + PATIENCE
        while self.more(end):
            pass


def program():
    steps, command = json.loads(sys.argv[1]), sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    resize(terminal, 24, 80)
    sitting = Sitting(child, terminal)
    try:
        sitting.play(steps)
    finally:
        sys.stdout.buffer.write(sitting.shown)
        sys.stdout.flush()
    _, status = os.waitpid(child, 0)
    if not termios.tcgetattr(terminal)[3] & termios.ECHO:
        raise SystemExit("the terminal is left without an echo")
    raise SystemExit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    program()
