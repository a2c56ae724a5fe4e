"""Pieces that several arrows share; each is part of its caller's transaction and never opens one."""
