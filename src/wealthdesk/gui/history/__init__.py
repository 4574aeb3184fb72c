"""The history: every version of targets and reserves, what each changed and why, comparing, going back."""
