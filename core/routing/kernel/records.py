"""Types of the arrays that all compiled searches work on."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Records: TypeAlias = Any
"""An array of records; a type checker does not know their fields."""
