# SPDX-License-Identifier: MIT
"""Importing this fills the table."""

from . import (answers, body, chunks, connection, encoded, good,  # noqa: F401
               head, head_bounds, proxy, redirect, redirect_target, retry, status, tls)
