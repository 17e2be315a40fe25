"""The program that draws charts; `lib.export.pictures` starts it and talks to it.

Each line of standard input is a job in JSON: a function of vl-convert, what it gets, and its
options. What it makes goes to standard output, behind a line with the number of its bytes; of what
it can't make, a line with 0 and the kind of error, without its words, which may be of data. It
ends with the process that started it.
"""

import json
import os
import sys

import vl_convert

from lib.bounds import exit_code


def main() -> None:
    """Draw what is asked for, one picture after the other."""
    # What the runtime has to say holds words of the charts; nobody reads it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    # All that a chart shows is in it: it may read no file and ask no address.
    vl_convert.configure(base_url=False, allowed_base_urls=[])
    for line in sys.stdin:
        function, what, options = json.loads(line)
        try:
            drawn = getattr(vl_convert, function)(what, **options)
        except (ValueError, PermissionError) as error:
            sys.stdout.buffer.write(f"0 {type(error).__name__} in {function}\n".encode())
        else:
            content = drawn.encode("utf-8") if isinstance(drawn, str) else drawn
            sys.stdout.buffer.write(b"%d\n" % len(content) + content)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(exit_code(main))
