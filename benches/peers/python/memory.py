"""How much memory this process has, from Linux's /proc; None elsewhere."""

import ctypes
import time
from pathlib import Path


def resident(field="VmRSS:"):
    """Bytes of resident memory: now, or with VmHWM the most since `reset_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return None


def reset_peak():
    """Gives freed memory back to the system and lets the peak start from what is left."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    except (OSError, AttributeError):
        pass


def metered(call):
    """What a call gives, its seconds, and the most memory that the process had during it, less what it had before."""
    reset_peak()
    before = resident()
    start = time.perf_counter()
    given = call()
    seconds = time.perf_counter() - start
    peak = resident("VmHWM:")
    return given, seconds, max(0, peak - before) if peak and before else None
