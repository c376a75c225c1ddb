#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/system/parallel.py with 30,000 URLs; a lost machine is unplugged before it is killed.

    parallel.py [--urlcheck PATH] [--only WORD]
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import parallel  # noqa: E402

if __name__ == '__main__':
    parallel.main(30000, is_soak=True)
