# SPDX-License-Identifier: MIT
"""A list whose names, URLs and responses try to break every output format: each item must be one
record of each reader."""

# {N} becomes the item's number, {http} and {refused} become servers.
ITEMS = [
    # Names: what quotes, separates, comments or calculates in some format.
    b'{http}/ok?{N} name="home, sweet"',
    b'{http}/ok?{N} name=\'say "no"\'',
    b'{http}/ok?{N} name="<b>&amp;</b> ]]> <!-- x"',
    b'{http}/ok?{N} name="&#0; &x; %s %n {{x}}"',
    b'{http}/ok?{N} name="=1+1"',
    b'{http}/ok?{N} name="-1"',
    b'{http}/ok?{N} name="+49"',
    b'{refused}/?{N} name="# SKIP no directive # TODO"',
    b'{refused}/#{N} name="\\\\# back\\\\slash\\\\"',
    b'{http}/ok?{N} name="- [x] | `y` | *z*"',
    b'{http}/ok?{N} name="a\\\\|b||c ``d`"',
    b'{http}/ok?{N} name="::error::x"',
    b'{refused}/?{N}%25%0A,a:b name="::error title=x,file=y::100%25 %0A"',
    b'{http}/ok?{N} name="##[error]x ####vso[y]"',
    b'{http}/ok?{N} name="two\nlines"',
    b'{http}/ok?{N} name="CR\r\nLF\ttab"',
    b'{http}/ok?{N} name="\nnot ok 99 - x\n1..0\nBail out!"',
    b'{http}/ok?{N} name="\x1b[31mred\x1b]0;title\x07"',
    b'{http}/ok?{N} name="bidi \xe2\x80\xae \xe2\x80\xa8 \xc2\x85 \xef\xbb\xbf"',
    b'{http}/ok?{N} name="not XML: \xef\xbf\xbe \xef\xbf\xbf"',
    b'{http}/ok?{N} name="not UTF-8: \xff\xc0\xaf\xed\xa0\x80"',
    b'{http}/ok?{N} name="\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80 gr\xc3\xbcn"',
    b'{http}/ok?{N} name="null"',
    b'{http}/ok?{N} name="1e3"',
    b'{http}/ok?{N} name="  "',
    b'{http}/ok?{N} name=""',
    b'{http}/ok?{N} name="user:SECRET@host"',
    # URLs.
    b'{http}/ok?{N}&a,b;"c"|d=<e>`f`',
    b'{http}/ok?{N}&%0d%0a%00%22',
    b'{http}/ok?{N}##[error]x',
    b'{http}/ok?{N}&\xe2\x80\xae\xff\xef\xbf\xbe',
    b'{http}/ok?{N}&' + 5000 * b'a',
    b'http://user:SECRET@127.0.0.1:1/?{N}',
    # The same URL with other attributes, and the same name for other URLs.
    b'{http}/ok?same',
    b'{http}/ok?same accept=200',
    b'{http}/ok?same accept=200-299',
    # What a server sends.
    b'{http}/to-bidi?{N}',
    b'{http}/to-broken-utf8?{N}',
    b'{http}/to-hashes?{N}',
    b'{http}/head-hostile-reason?{N}',
    # Reasons.
    b'{http}/ok?{N} contains="<x> \'y\' \\"z\\", = | ]]> # \n \xff"',
    b'{http}/status/418?{N} name="a warning"',
    b'{http}/flaky/1/503/{N} name="flaky"',
    b'{http}/status/503?{N}',
    b'{refused}/?{N}',
    # No URLs.
    b'ftp://u:SECRET@h/\x1b[31m"<&>\'%,::##[error]x|y=1\xff{N}',
    b'=cmd|\' /C calc\'!A0{N}',
    b'http://{N}:\nx',
    b'http://h/{N} nonsense="]]>"',
    b'http://h/{N} m=x',
    b'\xef\xbf\xbe{N}',
    b'http://h/{N}' + 70000 * b'"',
]


def make(urls):
    """The bytes of the list, for --null, and the number of its items."""
    items = []
    for number, item in enumerate(ITEMS):
        for name, text in dict(urls, N='case%02d' % number).items():
            item = item.replace(b'{%s}' % name.encode(), text.encode())
        items.append(item)
    return b''.join(item + b'\0' for item in items), len(items)
