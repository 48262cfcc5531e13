"""How large tables may be, known without loading what seats people at them."""

from __future__ import annotations

SMALLEST, LARGEST = 4, 12  # people at a table
