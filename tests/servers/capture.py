# SPDX-License-Identifier: BSD-2-Clause
"""Captures what goes over loopback while a test runs, with dumpcap."""
import os
import re
import shutil
import signal
import subprocess
import time

LIMIT = 20  # seconds


def available():
    """None, or why nothing can be captured here."""
    if shutil.which("dumpcap") is None:
        return "no dumpcap here"
    done = subprocess.run(["dumpcap", "-q", "-i", "lo", "-a", "duration:1", "-w", os.devnull],
                          capture_output=True)
    return None if done.returncode == 0 else done.stderr.decode().strip().splitlines()[-1]


class Capture:
    """with Capture(file, "tcp port 4433"): ...; afterwards the file is whole."""

    def __init__(self, path, capture_filter):
        self.path = path
        self.filter = capture_filter

    def __enter__(self):
        self.process = subprocess.Popen(
            ["dumpcap", "-q", "-B", "64", "-i", "lo", "-f", self.filter, "-w", self.path],
            stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if line.startswith("File:"):
                break
        else:
            raise RuntimeError("dumpcap does not capture on loopback")
        return self

    def __exit__(self, *_):
        time.sleep(0.5)     # the last packets are on their way through the kernel
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=LIMIT)
        os.chmod(self.path, 0o644)
        dropped = re.search(r"received/dropped on interface .*: \d+/(\d+)", said)
        if dropped is None or int(dropped.group(1)) > 0:
            raise RuntimeError("packets were dropped: " + said)
