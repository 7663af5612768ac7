"""`python -m nullcline.cli`."""

import sys

from nullcline.cli import main

sys.exit(main())
