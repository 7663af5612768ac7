"""`python -m nullcline`."""

import sys

from nullcline.cli import main

sys.exit(main())
