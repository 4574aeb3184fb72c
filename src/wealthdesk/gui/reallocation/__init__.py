"""What the screens of targets and of reserves share: the merge of two changes that were made at the same time."""
