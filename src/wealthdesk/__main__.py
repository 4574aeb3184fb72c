"""`python -m wealthdesk`: the window, or one of the commands without a window."""

import sys

from wealthdesk.app import main

if __name__ == "__main__":
    sys.exit(main())
