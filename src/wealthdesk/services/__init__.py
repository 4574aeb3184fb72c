"""What the user can do: one class per noun, one public method per thing done, at most one transaction each."""
