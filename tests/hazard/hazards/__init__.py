# SPDX-License-Identifier: MIT
"""Importing this package fills the tables of registry.py."""

from . import (answers, body, chunks, connection, encoded, good,  # noqa: F401
               head, head_bounds, http2, login, proxy, redirect, redirect_target, retry, status, tls)
