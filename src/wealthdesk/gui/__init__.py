"""The window: pages, dialogs and what they are made of; the only floor besides app that knows Qt."""
