import json
import os
import time


def private_kib():
    # Without Python's own files: their buffers would be counted, too.
    fd = os.open("/proc/self/smaps_rollup", os.O_RDONLY)
    text = os.read(fd, 4096)
    os.close(fd)
    return int(text.partition(b"Private_Dirty:")[2].split()[0])


def main(name):
    time.sleep(0.2)
    return {"name": json.loads(f'"{name}"'), "private_kib": private_kib()}
