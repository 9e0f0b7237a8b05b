# decode - decode many gzip files by Python's zlib and gzip.
#
# Reads lines "COMPRESSED EXPECTED" from standard input, both names of files;
# prints the name of each compressed file that is not exactly one gzip member
# of the expected bytes.

import gzip
import sys
import zlib


def is_right(body, want):
    decoder = zlib.decompressobj(31)
    try:
        by_zlib = decoder.decompress(body) + decoder.flush()
        by_gzip = gzip.decompress(body)
    except (zlib.error, EOFError, OSError):
        return False
    return (decoder.eof and decoder.unused_data == b""
            and by_zlib == want and by_gzip == want)


for line in sys.stdin:
    name, expected = line.split()
    with open(name, "rb") as a, open(expected, "rb") as b:
        if not is_right(a.read(), b.read()):
            print(name)
