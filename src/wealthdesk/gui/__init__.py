"""The window: pages, dialogs and what they are made of; the only floor besides app that knows Qt.

What the first paint needs (main_window, nav, text, icons, theme, window_memory) does not import Qt, but says
`QtCore.Qt.…` where that comes later: its first mention builds all its enumerations, an eighth of a bare start.
"""
