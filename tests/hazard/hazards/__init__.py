# SPDX-License-Identifier: MIT
"""Importing this fills the table."""

from . import (body, chunks, connection, good, head, head_bounds,  # noqa: F401
               proxy, redirect, redirect_target, retry, status, tls)
