# SPDX-License-Identifier: MIT
"""Importing this fills the table."""

from . import (answers, body, chunks, connection, good, head,  # noqa: F401
               head_bounds, proxy, redirect, redirect_target, retry, status, tls)
