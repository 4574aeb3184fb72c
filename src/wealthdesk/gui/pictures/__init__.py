"""Pictures of every page and dialog, which know these by their public face; none of them knows of pictures."""
