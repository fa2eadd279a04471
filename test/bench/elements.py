"""
Tells when the kernel's sets are given elements: a line for each message of the kernel's, with the time when it came
(CLOCK_MONOTONIC, ns) and the addresses in it. `nft monitor` would do, but prints thousands for longer than they take to be
brought in, and on the cores that this is a measurement of.
"""

import socket
import struct
import sys
import time

NETLINK_NETFILTER, NFNLGRP_NFTABLES = 12, 7
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, SO_RCVBUFFORCE = 270, 1, 33
NEW_ELEMENTS = 10 << 8 | 12
LIST_ELEMENTS, KEY, FLAGS, VALUE, INTERVAL_END = 3, 1, 3, 1, 1
HEADER, ATTRIBUTE, NFGEN = struct.Struct("=IHHII"), struct.Struct("=HH"), 4


def attributes(data, at, end):
    """Type, begin and end of each attribute's value."""
    while at + ATTRIBUTE.size <= end:
        length, kind = ATTRIBUTE.unpack_from(data, at)
        if length < ATTRIBUTE.size:
            return
        yield kind & 0x3FFF, at + ATTRIBUTE.size, at + length
        at += (length + 3) & ~3


def elements(data, at, end):
    for kind, first, last in attributes(data, at, end):
        if kind == LIST_ELEMENTS:
            for _, begin, stop in attributes(data, first, last):
                found = {name: (a, b) for name, a, b in attributes(data, begin, stop)}
                flags = struct.unpack_from(">I", data, found[FLAGS][0])[0] if FLAGS in found else 0
                if KEY in found and not flags & INTERVAL_END:
                    yield next(data[a:b] for name, a, b in attributes(data, *found[KEY]) if name == VALUE)


def text(key):
    return socket.inet_ntop(socket.AF_INET if len(key) == 4 else socket.AF_INET6, key)


listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 * 1024 * 1024)
listener.bind((0, 0))
listener.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NFNLGRP_NFTABLES)
print("listening", flush=True)
while True:
    data = listener.recv(1 << 20)
    came = time.monotonic_ns()
    at, keys = 0, []
    while at + HEADER.size <= len(data):
        length, kind = HEADER.unpack_from(data, at)[:2]
        if kind == NEW_ELEMENTS:
            keys.extend(elements(data, at + HEADER.size + NFGEN, at + length))
        at += (length + 3) & ~3
    if keys:
        sys.stdout.write(f"{came} {' '.join(map(text, keys))}\n")
        sys.stdout.flush()
