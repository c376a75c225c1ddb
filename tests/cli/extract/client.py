"""A client of the API (https://api.example.com/docs).

    >>> get('https://doctest.example.com/x')['url']
    'https://doctest.example.com/y'

See `the spec <https://spec.example.com/#s-1>`_ and :pep:`8`; https://peps.example.org/pep-0008/.
"""
BASE = 'https://base.example.com'
URL = f'https://{HOST}:{port}/x'
ITEM = "https://item.example.com/%s" % id
OTHER = "https://other.example.com/{}".format(id)
FIRST = ("https://joined.example.com/"
         "path")
HEADERS = {'User-Agent': 'client (+https://agent.example.com/)', "Referer": r"https://raw.example.com/\d+"}
print("Docs: https://docs.example.com/a\\nb", 'https://x.example.com/' + id)  # noqa https://c.example.com/?x=[1]
warn("Use another proxy. See "
     "https://sentence.example.com/a.", stacklevel=2)
X = {"inc": "https://value.example.com/Acme_Inc.", 'q': ['https://value.example.com/?q=']}
Y = "https://comet.example.com/\N{COMET}"  # "https://perl.example.com/~" . lc(id) "https://cut.example.com/very/lo…"
Z = "https://example.com/.../blob"
